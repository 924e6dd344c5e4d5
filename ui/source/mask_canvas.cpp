#include "ui/source/mask_canvas.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/widgets/theme.h"

namespace tstitch::ui {
namespace {

constexpr std::size_t kMostUndone = 30;
constexpr int kBrushShare = 12;  // of the picture's shorter side, at first

/// The mask as a veil over the picture, striped so that it is no matter of colour alone.
QImage veilOf(const Mask& mask) {
  QImage veil(mask.size(), QImage::Format_ARGB32_Premultiplied);
  veil.fill(Qt::transparent);
  const QRgb colour = colours().focus.rgb();
  constexpr int kStripe = 6;
  for (int y = 0; y < veil.height(); ++y) {
    const uchar* from = mask.pixels().constScanLine(y);
    auto* to = reinterpret_cast<QRgb*>(veil.scanLine(y));
    for (int x = 0; x < veil.width(); ++x) {
      const int alpha = (x + y) / kStripe % 2 == 0 ? 170 : 110;
      if (from[x] != 0) to[x] = qPremultiply(qRgba(qRed(colour), qGreen(colour), qBlue(colour), alpha));
    }
  }
  return veil;
}

}  // namespace

MaskCanvas::MaskCanvas(const QImage& picture, const Mask& mask, QWidget* parent)
    : QWidget(parent),
      picture_(picture),
      mask_(mask),
      at_(QRectF(picture.rect()).center()),
      brush_(std::clamp(std::min(picture.width(), picture.height()) / kBrushShare, 1, kMostBrush)) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setMinimumSize(240, 180);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  setAccessibleName(tr("Mask painter"));
  setCursor(Qt::CrossCursor);
  describe();
}

QSize MaskCanvas::sizeHint() const {
  constexpr QSize kUsual(640, 560);
  return kUsual;
}

void MaskCanvas::setBrush(int pixels) {
  const int brush = std::clamp(pixels, 1, kMostBrush);
  if (brush == brush_) return;
  brush_ = brush;
  Q_EMIT brushChanged(brush_);
  update();
}

void MaskCanvas::keep() {
  if (before_.size() == kMostUndone) before_.erase(before_.begin());
  before_.push_back(mask_);
}

void MaskCanvas::invert() {
  keep();
  mask_.invert();
  describe();
}

void MaskCanvas::clear() {
  keep();
  mask_.clear();
  describe();
}

void MaskCanvas::undo() {
  if (before_.empty()) return;
  mask_ = before_.back();
  before_.pop_back();
  describe();
}

void MaskCanvas::describe() {
  setAccessibleDescription(tr("%1 % is drawn anew").arg(std::lround(100 * mask_.share())));
  update();
  Q_EMIT changed();
}

QRectF MaskCanvas::target() const {
  const QSizeF shown = QSizeF(picture_.size()).scaled(size(), Qt::KeepAspectRatio);
  return {QPointF((width() - shown.width()) / 2, (height() - shown.height()) / 2), shown};
}

QPointF MaskCanvas::inPicture(QPointF place) const {
  const QRectF shown = target();
  return {(place.x() - shown.x()) * picture_.width() / shown.width(),
          (place.y() - shown.y()) * picture_.height() / shown.height()};
}

void MaskCanvas::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setRenderHint(QPainter::SmoothPixmapTransform);
  const QRectF shown = target();
  painter.fillRect(rect(), colours().canvas);
  painter.drawImage(shown, picture_);
  painter.drawImage(shown, veilOf(mask_));
  if (hasFocus()) {
    painter.setPen(QPen(colours().focus, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(QRectF(rect()).adjusted(1, 1, -1, -1));
  }
  if (!showsBrush_ && !hasFocus()) return;
  const double scale = shown.width() / picture_.width();
  const QPointF middle(shown.x() + at_.x() * scale, shown.y() + at_.y() * scale);
  for (const auto& [colour, width] : {std::pair(QColor(Qt::black), 3.0), std::pair(QColor(Qt::white), 1.2)}) {
    painter.setPen(QPen(colour, width));
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(middle, brush_ * scale, brush_ * scale);
  }
}

void MaskCanvas::stroke(QPointF to, bool white) {
  mask_.paint(at_, to, brush_, white);
  at_ = to;
  describe();
}

void MaskCanvas::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton && event->button() != Qt::RightButton) return;
  keep();
  painting_ = true;
  at_ = inPicture(event->position());
  stroke(at_, event->button() == Qt::LeftButton && !erasing_);
}

void MaskCanvas::mouseMoveEvent(QMouseEvent* event) {
  showsBrush_ = true;
  const QPointF to = inPicture(event->position());
  if (painting_) return stroke(to, (event->buttons() & Qt::LeftButton) != 0 && !erasing_);
  at_ = to;
  update();
}

void MaskCanvas::mouseReleaseEvent(QMouseEvent*) {
  painting_ = false;
}

void MaskCanvas::leaveEvent(QEvent*) {
  showsBrush_ = false;
  update();
}

void MaskCanvas::moveBrush(int x, int y, bool finely) {
  const int step = finely ? 1 : std::max(brush_ / 2, 1);
  at_ = {std::clamp(at_.x() + x * step, 0.0, static_cast<double>(picture_.width())),
         std::clamp(at_.y() + y * step, 0.0, static_cast<double>(picture_.height()))};
  update();
}

void MaskCanvas::keyPressEvent(QKeyEvent* event) {
  const bool finely = (event->modifiers() & Qt::ShiftModifier) != 0;
  if (event->matches(QKeySequence::Undo)) return undo();
  switch (event->key()) {
    case Qt::Key_Left:
      return moveBrush(-1, 0, finely);
    case Qt::Key_Right:
      return moveBrush(1, 0, finely);
    case Qt::Key_Up:
      return moveBrush(0, -1, finely);
    case Qt::Key_Down:
      return moveBrush(0, 1, finely);
    case Qt::Key_BracketLeft:
      return setBrush(brush_ - std::max(brush_ / 5, 1));
    case Qt::Key_BracketRight:
      return setBrush(brush_ + std::max(brush_ / 5, 1));
    case Qt::Key_Space:
      keep();
      return stroke(at_, !erasing_);
    default:
      QWidget::keyPressEvent(event);
  }
}

}  // namespace tstitch::ui
