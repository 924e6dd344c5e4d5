#pragma once

#include <QWidget>
#include <optional>

#include "ui/plan/plan_points.h"

namespace tstitch::ui {

/// Seconds across, difference up; the measured points that no other beats are filled and joined, those that are only
/// predicted are small and open. A click on a point chooses it,
/// and so do the arrow keys and Enter.
class PlanPointView : public QWidget {
  Q_OBJECT

 public:
  explicit PlanPointView(const PlanPointModel& model, QWidget* parent = nullptr);
  [[nodiscard]] QSize sizeHint() const override { return {360, 220}; }
  /// Seconds; none = no line.
  void setBudget(std::optional<double> seconds);
  /// Where a point stands; for tests.
  [[nodiscard]] QPointF spot(std::size_t point) const;

 Q_SIGNALS:
  void chosen(int point);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  [[nodiscard]] QRectF area() const;
  [[nodiscard]] double xOf(double seconds) const;
  [[nodiscard]] std::optional<std::size_t> pointAt(const QPointF& place) const;
  void paintAxes(QPainter& painter) const;
  void paintPoints(QPainter& painter) const;

  const PlanPointModel& model_;
  std::optional<double> budget_;
  std::optional<std::size_t> marked_;  ///< by the pointer or the keys
};

}  // namespace tstitch::ui
