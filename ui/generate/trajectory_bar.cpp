#include "ui/generate/trajectory_bar.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/generate/trajectory_bar_accessible.h"

namespace tstitch::ui {
namespace {

constexpr int kHeight = 48;
constexpr int kMargin = 6;            // room for the focus ring and the handle's ends
constexpr double kGap = 2;            // between cells
constexpr double kNarrowestCell = 6;  // below it the cells of a denoiser are drawn as one piece
constexpr double kRadius = 3;

}  // namespace

TrajectoryBar::TrajectoryBar(QWidget* parent) : QWidget(parent) {
  installTrajectoryBarAccessibility();
  setFocusPolicy(Qt::StrongFocus);
  setCursor(Qt::SizeHorCursor);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setAccessibleName(tr("Trajectory"));
  setToolTip(tr("Drag the seam, or use the arrow keys. Double-click to type a number."));
}

QSize TrajectoryBar::sizeHint() const {
  return {320, kHeight};
}

QSize TrajectoryBar::minimumSizeHint() const {
  return {160, kHeight};
}

void TrajectoryBar::setShape(const RunShape& shape, int smallCount) {
  const bool same = shape.evaluations == shape_.evaluations && smallCount == smallCount_;
  shape_ = shape;
  smallCount_ = smallCount;
  if (same) return;
  update();
  announce();
}

void TrajectoryBar::chooseSmallCount(int count) {
  const int snapped = shape_.snapped(std::clamp(count, 0, shape_.evaluations));
  if (snapped == smallCount_) return;
  smallCount_ = snapped;
  update();
  Q_EMIT smallCountChosen(snapped);
  announce();
}

void TrajectoryBar::showProgress(const BarProgress& progress) {
  progress_ = progress;
  describe();
  update();
}

void TrajectoryBar::clearProgress() {
  progress_.reset();
  describe();
  update();
}

/// The counts whose pictures are ready, or how far the pass is that goes on.
void TrajectoryBar::describe() {
  QString text;
  if (progress_ && progress_->second.evaluations > 0) {
    const int inSecond = progress_->done - progress_->evaluations;
    text = inSecond < 0 ? tr("first pass: %1 of %2").arg(progress_->done).arg(progress_->evaluations)
                        : tr("second pass: %1 of %2").arg(inSecond).arg(progress_->second.evaluations);
  } else if (!progress_ && !ready_.empty()) {
    QStringList seams;
    for (const int count : ready_) seams << QString::number(count);
    text = tr("ready: %1").arg(seams.join(QStringLiteral(", ")));
  }
  if (text != accessibleDescription()) setAccessibleDescription(text);
}

void TrajectoryBar::announce() {
  if (!QAccessible::isActive()) return;
  QAccessibleValueChangeEvent event(this, smallCount_);
  QAccessible::updateAccessibility(&event);
}

QRectF TrajectoryBar::track() const {
  return QRectF(rect()).adjusted(kMargin, kMargin, -kMargin, -kMargin);
}

void TrajectoryBar::setRuns(const std::vector<BarRun>& runs) {
  if (runs == runs_) return;
  runs_ = runs;
  update();
}

void TrajectoryBar::setCosts(const std::optional<BarCosts>& costs) {
  if (costs == costs_) return;
  costs_ = costs;
  update();
}

/// What is shown, in order.
std::vector<BarRun> TrajectoryBar::runs() const {
  const auto counts = [](int small, int all) {
    return std::vector<BarRun>{{DenoiserMark::Small, small}, {DenoiserMark::Large, all - small}};
  };
  if (!progress_) return runs_.empty() ? counts(smallCount_, shape_.evaluations) : runs_;
  int small = 0;
  int all = 0;
  for (const BarRun& run : runs_) {
    small += run.mark == DenoiserMark::Small ? run.evaluations : 0;
    all += run.evaluations;
  }
  const bool isShown = !runs_.empty() && small == progress_->small && all == progress_->evaluations;
  std::vector<BarRun> shown = isShown ? runs_ : counts(progress_->small, progress_->evaluations);
  for (BarRun& run : counts(progress_->second.small, progress_->second.evaluations)) {
    run.isSecond = true;
    shown.push_back(run);
  }
  return shown;
}

double TrajectoryBar::costOf(DenoiserMark mark) const {
  if (!costs_) return 1;
  return mark == DenoiserMark::Small ? costs_->small : costs_->large;
}

double TrajectoryBar::xOf(int count, const std::vector<BarRun>& runs) const {
  double before = 0;
  double all = 0;
  int begin = 0;
  for (const BarRun& run : runs) {
    const double cost = costOf(run.mark);
    before += cost * std::clamp(count - begin, 0, run.evaluations);
    all += cost * run.evaluations;
    begin += run.evaluations;
  }
  return track().left() + (all > 0 ? track().width() * before / all : 0);
}

/// Where the seam of that count would stand, which moves the widths of all cells when they are drawn to scale.
double TrajectoryBar::seamX(int smallCount) const {
  const double small = smallCount * costOf(DenoiserMark::Small);
  const double all = small + (shape_.evaluations - smallCount) * costOf(DenoiserMark::Large);
  return track().left() + (all > 0 ? track().width() * small / all : 0);
}

int TrajectoryBar::countAt(double x) const {
  int nearest = 0;
  for (int count = 1; count <= shape_.evaluations; ++count) {
    if (std::abs(seamX(count) - x) < std::abs(seamX(nearest) - x)) nearest = count;
  }
  return nearest;
}

int TrajectoryBar::neighbour(int direction) const {
  const auto& seams = shape_.seams;
  if (direction < 0) {
    const auto at = std::lower_bound(seams.begin(), seams.end(), smallCount_);
    return at == seams.begin() ? smallCount_ : *std::prev(at);
  }
  const auto at = std::upper_bound(seams.begin(), seams.end(), smallCount_);
  return at == seams.end() ? smallCount_ : *at;
}

void TrajectoryBar::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  int begin = 0;
  const std::vector<BarRun> all = runs();
  bool isSecond = false;
  for (const BarRun& run : all) {
    const int end = begin + run.evaluations;
    const int done = progress_ ? std::clamp(progress_->done, begin, end) : end;
    if (run.isSecond && run.evaluations > 0 && !std::exchange(isSecond, true)) paintBorder(painter, xOf(begin, all));
    paintCells(painter, begin, done, run.mark, true);
    paintCells(painter, done, end, run.mark, false);
    begin = end;
  }
  if (!progress_ && runs_.empty()) {
    paintReady(painter);
    paintHandle(painter);
  }
  if (!hasFocus()) return;
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(colours().focus, 2));
  painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 7, 7);
}

