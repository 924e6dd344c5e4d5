#include "ui/grid/ratio_plot_view.h"

#include <QPainter>
#include <QPolygonF>
#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "ui/widgets/theme.h"

namespace tstitch::ui {
namespace {

/// Written alike in every language: these lines are read by programs, too.
QString fixed(double value, int decimals) {
  return QString::number(value, 'f', decimals);
}

struct Range {
  double least;
  double most;

  /// 0 at the least, 1 at the most.
  [[nodiscard]] double share(double value) const { return most > least ? (value - least) / (most - least) : 0; }
};

Range rangeOf(const std::vector<RatioPoint>& points, double RatioPoint::*value) {
  const auto less = [value](const RatioPoint& a, const RatioPoint& b) { return a.*value < b.*value; };
  const auto [least, most] = std::minmax_element(points.begin(), points.end(), less);
  return {(*least).*value, (*most).*value};
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

/// Where the points are; the axes' lines run around it.
QRectF RatioPlotView::area() const {
  const double line = fontMetrics().height();
  return QRectF(rect()).adjusted(24, line * 1.4, -line * 3, -line * 2);
}

QPointF RatioPlotView::place(const RatioPoint& point) const {
  const QRectF at = area();
  const double x = rangeOf(model_.points(), &RatioPoint::seconds).share(point.seconds);
  const double y = rangeOf(model_.points(), &RatioPoint::rms).share(point.rms);
  return {at.left() + x * at.width(), at.bottom() - y * at.height()};
}

/// Beside a point, where none of those stands; nothing where there is no room.
std::optional<QRectF> RatioPlotView::labelAt(QPointF spot, const QString& text,
                                             const std::vector<QRectF>& taken) const {
  const QFontMetricsF metrics(font());
  const QSizeF size(metrics.horizontalAdvance(text) + 4, metrics.height());
  for (const QPointF corner : {QPointF(7, -3 - size.height()), QPointF(-7 - size.width(), -3 - size.height()),
                               QPointF(9, 1), QPointF(-9 - size.width(), 1)}) {
    const QRectF label(spot + corner, size);
    const bool isFree =
        std::none_of(taken.begin(), taken.end(), [&](const QRectF& one) { return one.intersects(label); });
    if (isFree && QRectF(rect()).contains(label)) return label;
  }
  return std::nullopt;
}

/// At the upper end of its axis.
QString RatioPlotView::rmsText() const {
  return tr("RMS %1").arg(fixed(rangeOf(model_.points(), &RatioPoint::rms).most, 3));
}

/// The lines, with their words and both ends' values.
void RatioPlotView::paintAxes(QPainter& painter) const {
  const QRectF at = area().adjusted(-12, -8, 12, 8);
  painter.setPen(QPen(colours().line, 1));
  painter.drawLine(at.bottomLeft(), at.bottomRight());
  painter.drawLine(at.bottomLeft(), at.topLeft());
  painter.setPen(colours().muted);
  const Range seconds = rangeOf(model_.points(), &RatioPoint::seconds);
  const QRectF below(0, at.bottom(), width() - 4, height() - at.bottom());
  painter.drawText(QRectF(0, 0, width(), at.top()), Qt::AlignLeft | Qt::AlignTop, rmsText());
  painter.drawText(below.adjusted(at.left(), 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, fixed(seconds.least, 1));
  painter.drawText(below, Qt::AlignRight | Qt::AlignVCenter, tr("%1 seconds").arg(fixed(seconds.most, 1)));
}

/// The knee's and the ends' labels come first where there is not room for all.
void RatioPlotView::paintLabels(QPainter& painter) const {
  const std::vector<RatioPoint>& points = model_.points();
  std::vector<QRectF> taken;
  taken.reserve(2 * points.size() + 1);
  taken.emplace_back(0, 0, fontMetrics().horizontalAdvance(rmsText()), fontMetrics().height());
  for (const RatioPoint& point : points) taken.push_back(QRectF(place(point), QSizeF()).adjusted(-4, -4, 4, 4));
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto matters = [&](std::size_t i) { return model_.knee() == i || i == 0 || i + 1 == points.size(); };
  std::stable_partition(order.begin(), order.end(), matters);
  painter.setPen(QPen(colours().text, 1));
  for (const std::size_t i : order) {
    const QString text = tr("%1 %").arg(points[i].percent);
    const auto label = labelAt(place(points[i]), text, taken);
    if (!label) continue;
    painter.drawText(*label, Qt::AlignCenter, text);
    taken.push_back(*label);
  }
}

void RatioPlotView::paintEvent(QPaintEvent*) {
  if (model_.points().empty()) return;
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  paintAxes(painter);
  QPolygonF way;
  for (const RatioPoint& point : model_.points()) way << place(point);
  painter.setPen(QPen(colours().muted, 1, Qt::DashLine));
  painter.drawPolyline(way);
  painter.setPen(QPen(colours().text, 1));
  for (std::size_t i = 0; i < model_.points().size(); ++i) {
    const QPointF spot = way[static_cast<qsizetype>(i)];
    painter.setBrush(colours().focus);
    painter.drawEllipse(spot, 3.5, 3.5);
    painter.setBrush(Qt::NoBrush);
    if (model_.knee() == i) painter.drawEllipse(spot, 8, 8);
  }
  paintLabels(painter);
}

}  // namespace tstitch::ui
