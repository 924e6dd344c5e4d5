#pragma once

#include <QWidget>
#include <optional>
#include <variant>

#include "ui/generate/known_costs.h"
#include "ui/generate/second_shape.h"
#include "ui/generate/split_choice.h"
#include "ui/generate/time_prediction.h"
#include "ui/generate/trajectory_bar.h"

class QCheckBox;
class QLabel;
class QPushButton;

namespace tstitch::ui {

class CostView;
class PresetRow;
class SegmentEditor;
class WholeField;

/// The trajectory bar with its numbers: the count, the ratio, presets and time budget, what a run costs, and the editor
/// for other orders of denoisers.
class TrajectorySection : public QWidget {
  Q_OBJECT

 public:
  explicit TrajectorySection(QWidget* parent = nullptr);

  /// Keeps the ratio, the shares of segments, or the time budget.
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
  /// Seconds; 0 = none. The count follows it as soon as times are measured.
  void setBudget(double seconds);
  [[nodiscard]] double budget() const { return budget_; }
  /// What *Balanced* means for the chosen pair, in percent.
  void setBalanced(int percent);

  /// Whose names segments may have, and the guidance that they have without one of their own.
  void setDenoisers(const std::vector<DenoiserName>& names);
  void setGuidance(double guidance);
  /// `second`: what follows the run; it is counted and timed, and no part of the bar while nothing runs.
  void setMeasured(const MeasuredSeconds& measured, const std::optional<SecondShape>& second = std::nullopt);
  /// What to say of the time where nothing is measured.
  void setGuess(const std::optional<TimeGuess>& guess);
  [[nodiscard]] const MeasuredSeconds& measured() const { return measured_; }
  /// Zeros without a second pass.
  [[nodiscard]] PassCounts secondCounts() const;
  [[nodiscard]] MeasuredSeconds secondMeasured() const { return second_ ? second_->measured : MeasuredSeconds(); }
  /// What planning had to say: a moved seam, or why the run would fail.
  void setNotes(const QString& notes);

  TrajectoryBar* bar() { return bar_; }
  CostView* cost() { return cost_; }

 Q_SIGNALS:
  void changed();
  /// The user moved the seam, by whatever control.
  void seamChosen(int smallCount);

 private:
  void buildLayout();
  void connectControls();
  void choose(int percent);
  void adopt(const std::variant<RatioSplit, SegmentSplit>& split);
  void setSegments(const std::vector<Segment>& segments);
  void rescaleSegments(const RunShape& shape);
  /// True where the count is another one now.
  bool followBudget();
  void showChoice();
  void showBar();
  void showCost();
  [[nodiscard]] std::vector<Segment> segments() const;
  [[nodiscard]] std::optional<TimePrediction> prediction() const;
  [[nodiscard]] std::optional<TimePrediction> predictionAt(int smallCount) const;
  [[nodiscard]] std::optional<TimePrediction> withSecond(std::optional<TimePrediction> first,
                                                         const std::variant<RatioSplit, SegmentSplit>& split) const;
  [[nodiscard]] QString countsText() const;
  [[nodiscard]] QString customText() const;
  [[nodiscard]] QString remarkText() const;
  [[nodiscard]] QString guessText() const;

  SplitChoice choice_;
  std::optional<std::variant<RatioSplit, SegmentSplit>> custom_;
  MeasuredSeconds measured_;
  std::optional<SecondShape> second_;
  std::optional<TimeGuess> guess_;
  double budget_ = 0;
  QString notes_;
  TrajectoryBar* bar_;
  QCheckBox* toScale_;
  WholeField* ratio_;
  QLabel* counts_;
  PresetRow* presets_;
  CostView* cost_;
  QLabel* remark_;
  QPushButton* edit_;
  SegmentEditor* editor_;
};

}  // namespace tstitch::ui
