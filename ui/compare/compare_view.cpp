#include "ui/compare/compare_view.h"

#include <QDragEnterEvent>
#include <QKeyEvent>
#include <QLineF>
#include <QMimeData>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/convert/local_files.h"
#include "ui/widgets/line_icon.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {
namespace {

constexpr int kMargin = 16;
constexpr double kReach = 12;  // how near to the line of a wipe one takes hold of it

void paintMark(QPainter& painter, QPointF corner, const QString& text) {
  const QFontMetricsF metrics(painter.font());
  const QRectF box(corner, QSizeF(metrics.horizontalAdvance(text) + 16, metrics.height() + 6));
  QColor ground = colours().base;
  ground.setAlpha(220);
  painter.setPen(Qt::NoPen);
  painter.setBrush(ground);
  painter.drawRoundedRect(box, 6, 6);
  painter.setPen(colours().text);
  painter.drawText(box, Qt::AlignCenter, text);
}

}  // namespace

CompareView::CompareView(QWidget* parent) : PictureCanvas({kLeastZoom, kMostZoom, kMargin}, parent) {
  setMinimumSize(240, 180);
  setAcceptDrops(true);
  setMouseTracking(true);
  setAccessibleName(tr("Compare view"));
  connect(this, &PictureCanvas::scaleChanged, this, [this] { Q_EMIT zoomChanged(zoom()); });
}

void CompareView::setPictures(const QImage& a, const QImage& b) {
  a_ = a;
  b_ = b;
  update();
  Q_EMIT zoomChanged(zoom());
}

void CompareView::setDifference(const QImage& map, int greatest) {
  map_ = map;
  greatest_ = greatest;
  update();
}

void CompareView::setMode(CompareMode mode) {
  mode_ = mode;
  held_ = false;
  update();
  Q_EMIT zoomChanged(zoom());
}

void CompareView::setWipe(int percent) {
  wipe_ = std::clamp(percent, 0, 100);
  update();
}

void CompareView::setOpacity(int percent) {
  opacity_ = std::clamp(percent, 0, 100);
  update();
}

void CompareView::setZoom(int percent) {
  if (percent != zoom()) setScale(percent / 100.0 / devicePixelRatioF());
}

void CompareView::setHeld(bool held) {
  held_ = held;
  update();
}

QSize CompareView::pictureSize() const {
  return a_.isNull() ? b_.size() : a_.size();
}

int CompareView::zoom() const {
  return static_cast<int>(std::lround(scale() * devicePixelRatioF() * 100));
}

QRectF CompareView::frame(Side side) const {
  const QRectF whole(rect());
  if (mode_ != CompareMode::SideBySide) return whole;
  const double half = whole.width() / 2;
  return {side == Side::A ? 0 : half, 0, half, whole.height()};
}

QRectF CompareView::frameAt(QPointF point) const {
  const bool right = mode_ == CompareMode::SideBySide && point.x() > width() / 2.0;
  return frame(right ? Side::B : Side::A);
}

QRectF CompareView::target(Side side) const {
  return targetIn(frame(side));
}

QLineF CompareView::line() const {
  const QRectF at = target(Side::A);
  if (mode_ == CompareMode::Wipe) {
    const double x = at.left() + at.width() * wipe_ / 100;
    return {x, at.top(), x, at.bottom()};
  }
  const double y = at.top() + at.height() * wipe_ / 100;
  return {at.left(), y, at.right(), y};
}

QRectF CompareView::behindLine() const {
  const QRectF at = target(Side::A);
  return {line().p1(), at.bottomRight()};
}

void CompareView::paintContent(QPainter& painter) {
  if (a_.isNull() && b_.isNull()) return paintEmpty(painter);
  paintPictures(painter);
  paintMarks(painter);
}

void CompareView::paintPictures(QPainter& painter) const {
  switch (mode_) {
    case CompareMode::SideBySide:
      paintOne(painter, Side::A);
      return paintOne(painter, Side::B);
    case CompareMode::Blink:
      return paintOne(painter, held_ ? Side::B : Side::A);
    case CompareMode::Overlay:
      painter.drawImage(target(Side::A), a_);
      painter.setOpacity(opacity_ / 100.0);
      painter.drawImage(target(Side::A), b_);
      return painter.setOpacity(1);
    case CompareMode::Difference:
      return paintDifference(painter);
    default:
      return paintWipe(painter);
  }
}

void CompareView::paintOne(QPainter& painter, Side side) const {
  painter.save();
  if (mode_ == CompareMode::SideBySide) painter.setClipRect(frame(side), Qt::IntersectClip);
  painter.drawImage(target(side), side == Side::A ? a_ : b_);
  painter.restore();
}

