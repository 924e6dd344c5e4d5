#pragma once

#include <QWidget>
#include <optional>
#include <variant>

#include "core/engine/engine.h"
#include "ui/generate/split_choice.h"
#include "ui/generate/trajectory_bar.h"

class QLabel;

namespace tstitch::ui {

class WholeField;

/// Seconds that a run will take on this machine; nothing where a part of it was not measured yet.
struct TimePrediction {
  double seconds = 0;
  double allLarge = 0;

  /// Share of the time that the small denoiser saves, in percent.
  [[nodiscard]] int savedPercent() const;
};
std::optional<TimePrediction> predict(const MeasuredSeconds& measured, int small, int evaluations);

/// The trajectory bar with its numbers: the count, the ratio, presets, and the time that was predicted.
class TrajectorySection : public QWidget {
  Q_OBJECT

 public:
  explicit TrajectorySection(QWidget* parent = nullptr);

  /// Keeps the ratio.
  void setShape(RunShape shape);
  [[nodiscard]] const RunShape& shape() const { return choice_.shape(); }
  [[nodiscard]] int smallCount() const { return choice_.smallCount(); }
  [[nodiscard]] int percent() const { return choice_.percent(); }
  void setPercent(int percent);
  [[nodiscard]] std::variant<RatioSplit, SegmentSplit> split() const;
  /// What split() would be with the seam there.
  [[nodiscard]] std::variant<RatioSplit, SegmentSplit> splitAt(int smallCount) const;
  /// The bar cannot show the split.
  [[nodiscard]] bool isCustom() const { return custom_.has_value(); }
  /// A split that the bar cannot show (another rule or order) is kept until the bar is touched, and said in words.
  void setSplit(const std::variant<RatioSplit, SegmentSplit>& split);
  void setMeasured(const MeasuredSeconds& measured);
  [[nodiscard]] const MeasuredSeconds& measured() const { return measured_; }
  /// What planning had to say: a moved seam, or why the run would fail.
  void setNotes(const QString& notes);

  TrajectoryBar* bar() { return bar_; }

 Q_SIGNALS:
  void changed();
  /// The user moved the seam, by whatever control.
  void seamChosen(int smallCount);

 private:
  void buildLayout();
  void choose(int percent);
  void showChoice();
  void showPrediction();
  [[nodiscard]] QString customText() const;
  [[nodiscard]] QString predictionText() const;

  SplitChoice choice_;
  std::optional<std::variant<RatioSplit, SegmentSplit>> custom_;
  MeasuredSeconds measured_;
  QString notes_;
  TrajectoryBar* bar_;
  WholeField* ratio_;
  QLabel* counts_;
  QLabel* prediction_;
};

}  // namespace tstitch::ui
