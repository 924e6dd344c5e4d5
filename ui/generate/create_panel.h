#pragma once

#include <QWidget>
#include <optional>

#include "core/engine/engine.h"

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace tstitch::ui {

class DecimalField;
class PromptSection;
class SeedField;
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
  /// The large model's facts: its scheduler (for the bar), its size (where none was chosen) and its grid of sizes.
  void setLargeFacts(const ModelFacts& facts);
  /// What planning these settings gave: measured times, notes, or why the run would fail.
  void setPlan(const MeasuredSeconds& measured, const QString& notes);
  [[nodiscard]] const MeasuredSeconds& measured() const;

  /// The request as the controls stand; the seed is the one shown.
  [[nodiscard]] GenerationRequest request() const;
  /// Draws a seed first where `Random seed` is on.
  GenerationRequest takeRequest();
  [[nodiscard]] int count() const;
  [[nodiscard]] int smallCount() const;
  [[nodiscard]] int evaluations() const;
  /// Why the request cannot run, in sentences; empty when it can.
  [[nodiscard]] QString problems() const;

  /// Fills every control from a picture's request; what has no control is kept with it.
  void apply(const GenerationRequest& request);
  void showSeed(std::uint64_t seed);
  void restore(const StudioState& state);
  void store(StudioState& state) const;

  TrajectorySection* trajectory() { return trajectory_; }
  void repaintIcons();

 Q_SIGNALS:
  /// Any control changed; request() is up to date.
  void requestChanged();
  void generateRequested();

 private:
  void buildLayout();
  QWidget* buildNumbers();
  void connectControls();
  void sizeChosen();
  void setExtent(Extent extent);
  void updateShape();
  void update();

  PromptSection* prompt_;
  TrajectorySection* trajectory_;
  QSpinBox* steps_;
  QComboBox* sampler_;
  QComboBox* spacing_;
  DecimalField* guidance_;
  QSpinBox* width_;
  QSpinBox* height_;
  QSpinBox* count_;
  SeedField* seed_;
  QLabel* problem_;
  QPushButton* generate_;
  GenerationRequest base_;  ///< denoisers and what no control shows
  std::optional<SchedulerConfig> scheduler_;
  int sizeMultiple_ = 8;
  bool sizeChosen_ = false;
};

}  // namespace tstitch::ui
