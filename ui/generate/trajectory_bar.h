#pragma once

#include <QWidget>
#include <optional>
#include <vector>

#include "ui/generate/run_shape.h"
#include "ui/widgets/theme.h"

class QPainter;

namespace tstitch::ui {

/// How far a run is: evaluations done in all, and how many each pass has.
struct BarProgress {
  int done = 0;
  int small = 0;  ///< of the first pass
  int evaluations = 0;
  PassCounts second = {};
};

/// Evaluations in a row by one denoiser.
struct BarRun {
  DenoiserMark mark = DenoiserMark::Large;
  int evaluations = 0;
  bool isSecond = false;  ///< of a second pass
  friend bool operator==(const BarRun&, const BarRun&) = default;
};

/// Seconds of one evaluation by each.
struct BarCosts {
  double small = 1;
  double large = 1;
  friend bool operator==(const BarCosts&, const BarCosts&) = default;
};

/// The trajectory: one cell per evaluation, small ones before the seam, large ones behind it; the seam is a handle.
/// Arrow keys move it by one count that exists, Home and End to the ends, Page Up and Down by a tenth, double click
/// asks for the number (numberWanted). While a run goes on its cells fill; those of a second pass stand behind a mark.
/// For assistive tools it is a slider named `Trajectory` whose value is the number of small evaluations.
class TrajectoryBar : public QWidget {
  Q_OBJECT

 public:
  explicit TrajectoryBar(QWidget* parent = nullptr);

  void setShape(const RunShape& shape, int smallCount);
  [[nodiscard]] int evaluations() const { return shape_.evaluations; }
  [[nodiscard]] int smallCount() const { return smallCount_; }
  /// Other runs than small ones before large ones; empty = these.
  void setRuns(const std::vector<BarRun>& runs);
  /// With costs each cell is as wide as it costs; without, all are equal.
  void setCosts(const std::optional<BarCosts>& costs);
  /// As the user would do it: snaps, emits smallCountChosen and announces the new value.
  void chooseSmallCount(int count);

  void showProgress(const BarProgress& progress);
  void clearProgress();
  [[nodiscard]] bool isDragged() const { return dragging_; }
  /// The small counts whose pictures are there already: their places glow.
  void setReady(std::vector<int> counts);

  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override;

 Q_SIGNALS:
  void smallCountChosen(int count);
  /// The mouse let the seam go at another count than it took it at.
  void seamReleased(int count);
  void numberWanted();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  [[nodiscard]] QRectF track() const;
  [[nodiscard]] std::vector<BarRun> runs() const;
  [[nodiscard]] double costOf(DenoiserMark mark) const;
  [[nodiscard]] double xOf(int count, const std::vector<BarRun>& runs) const;
  [[nodiscard]] double seamX(int smallCount) const;
  [[nodiscard]] int countAt(double x) const;
  [[nodiscard]] int neighbour(int direction) const;
  /// Cells `from` to `to`, which lie in one run.
  void paintCells(QPainter& painter, int from, int to, DenoiserMark mark, bool filled) const;
  void paintHandle(QPainter& painter) const;
  void paintReady(QPainter& painter) const;
  /// Where the second pass begins.
  void paintBorder(QPainter& painter, double x) const;
  void describe();
  void announce();

  RunShape shape_;
  std::vector<BarRun> runs_;
  std::optional<BarCosts> costs_;
  int smallCount_ = 0;
  bool dragging_ = false;
  int takenAt_ = 0;  ///< the count where the mouse took the seam
  std::vector<int> ready_;
  std::optional<BarProgress> progress_;
};

}  // namespace tstitch::ui
