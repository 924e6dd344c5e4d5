#pragma once

#include <QWidget>
#include <functional>
#include <optional>

#include "core/engine/engine.h"
#include "ui/generate/known_costs.h"
#include "ui/generate/token_counter.h"
#include "ui/prompt/prompt_names.h"
#include "ui/widgets/pass_counts.h"

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace tstitch::ui {

class AdditionsSection;
class FoldingSection;
class ClassPicker;
class PromptSection;
class SamplingSection;
class SecondPassSection;
class SourceSection;
class StudioState;
class TrajectorySection;

/// Everything a run is made of, as controls; the request is built from them, without a file or the engine being asked.
class CreatePanel : public QWidget {
  Q_OBJECT

 public:
  explicit CreatePanel(QWidget* parent = nullptr);

  /// The pair's denoisers, examples and, where asked, its defaults for everything but prompt and seed.
  enum class Values { Keep, TakeDefaults };
  void setPair(const PairEntry& pair, Values values);
  /// The large model's facts: its scheduler (for the bar), its size (where none was chosen), its grid of sizes, and
  /// whether it takes a class instead of a prompt. Where `Default` would mean a sampler that we lack, the nearest one
  /// is chosen, and noticed() says so.
  void setLargeFacts(const ModelFacts& facts);
  /// What planning a request of this panel gave.
  void setPlan(const GenerationRequest& request, const RunPlan& plan, const QString& notes);
  /// Why the run would fail, or what else is to be said of it.
  void setNotes(const QString& notes);
  [[nodiscard]] const MeasuredSeconds& measured() const;
  [[nodiscard]] MeasuredSeconds secondMeasured() const;
  /// Zeros without a second pass.
  [[nodiscard]] PassCounts secondCounts() const;
  /// Measured times have changed: those of other settings are not known any more.
  void forgetCosts() { costs_.forget(); }
  /// How the pair cuts its texts.
  void setTokenCounter(const TokenCounter& counter);
  /// What prompts may name.
  void setPromptNames(const PromptNames& names);
  /// Textual inversions that lie elsewhere on the engine's machine: `embedding:NAME` means them, too.
  void setFoundEmbeddings(const QStringList& places);
  /// Prompts that were used can be had again.
  void rememberPrompt();

  /// The request as the controls stand; the seed is the one shown.
  [[nodiscard]] GenerationRequest request() const;
  /// Draws a seed first where `Random seed` is on.
  GenerationRequest takeRequest();
  /// What the pictures show, for people: the prompt or the class.
  [[nodiscard]] QString subject() const;
  [[nodiscard]] int count() const;
  [[nodiscard]] int smallCount() const;
  [[nodiscard]] int evaluations() const;
  /// Why the request cannot run, in sentences; empty when it can.
  [[nodiscard]] QString problems() const;

  /// While a run goes on Generate adds to the queue, and steps back behind Stop.
  void setBusy(bool busy);
  /// Puts it beside Generate.
  void takeStop(QPushButton* stop);

  /// Why the engine cannot make anything; empty when it can.
  void setEngineProblem(const QString& sentence);

  /// Why the chosen pair cannot be used; empty when nothing speaks against it.
  void setPairProblem(const QString& sentence);

  /// Fills every control from a picture's request; what has no control is kept with it.
  void apply(const GenerationRequest& request);
  /// Lets the file's name stand for its vectors in the prompts.
  void addEmbedding(const QString& path);
  /// The same, and puts the name into the prompt. False where the pair draws classes and reads none.
  bool useEmbedding(const QString& path);
  /// The first seed of a run, which only a drawn one changes: a seed that was written stays.
  void showUsedSeed(std::uint64_t seed);
  [[nodiscard]] bool hasRandomSeed() const;
  void setRandomSeed(bool random);
  void restore(const StudioState& state);
  void store(StudioState& state) const;

  /// The large model's; nothing before its facts are known.
  [[nodiscard]] const std::optional<SchedulerConfig>& scheduler() const { return scheduler_; }
  TrajectorySection* trajectory() { return trajectory_; }
  AdditionsSection* additions() { return additions_; }
  SourceSection* source() { return source_; }
  /// The run starts from that picture; its section opens.
  void setSourcePicture(const QString& path);
  void repaintIcons();

 Q_SIGNALS:
  /// What was chosen without being asked, in a sentence.
  void noticed(const QString& sentence);
  /// A prompt names files, or is about to.
  void namesWanted();
  /// Any control changed; request() is up to date.
  void requestChanged();
  void generateRequested();
  /// Something took the place of what stood in a field, which `undo` brings back.
  void replaced(const QString& sentence, const std::function<void()>& undo);

 private:
  void buildLayout();
  void connectControls();
  void connectSource();
  void showClasses(int count, const ClassNames& names);
  void fillText(GenerationRequest& request) const;
  void takeModels(const GenerationRequest& defaults);
  [[nodiscard]] GenerationRequest unfinished() const;
  [[nodiscard]] std::vector<EmbeddingChoice> mentionedEmbeddings(const GenerationRequest& request) const;
  [[nodiscard]] bool takesClass() const { return classCount_.value_or(0) > 0; }
  void showWords();
  void updateShape();
  void showCosts(const GenerationRequest& request);
  void update();

  PromptSection* prompt_;
  ClassPicker* class_;
  TrajectorySection* trajectory_;
  SamplingSection* sampling_;
  SourceSection* source_;
  SecondPassSection* second_;
  FoldingSection* sourceFold_;
  FoldingSection* secondFold_;
  AdditionsSection* additions_;
  QLabel* words_;
  QLabel* problem_;
  QHBoxLayout* actions_;
  QPushButton* generate_;
  QString engineProblem_;
  QString pairProblem_;
  GenerationRequest base_;  ///< denoisers and what no control shows
  GenerationRequest last_;  ///< the last session's, as long as no pair is chosen
  std::vector<EmbeddingChoice> embeddings_;
  PromptNames names_;
  std::vector<EmbeddingChoice> found_;  ///< textual inversions that lie elsewhere
  std::vector<LoraChoice> pairLoras_;
  std::vector<std::string> examples_;
  KnownCosts costs_;
  std::optional<SchedulerConfig> scheduler_;
  std::optional<int> classCount_;  ///< of the large model; none before its facts are known
};

}  // namespace tstitch::ui
