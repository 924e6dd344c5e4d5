#include "ui/grid/ratio_plot_view.h"

#include <QPainter>
#include <QPolygonF>
#include <algorithm>
#include <utility>

#include "ui/widgets/theme.h"

namespace tstitch::ui {
namespace {

/// Written alike in every language: these lines are read by programs, too.
QString fixed(double value, int decimals) {
  return QString::number(value, 'f', decimals);
}

template <class Value>
double greatest(const std::vector<RatioPoint>& points, Value value) {
  double most = 0;
  for (const RatioPoint& point : points) most = std::max(most, point.*value);
  return most > 0 ? most : 1;
}

}  // namespace

void RatioPlotModel::show(std::vector<RatioPoint> points) {
  beginResetModel();
  points_ = std::move(points);
  knee_ = knee_of(points_);
  endResetModel();
}

int RatioPlotModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(points_.size());
}

QVariant RatioPlotModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || (role != Qt::DisplayRole && role != Qt::AccessibleTextRole)) return {};
  const auto at = static_cast<std::size_t>(index.row());
  const RatioPoint& point = points_.at(at);
  const QString text =
      tr("%1 %: %2 s, RMS %3, SSIM %4")
          .arg(QString::number(point.percent), fixed(point.seconds, 1), fixed(point.rms, 3), fixed(point.ssim, 2));
  return knee_ == at ? text + tr(", knee") : text;
}

RatioPlotView::RatioPlotView(const RatioPlotModel& model, QWidget* parent) : QWidget(parent), model_(model) {
  setAccessibleName(tr("Plot picture"));
  setToolTip(tr("Seconds against the difference (RMS) to the pictures of 0 %; the ring marks the knee"));
  setMinimumHeight(120);
  connect(&model_, &QAbstractItemModel::modelReset, this, qOverload<>(&QWidget::update));
}

QRectF RatioPlotView::area() const {
  const double line = fontMetrics().height();
  return QRectF(rect()).adjusted(12, line, -line * 2, -line * 1.6);
}

QPointF RatioPlotView::place(const RatioPoint& point) const {
  const QRectF at = area();
  const double x = point.seconds / greatest(model_.points(), &RatioPoint::seconds);
  const double y = point.rms / greatest(model_.points(), &RatioPoint::rms);
  return {at.left() + x * at.width(), at.bottom() - y * at.height()};
}

/// Right above a point, or left above it where the edge is near; never beyond an edge.
QRectF RatioPlotView::labelAt(QPointF spot, const QString& text) const {
  const QFontMetricsF metrics(font());
  QRectF label(0, 0, metrics.horizontalAdvance(text) + 4, metrics.height());
  label.moveBottomLeft(spot + QPointF(7, -3));
  if (label.right() > width()) label.moveRight(spot.x() - 7);
  if (label.top() < 0) label.moveTop(0);
  return label;
}

void RatioPlotView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF at = area();
  painter.setPen(QPen(colours().line, 1));
  painter.drawLine(at.bottomLeft(), at.bottomRight());
  painter.drawLine(at.bottomLeft(), at.topLeft());
  painter.setPen(colours().muted);
  painter.drawText(QRectF(0, 0, width(), at.top()), Qt::AlignLeft | Qt::AlignTop, tr("RMS"));
  painter.drawText(QRectF(0, at.bottom(), width() - 4, height() - at.bottom()), Qt::AlignRight | Qt::AlignBottom,
                   tr("seconds"));
  QPolygonF way;
  for (const RatioPoint& point : model_.points()) way << place(point);
  painter.setPen(QPen(colours().muted, 1, Qt::DashLine));
  painter.drawPolyline(way);
  for (std::size_t i = 0; i < model_.points().size(); ++i) {
    const QPointF spot = way[static_cast<qsizetype>(i)];
    painter.setPen(QPen(colours().text, 1));
    painter.setBrush(colours().focus);
    painter.drawEllipse(spot, 3.5, 3.5);
    painter.setBrush(Qt::NoBrush);
    if (model_.knee() == i) painter.drawEllipse(spot, 8, 8);
    painter.drawText(labelAt(spot, tr("%1 %").arg(model_.points()[i].percent)), Qt::AlignCenter,
                     tr("%1 %").arg(model_.points()[i].percent));
  }
}

}  // namespace tstitch::ui