void TrajectoryBar::paintCells(QPainter& painter, int from, int to, DenoiserMark mark, bool filled) const {
  if (from >= to) return;
  const std::vector<BarRun> all = runs();
  const auto xOf = [&](int count) { return this->xOf(count, all); };
  const double cell = xOf(from + 1) - xOf(from);
  const bool apart = cell >= kNarrowestCell;
  const double top = track().top() + 4;
  const double height = track().height() - 8;
  QPainterPath cells;
  const int stride = apart ? 1 : to - from;
  for (int i = from; i < to; i += stride) {
    const double width = xOf(i + stride) - xOf(i) - kGap;
    cells.addRoundedRect(QRectF(xOf(i) + kGap / 2, top, std::max(width, 1.0), height), kRadius, kRadius);
  }
  painter.setOpacity(isEnabled() ? 1.0 : 0.5);
  painter.fillPath(cells, filled ? denoiserColour(mark) : denoiserTint(mark));
  const QColor ink = filled ? QColor(255, 255, 255, 70) : denoiserColour(mark);
  painter.setOpacity(filled ? 1.0 : 0.35);
  painter.fillPath(cells, denoiserPattern(mark, ink));
  painter.setOpacity(1.0);
}

void TrajectoryBar::paintBorder(QPainter& painter, double x) const {
  painter.fillRect(QRectF(x - 1, track().top() - 2, 2, track().height() + 4), colours().text);
}

void TrajectoryBar::paintHandle(QPainter& painter) const {
  const double x = seamX(smallCount_);
  const QRectF handle(x - 4, track().top(), 8, track().height());
  painter.setPen(QPen(colours().panel, 2));
  painter.setBrush(colours().text);
  painter.drawRoundedRect(handle, 4, 4);
  painter.setPen(QPen(colours().panel, 1.2));
  for (const double offset : {-4.0, 0.0, 4.0}) {
    painter.drawLine(QPointF(x - 1.5, handle.center().y() + offset), QPointF(x + 1.5, handle.center().y() + offset));
  }
}

void TrajectoryBar::setReady(std::vector<int> counts) {
  if (counts == ready_) return;
  ready_ = std::move(counts);
  describe();
  update();
}

/// A soft light at the seam's place and a dot above it.
void TrajectoryBar::paintReady(QPainter& painter) const {
  painter.setPen(Qt::NoPen);
  for (const int count : ready_) {
    const double x = seamX(count);
    QLinearGradient light(x - 6, 0, x + 6, 0);
    QColor glow = colours().focus;
    glow.setAlpha(0);
    light.setColorAt(0, glow);
    light.setColorAt(1, glow);
    glow.setAlpha(150);
    light.setColorAt(0.5, glow);
    painter.fillRect(QRectF(x - 6, track().top() + 4, 12, track().height() - 8), light);
    painter.setBrush(colours().focus);
    painter.drawEllipse(QPointF(x, track().top()), 2.5, 2.5);
  }
}

void TrajectoryBar::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  dragging_ = true;
  takenAt_ = smallCount_;
  chooseSmallCount(countAt(event->position().x()));
}

void TrajectoryBar::mouseMoveEvent(QMouseEvent* event) {
  if (dragging_) chooseSmallCount(countAt(event->position().x()));
}

void TrajectoryBar::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || !std::exchange(dragging_, false)) return;
  if (smallCount_ != takenAt_) Q_EMIT seamReleased(smallCount_);
}

void TrajectoryBar::mouseDoubleClickEvent(QMouseEvent*) {
  Q_EMIT numberWanted();
}

void TrajectoryBar::keyPressEvent(QKeyEvent* event) {
  const int page = std::max(1, shape_.evaluations / 10);
  switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Down:
      return chooseSmallCount(neighbour(-1));
    case Qt::Key_Right:
    case Qt::Key_Up:
      return chooseSmallCount(neighbour(+1));
    case Qt::Key_PageDown:
      return chooseSmallCount(smallCount_ - page);
    case Qt::Key_PageUp:
      return chooseSmallCount(smallCount_ + page);
    case Qt::Key_Home:
      return chooseSmallCount(0);
    case Qt::Key_End:
      return chooseSmallCount(shape_.evaluations);
    default:
      QWidget::keyPressEvent(event);
  }
}

}  // namespace tstitch::ui
