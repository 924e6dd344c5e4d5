#include "ui/plan/plan_point_view.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPolygonF>
#include <algorithm>
#include <cmath>

#include "ui/plan/plan_rows.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {
namespace {

constexpr double kReach = 12;  ///< how near a click must be
constexpr double kDot = 4;

double greatest(const std::vector<PlanPoint>& points, double PlanPoint::*value) {
  double most = 0;
  for (const PlanPoint& point : points) most = std::max(most, point.*value);
  return most > 0 ? most : 1;
}

}  // namespace

PlanPointView::PlanPointView(const PlanPointModel& model, QWidget* parent) : QWidget(parent), model_(model) {
  setAccessibleName(tr("Plot of time and difference"));
  setMinimumHeight(160);
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  connect(&model_, &QAbstractItemModel::modelReset, this, [this] {
    marked_.reset();
    update();
  });
}

void PlanPointView::setBudget(std::optional<double> seconds) {
  budget_ = seconds;
  update();
}

QRectF PlanPointView::area() const {
  const double line = fontMetrics().height();
  return QRectF(rect()).adjusted(12, line * 1.2, -line * 3, -line * 1.8);
}

double PlanPointView::xOf(double seconds) const {
  return area().left() + seconds / greatest(model_.points(), &PlanPoint::seconds) * area().width();
}

QPointF PlanPointView::spot(std::size_t point) const {
  const PlanPoint& at = model_.points().at(point);
  return {xOf(at.seconds),
          area().bottom() - at.difference / greatest(model_.points(), &PlanPoint::difference) * area().height()};
}

void PlanPointView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  paintAxes(painter);
  if (!model_.points().empty()) return paintPoints(painter);
  painter.setPen(colours().muted);
  painter.drawText(area(), Qt::AlignCenter | Qt::TextWordWrap,
                   tr("Measure ratios, and each step count and ratio stands here with its time and its difference."));
}

void PlanPointView::paintAxes(QPainter& painter) const {
  const QRectF at = area();
  painter.setPen(QPen(colours().line, 1));
  painter.drawLine(at.bottomLeft(), at.bottomRight());
  painter.drawLine(at.bottomLeft(), at.topLeft());
  painter.setPen(colours().muted);
  painter.drawText(QRectF(0, 0, width(), at.top()), Qt::AlignLeft | Qt::AlignTop, tr("difference (RMS)"));
  painter.drawText(QRectF(0, at.bottom(), width() - 4, height() - at.bottom()), Qt::AlignRight | Qt::AlignBottom,
                   tr("seconds"));
  if (!budget_ || model_.points().empty()) return;
  const double x = xOf(*budget_);
  if (x > at.right()) return;
  painter.setPen(QPen(colours().focus, 1, Qt::DotLine));
  painter.drawLine(QPointF(x, at.top()), QPointF(x, at.bottom()));
}

void PlanPointView::paintPoints(QPainter& painter) const {
  QPolygonF way;
  for (const std::size_t point : model_.front()) way << spot(point);
  painter.setPen(QPen(colours().muted, 1, Qt::DashLine));
  painter.drawPolyline(way);
  for (std::size_t i = 0; i < model_.points().size(); ++i) {
    const bool best = std::find(model_.front().begin(), model_.front().end(), i) != model_.front().end();
    const bool measured = model_.isMeasured(i);
    painter.setPen(QPen(measured ? colours().text : colours().muted, 1));
    painter.setBrush(best ? QBrush(colours().focus) : QBrush(colours().window));
    painter.drawEllipse(spot(i), measured ? kDot : kDot / 2, measured ? kDot : kDot / 2);
    painter.setBrush(Qt::NoBrush);
    if (marked_ == i) painter.drawEllipse(spot(i), 2 * kDot, 2 * kDot);
    if (!best && marked_ != i) continue;
    painter.setPen(marked_ == i ? colours().text : colours().muted);
    const PlanPoint& point = model_.points()[i];
    painter.drawText(spot(i) + QPointF(8, -6), tr("%1 % of %2").arg(point.ratio.value).arg(point.steps));
  }
}

std::optional<std::size_t> PlanPointView::pointAt(const QPointF& place) const {
  std::optional<std::size_t> nearest;
  double least = kReach;
  for (std::size_t i = 0; i < model_.points().size(); ++i) {
    const QPointF way = spot(i) - place;
    const double distance = std::hypot(way.x(), way.y());
    if (distance >= least) continue;
    least = distance;
    nearest = i;
  }
  return nearest;
}

void PlanPointView::mousePressEvent(QMouseEvent* event) {
  if (const auto point = pointAt(event->position())) Q_EMIT chosen(static_cast<int>(*point));
}

void PlanPointView::mouseMoveEvent(QMouseEvent* event) {
  const auto point = pointAt(event->position());
  if (point == marked_) return;
  marked_ = point;
  setToolTip(point ? model_.index(static_cast<int>(*point)).data().toString() : QString());
  update();
}

void PlanPointView::keyPressEvent(QKeyEvent* event) {
  const auto count = static_cast<int>(model_.points().size());
  const bool forward = event->key() == Qt::Key_Right || event->key() == Qt::Key_Down;
  const bool back = event->key() == Qt::Key_Left || event->key() == Qt::Key_Up;
  if (count > 0 && (forward || back)) {
    const int now = marked_ ? static_cast<int>(*marked_) : (forward ? -1 : count);
    marked_ = static_cast<std::size_t>(std::clamp(now + (forward ? 1 : -1), 0, count - 1));
    update();
  } else if (marked_ && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) {
    Q_EMIT chosen(static_cast<int>(*marked_));
  } else {
    QWidget::keyPressEvent(event);
  }
}

}  // namespace tstitch::ui