void CompareView::paintWipe(QPainter& painter) const {
  painter.drawImage(target(Side::A), a_);
  if (b_.isNull()) return;
  painter.save();
  painter.setClipRect(behindLine(), Qt::IntersectClip);
  painter.drawImage(target(Side::A), b_);
  painter.restore();
  painter.setPen(QPen(colours().base, 3));
  painter.drawLine(line());
  painter.setPen(QPen(colours().text, 1));
  painter.drawLine(line());
}

void CompareView::paintDifference(QPainter& painter) const {
  if (!map_.isNull()) return painter.drawImage(target(Side::A), map_);
  painter.setPen(colours().muted);
  painter.drawText(rect().adjusted(kMargin, kMargin, -kMargin, -kMargin), Qt::AlignCenter | Qt::TextWordWrap,
                   tr("The difference needs two pictures of one size."));
}

void CompareView::paintMarks(QPainter& painter) const {
  const QPointF left(kMargin, kMargin);
  const QFontMetricsF metrics(painter.font());
  const QString b = tr("B");
  const double width = metrics.horizontalAdvance(b) + 16;
  switch (mode_) {
    case CompareMode::Difference:
      if (map_.isNull()) return;
      return paintMark(painter, left, tr("brightest: %1 of 255").arg(greatest_));
    case CompareMode::Blink:
      return paintMark(painter, left, held_ ? b : tr("A"));
    case CompareMode::WipeAcross:
      paintMark(painter, left, tr("A"));
      return paintMark(painter, QPointF(kMargin, height() - kMargin - metrics.height() - 6), b);
    case CompareMode::Overlay:
      return paintMark(painter, left, tr("A and %1 % of B").arg(opacity_));
    default:
      paintMark(painter, left, tr("A"));
      paintMark(painter, QPointF(this->width() - kMargin - width, kMargin), b);
  }
}

void CompareView::paintEmpty(QPainter& painter) const {
  const QPointF middle = QRectF(rect()).center();
  const QRect icon(static_cast<int>(middle.x()) - 20, static_cast<int>(middle.y()) - 52, 40, 40);
  lineIcon(QStringLiteral("picture"), colours().muted).paint(&painter, icon);
  painter.setPen(colours().muted);
  painter.drawText(QRectF(0, middle.y(), width(), 64), Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap,
                   tr("Drop two pictures here, or select two cells of a grid and press Compare."));
}

void CompareView::mousePressEvent(QMouseEvent* event) {
  const bool taken = event->button() == Qt::LeftButton && !pictureSize().isEmpty();
  const QPointF apart = event->position() - line().p1();
  const bool near = std::abs(mode_ == CompareMode::Wipe ? apart.x() : apart.y()) <= kReach;
  dragsLine_ = taken && isWipe() && near;
  if (!dragsLine_) PictureCanvas::mousePressEvent(event);
  if (taken && mode_ == CompareMode::Blink) setHeld(true);
}

void CompareView::dragLineTo(QPointF position) {
  const QRectF at = target(Side::A);
  const double share =
      mode_ == CompareMode::Wipe ? (position.x() - at.left()) / at.width() : (position.y() - at.top()) / at.height();
  setWipe(static_cast<int>(std::lround(100 * share)));
  Q_EMIT wipeMoved(wipe_);
}

void CompareView::mouseMoveEvent(QMouseEvent* event) {
  dragsLine_ ? dragLineTo(event->position()) : PictureCanvas::mouseMoveEvent(event);
}

void CompareView::mouseReleaseEvent(QMouseEvent* event) {
  dragsLine_ = false;
  PictureCanvas::mouseReleaseEvent(event);
  if (held_) setHeld(false);
}

void CompareView::keyPressEvent(QKeyEvent* event) {
  const bool back = event->key() == Qt::Key_Left || event->key() == Qt::Key_Up;
  const bool forth = event->key() == Qt::Key_Right || event->key() == Qt::Key_Down;
  if (isWipe() && (back || forth)) {
    setWipe(wipe_ + (back ? -1 : 1));
    Q_EMIT wipeMoved(wipe_);
    return;
  }
  if (event->key() == Qt::Key_Space) return setHeld(mode_ == CompareMode::Blink);
  PictureCanvas::keyPressEvent(event);
}

void CompareView::keyReleaseEvent(QKeyEvent* event) {
  if (event->key() != Qt::Key_Space) return QWidget::keyReleaseEvent(event);
  if (!event->isAutoRepeat()) setHeld(false);
}

void CompareView::focusOutEvent(QFocusEvent* event) {
  setHeld(false);
  QWidget::focusOutEvent(event);
}

void CompareView::dragEnterEvent(QDragEnterEvent* event) {
  if (!localFiles(*event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void CompareView::dropEvent(QDropEvent* event) {
  const Side side = event->position().x() < width() / 2.0 ? Side::A : Side::B;
  event->acceptProposedAction();
  Q_EMIT filesDropped(localFiles(*event->mimeData()), side);
}

}  // namespace tstitch::ui
