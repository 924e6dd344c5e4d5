#include "ui/additions/reach_bar.h"

#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "core/request/control_reach.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {
namespace {

constexpr int kHeight = 24;
constexpr int kMargin = 4;  // room for the handles' halves
constexpr double kGap = 1;  // between cells
constexpr double kRadius = 2;
constexpr int kParts = 10000;  // of a run, in the numbers beside the bar

}  // namespace

bool Reach::holds(int evaluation, const ReachRun& run) const {
  return (evaluation < run.small ? onSmall : onLarge) && reaches(start, end, evaluation, run.evaluations);
}

ReachBar::ReachBar(QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setCursor(Qt::SizeHorCursor);
  setToolTip(tr("When it acts: drag the ends, or set Start and End"));
}

QSize ReachBar::sizeHint() const {
  return {160, kHeight};
}

void ReachBar::setRun(const ReachRun& run) {
  if (run == run_) return;
  run_ = run;
  describe();
}

void ReachBar::setReach(const Reach& reach) {
  reach_ = reach;
  describe();
}

void ReachBar::describe() {
  int acting = 0;
  for (int i = 0; i < run_.evaluations; ++i) acting += reach_.holds(i, run_) ? 1 : 0;
  setAccessibleDescription(tr("acts at %1 of %2 evaluations").arg(acting).arg(run_.evaluations));
  update();
}

QRectF ReachBar::track() const {
  return QRectF(rect()).adjusted(kMargin, 2, -kMargin, -2);
}

double ReachBar::xOf(double share) const {
  return track().left() + track().width() * share;
}

void ReachBar::paintEvent(QPaintEvent*) {
  if (run_.evaluations <= 0) return;
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  paintCells(painter);
  const double seam = xOf(static_cast<double>(run_.small) / run_.evaluations);
  painter.setPen(QPen(colours().text, 1.5));
  painter.drawLine(QPointF(seam, track().top()), QPointF(seam, track().bottom()));
  paintHandle(painter, reach_.start);
  paintHandle(painter, reach_.end);
}

void ReachBar::paintCells(QPainter& painter) const {
  const double evaluations = run_.evaluations;
  painter.setPen(Qt::NoPen);
  for (int i = 0; i < run_.evaluations; ++i) {
    const double left = xOf(i / evaluations);
    const double width = xOf((i + 1) / evaluations) - left;
    const QRectF cell(left + kGap / 2, track().top() + 4, std::max(width - kGap, 1.0), track().height() - 8);
    const DenoiserMark mark = i < run_.small ? DenoiserMark::Small : DenoiserMark::Large;
    const bool acts = reach_.holds(i, run_);
    painter.setBrush(acts ? denoiserColour(mark) : denoiserTint(mark));
    painter.drawRoundedRect(cell, kRadius, kRadius);
    if (!acts) continue;
    painter.setBrush(denoiserPattern(mark, QColor(255, 255, 255, 70)));
    painter.drawRoundedRect(cell, kRadius, kRadius);
  }
}

void ReachBar::paintHandle(QPainter& painter, double share) const {
  const QRectF handle(xOf(share) - 3, track().top(), 6, track().height());
  painter.setPen(QPen(colours().panel, 1.5));
  painter.setBrush(colours().text);
  painter.drawRoundedRect(handle, 3, 3);
}

/// The nearer end is the one that is dragged; where both lie together it is the one that can go that way.
void ReachBar::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  const double x = event->position().x();
  const double toStart = std::abs(x - xOf(reach_.start));
  const double toEnd = std::abs(x - xOf(reach_.end));
  dragsEnd_ = toEnd < toStart || (toEnd == toStart && x >= xOf(reach_.end));
  drag(x);
}

void ReachBar::mouseMoveEvent(QMouseEvent* event) {
  if ((event->buttons() & Qt::LeftButton) != 0) drag(event->position().x());
}

void ReachBar::drag(double x) {
  const int all = run_.evaluations;
  if (all <= 0) return;
  const double share = std::clamp((x - track().left()) / std::max(track().width(), 1.0), 0.0, 1.0);
  const int edge = static_cast<int>(std::lround(share * all));
  if (dragsEnd_) {
    const int parts = (edge * kParts + all - 1) / all;
    const double end = static_cast<double>(parts) / kParts;
    if (end >= reach_.start) Q_EMIT endMoved(end);
  } else {
    const int parts = edge * kParts / all;
    const double start = static_cast<double>(parts) / kParts;
    if (start <= reach_.end) Q_EMIT startMoved(start);
  }
}

}  // namespace tstitch::ui
