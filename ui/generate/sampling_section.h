#pragma once

#include <QSize>
#include <QWidget>
#include <optional>

#include "core/models/model_facts.h"
#include "core/request/generation_request.h"
#include "ui/generate/run_shape.h"

class QComboBox;

namespace tstitch::ui {

class DecimalField;
class SeedField;
class WholeField;

/// The numbers of a run: steps, sampler, schedule, guidance, seed, size, the layer of the text and how many pictures.
class SamplingSection : public QWidget {
  Q_OBJECT

 public:
  explicit SamplingSection(QWidget* parent = nullptr);

  /// A pair's defaults: everything but the seed and how many pictures.
  void setDefaults(const GenerationRequest& defaults);
  /// The large model's size, where none was chosen, and its grid of sizes.
  void setLargeFacts(const ModelFacts& facts);
  /// Chooses the nearest sampler in place of `Default` where that names one that we lack; nothing where it need not.
  std::optional<SamplerKind> replaceLackingSampler(const std::optional<SchedulerConfig>& scheduler);

  void fill(GenerationRequest& request) const;
  /// Whether the size shown was chosen, and not just the model's.
  [[nodiscard]] bool isSizeChosen() const { return sizeChosen_; }
  void apply(const GenerationRequest& request);
  /// `strength`: of a run that starts from a picture.
  [[nodiscard]] RunShape shape(const std::optional<SchedulerConfig>& scheduler, std::optional<double> strength) const;
  /// A picture's size, brought to the model's grid of sizes and to what a run may have.
  void takeSize(QSize size);
  [[nodiscard]] int count() const;
  void setCount(int count);
  [[nodiscard]] bool isSeedRandom() const;
  void setSeedRandom(bool random);
  /// In sentences, what validate() does not know.
  [[nodiscard]] QStringList problems() const;

  void showSeed(std::uint64_t seed);
  /// Draws a seed where `Random seed` is on.
  void takeSeed();

  void repaintIcons();

 Q_SIGNALS:
  void changed();
  /// What the number of evaluations and their seams depend on.
  void shapeChanged();

 private:
  void buildLayout();
  void connectControls();
  void sizeChosen();
  void setExtent(Extent extent);

  WholeField* steps_;
  QComboBox* sampler_;
  QComboBox* spacing_;
  DecimalField* guidance_;
  WholeField* width_;
  WholeField* height_;
  WholeField* count_;
  WholeField* clipSkip_;  ///< 0 = the model's own
  SeedField* seed_;
  int sizeMultiple_ = 8;
  bool sizeChosen_ = false;
};

}  // namespace tstitch::ui
