#pragma once

#include <QWidget>

class QPainter;

namespace tstitch::ui {

/// A run's evaluations, the small denoiser's first.
struct ReachRun {
  int small = 0;
  int evaluations = 0;
  friend bool operator==(const ReachRun&, const ReachRun&) = default;
};

/// When and on which denoisers a control acts.
struct Reach {
  double start = 0;  ///< shares of the run, 0..1
  double end = 1;
  bool onSmall = true;
  bool onLarge = true;

  /// Whether it acts at that evaluation of the run (core/request/control_reach.h).
  [[nodiscard]] bool holds(int evaluation, const ReachRun& run) const;
};

/// A control's reach on a small trajectory: one cell per evaluation, full where the control acts, and the seam. Its two
/// ends are dragged; for the keyboard and assistive tools the numbers beside it do the same, and the bar's description
/// says what it shows.
class ReachBar : public QWidget {
  Q_OBJECT

 public:
  explicit ReachBar(QWidget* parent = nullptr);

  void setRun(const ReachRun& run);
  void setReach(const Reach& reach);
  [[nodiscard]] QSize sizeHint() const override;

 Q_SIGNALS:
  /// To the edge of an evaluation, as a share of the run with four decimals, rounded so that the evaluation counts.
  void startMoved(double share);
  void endMoved(double share);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;

 private:
  [[nodiscard]] QRectF track() const;
  [[nodiscard]] double xOf(double share) const;
  void paintCells(QPainter& painter) const;
  void paintHandle(QPainter& painter, double share) const;
  void drag(double x);
  void describe();

  ReachRun run_;
  Reach reach_;
  bool dragsEnd_ = false;
};

}  // namespace tstitch::ui
