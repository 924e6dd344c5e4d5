#include "ui/widgets/picture_canvas.h"

#include <QAccessibleWidget>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "ui/widgets/theme.h"

namespace tstitch::ui {
namespace {

constexpr double kRadius = 8;
constexpr double kPixelScale = 8;  // from here on single pixels are what one wants to see
constexpr int kDragDistance = 4;

class PictureCanvasAccessible : public QAccessibleWidget, public QAccessibleImageInterface {
 public:
  explicit PictureCanvasAccessible(PictureCanvas* canvas) : QAccessibleWidget(canvas, QAccessible::Graphic) {}

  void* interface_cast(QAccessible::InterfaceType type) override {
    if (type == QAccessible::ImageInterface) return static_cast<QAccessibleImageInterface*>(this);
    return QAccessibleWidget::interface_cast(type);
  }
  [[nodiscard]] QString imageDescription() const override { return widget()->accessibleDescription(); }
  [[nodiscard]] QSize imageSize() const override { return static_cast<PictureCanvas*>(widget())->pictureSize(); }
  [[nodiscard]] QPoint imagePosition() const override { return widget()->mapToGlobal(QPoint()); }
};

QAccessibleInterface* makeInterface(const QString&, QObject* object) {
  auto* canvas = qobject_cast<PictureCanvas*>(object);
  return canvas == nullptr ? nullptr : new PictureCanvasAccessible(canvas);
}

}  // namespace

PictureCanvas::PictureCanvas(Limits limits, QWidget* parent) : QWidget(parent), limits_(limits) {
  static const bool installed = (QAccessible::installFactory(makeInterface), true);
  static_cast<void>(installed);
  setFocusPolicy(Qt::StrongFocus);
}

QRectF PictureCanvas::frameAt(QPointF) const {
  return rect();
}

double PictureCanvas::clamped(double scale) const {
  const double unit = 100 * devicePixelRatioF();
  return std::clamp(scale, limits_.least / unit, limits_.most / unit);
}

double PictureCanvas::fittingScale() const {
  const QSizeF size = pictureSize();
  if (size.isEmpty()) return 1 / devicePixelRatioF();
  const double margin = limits_.margin;
  const QRectF room = frameAt({}).adjusted(margin, margin, -margin, -margin);
  return clamped(std::min(room.width() / size.width(), room.height() / size.height()));
}

double PictureCanvas::scale() const {
  return fitted_ ? fittingScale() : scale_;
}

QRectF PictureCanvas::targetIn(const QRectF& frame) const {
  const QSizeF shown = QSizeF(pictureSize()) * scale();
  const QPointF middle = frame.center() + (fitted_ ? QPointF() : offset_);
  return {middle - QPointF(shown.width() / 2, shown.height() / 2), shown};
}

void PictureCanvas::fit() {
  fitted_ = true;
  offset_ = {};
  update();
  Q_EMIT scaleChanged();
}

void PictureCanvas::actualSize() {
  offset_ = {};
  setScale(1 / devicePixelRatioF());
}

void PictureCanvas::setScale(double scale) {
  if (fitted_) offset_ = {};
  fitted_ = false;
  scale_ = clamped(scale);
  update();
  Q_EMIT scaleChanged();
}

void PictureCanvas::zoomBy(double factor, QPointF anchor) {
  const double before = scale();
  const double after = clamped(before * factor);
  const QPointF fromMiddle = anchor - frameAt(anchor).center();
  const QPointF offset = fromMiddle - (fromMiddle - (fitted_ ? QPointF() : offset_)) * (after / before);
  setScale(after);
  offset_ = offset;
}

void PictureCanvas::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  QPainterPath canvas;
  canvas.addRoundedRect(QRectF(rect()), kRadius, kRadius);
  painter.fillPath(canvas, colours().canvas);
  painter.setClipPath(canvas);
  painter.setRenderHint(QPainter::SmoothPixmapTransform, fitted_ || scale() < kPixelScale);
  paintContent(painter);
  if (!hasFocus()) return;
  painter.setClipping(false);
  painter.setPen(QPen(colours().focus, 2));
  painter.setBrush(Qt::NoBrush);
  painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), kRadius, kRadius);
}

void PictureCanvas::resizeEvent(QResizeEvent*) {
  if (fitted_) Q_EMIT scaleChanged();
}

void PictureCanvas::wheelEvent(QWheelEvent* event) {
  constexpr double kNotch = 120;
  if (pictureSize().isEmpty()) return;
  zoomBy(std::pow(1.15, event->angleDelta().y() / kNotch), event->position());
  event->accept();
}

void PictureCanvas::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || pictureSize().isEmpty()) return;
  dragging_ = true;
  dragFrom_ = event->position();
}

void PictureCanvas::mouseMoveEvent(QMouseEvent* event) {
  if (!dragging_) return;
  if (fitted_) {
    if ((event->position() - dragFrom_).manhattanLength() < kDragDistance) return;
    setScale(fittingScale());
  }
  offset_ += event->position() - dragFrom_;
  dragFrom_ = event->position();
  update();
}

void PictureCanvas::mouseReleaseEvent(QMouseEvent*) {
  dragging_ = false;
}

void PictureCanvas::mouseDoubleClickEvent(QMouseEvent*) {
  fitted_ ? actualSize() : fit();
}

void PictureCanvas::keyPressEvent(QKeyEvent* event) {
  switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      return zoomBy(1.25, frameAt({}).center());
    case Qt::Key_Minus:
      return zoomBy(0.8, frameAt({}).center());
    case Qt::Key_0:
      return fit();
    case Qt::Key_1:
      return actualSize();
    default:
      QWidget::keyPressEvent(event);
  }
}

}  // namespace tstitch::ui
