#include "ui/preview/picture_view.h"

#include <QAccessibleWidget>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>
#include <map>

#include "ui/widgets/theme.h"

namespace tstitch::ui {
namespace {

constexpr double kLeastZoom = 0.05;
constexpr double kMostZoom = 32;
constexpr double kPixelZoom = 8;  // from here on single pixels are what one wants to see
constexpr int kMargin = 24;

/// What the ratio does, by the bundled pair's pictures of one seed.
constexpr double kExampleSide = 176;
constexpr double kExampleGap = 16;
constexpr double kExampleText = 72;

struct Example {
  int percent;
  QString words;
};

/// Decoded once; a view is painted often.
const QImage& examplePicture(int percent) {
  static std::map<int, QImage> pictures;
  QImage& picture = pictures[percent];
  if (picture.isNull()) picture.load(QStringLiteral(":/examples/ratio-%1.jpg").arg(percent));
  return picture;
}

void paintExamples(QPainter& painter, const QRectF& row, double side) {
  const Example examples[] = {{0, PictureView::tr("0 %: large alone, fine")},
                              {40, PictureView::tr("40 %: small begins, nearly as fine")},
                              {100, PictureView::tr("100 %: small alone, fast")}};
  double x = row.center().x() - (3 * side + 2 * kExampleGap) / 2;
  painter.setRenderHint(QPainter::SmoothPixmapTransform);
  for (const auto& [percent, words] : examples) {
    const QRectF frame(x, row.top(), side, side);
    QPainterPath shape;
    shape.addRoundedRect(frame, 8, 8);
    painter.save();
    painter.setClipPath(shape, Qt::IntersectClip);
    painter.drawImage(frame, examplePicture(percent));
    painter.restore();
    // The share of each, as on the trajectory bar.
    const double small = side * percent / 100;
    painter.fillRect(QRectF(x, frame.bottom() + 6, small, 4), colours().small);
    painter.fillRect(QRectF(x + small, frame.bottom() + 6, side - small, 4), colours().large);
    painter.setPen(colours().text);
    painter.drawText(QRectF(x, frame.bottom() + 14, side, kExampleText - 14),
                     Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, words);
    x += side + kExampleGap;
  }
}

class PictureViewAccessible : public QAccessibleWidget, public QAccessibleImageInterface {
 public:
  explicit PictureViewAccessible(PictureView* view) : QAccessibleWidget(view, QAccessible::Graphic) {}

  void* interface_cast(QAccessible::InterfaceType type) override {
    if (type == QAccessible::ImageInterface) return static_cast<QAccessibleImageInterface*>(this);
    return QAccessibleWidget::interface_cast(type);
  }
  [[nodiscard]] QString imageDescription() const override { return widget()->accessibleDescription(); }
  [[nodiscard]] QSize imageSize() const override { return static_cast<PictureView*>(widget())->image().size(); }
  [[nodiscard]] QPoint imagePosition() const override { return widget()->mapToGlobal(QPoint()); }
};

QAccessibleInterface* makeInterface(const QString&, QObject* object) {
  auto* view = qobject_cast<PictureView*>(object);
  return view == nullptr ? nullptr : new PictureViewAccessible(view);
}

}  // namespace

PictureView::PictureView(QWidget* parent) : QWidget(parent) {
  static const bool installed = (QAccessible::installFactory(makeInterface), true);
  static_cast<void>(installed);
  setFocusPolicy(Qt::StrongFocus);
  setMinimumSize(240, 200);
  setAccessibleName(tr("Picture"));
  clear();
}

void PictureView::clear() {
  image_ = {};
  savedPath_.clear();
  describe();
  update();
}

void PictureView::setRunState(const QString& state) {
  if (state == runState_) return;
  runState_ = state;
  if (!image_.isNull()) return;
  describe();
  update();
}

/// What is to be seen, for assistive tools.
void PictureView::describe() {
  if (!peeked_.isNull()) {
    setAccessibleDescription(peekedWords_);
  } else if (image_.isNull()) {
    setAccessibleDescription(runState_.isEmpty() ? tr("nothing yet") : runState_);
  } else {
    setAccessibleDescription(savedPath_.isEmpty() ? previewWords(evaluation_) : savedPath_);
  }
}

void PictureView::showPreview(const QImage& image, int evaluation, QSize finalSize) {
  image_ = image;
  size_ = finalSize.isEmpty() ? image.size() : finalSize;
  savedPath_.clear();
  evaluation_ = evaluation;
  describe();
  update();
}

void PictureView::showSaved(const QImage& image, const QString& path) {
  image_ = image;
  size_ = image.size();
  savedPath_ = path;
  describe();
  update();
  Q_EMIT savedShown(path);
}

QString PictureView::previewWords(int evaluation) {
  return tr("preview after step %1").arg(evaluation + 1);
}

void PictureView::peek(const QImage& image, const QString& description) {
  if (image.isNull() && peeked_.isNull()) return;
  peeked_ = image;
  peekedWords_ = description;
  if (image_.isNull()) size_ = image.size();
  describe();
  update();
}

void PictureView::setOverlay(const QImage& image) {
  overlay_ = image;
  update();
}

void PictureView::paintOverlay(QPainter& painter) const {
  constexpr double kOpacity = 0.5;
  constexpr double kSameShape = 0.02;
  if (overlay_.isNull() || size_.isEmpty()) return;
  const double shape =
      static_cast<double>(size_.width()) * overlay_.height() / (static_cast<double>(size_.height()) * overlay_.width());
  if (std::abs(shape - 1) > kSameShape) return;
  painter.setOpacity(kOpacity);
  painter.drawImage(target(), overlay_);
  painter.setOpacity(1);
}

void PictureView::fit() {
  fitted_ = true;
  offset_ = {};
  update();
}

void PictureView::actualSize() {
  fitted_ = false;
  zoom_ = 1 / devicePixelRatioF();
  offset_ = {};
  update();
}

void PictureView::zoomBy(double factor, QPointF anchor) {
  const double before = zoom();
  const double after = std::clamp(before * factor, kLeastZoom, kMostZoom);
  const QPointF fromMiddle = anchor - QRectF(rect()).center();
  offset_ = fromMiddle - (fromMiddle - offset_) * (after / before);
  zoom_ = after;
  fitted_ = false;
  update();
}

double PictureView::zoom() const {
  return fitted_ ? fittingZoom() : zoom_;
}

double PictureView::fittingZoom() const {
  if (size_.isEmpty()) return 1;
  const double x = static_cast<double>(width() - 2 * kMargin) / size_.width();
  const double y = static_cast<double>(height() - 2 * kMargin) / size_.height();
  return std::max(std::min(x, y), kLeastZoom);
}

QRectF PictureView::target() const {
  const QSizeF shown = QSizeF(size_) * zoom();
  const QPointF middle = QRectF(rect()).center() + (fitted_ ? QPointF() : offset_);
  return QRectF(middle - QPointF(shown.width() / 2, shown.height() / 2), shown);
}

void PictureView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  QPainterPath canvas;
  canvas.addRoundedRect(QRectF(rect()), 8, 8);
  painter.fillPath(canvas, colours().canvas);
  painter.setClipPath(canvas);
  const QImage& shown = peeked_.isNull() ? image_ : peeked_;
  if (shown.isNull()) {
    paintEmpty(painter);
  } else {
    painter.setRenderHint(QPainter::SmoothPixmapTransform, fitted_ || zoom() < kPixelZoom);
    painter.drawImage(target(), shown);
    paintOverlay(painter);
  }
  if (!hasFocus()) return;
  painter.setPen(QPen(colours().focus, 2));
  painter.setBrush(Qt::NoBrush);
  painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 8, 8);
}

void PictureView::paintEmpty(QPainter& painter) const {
  const QRectF room = QRectF(rect()).adjusted(kMargin, kMargin, -kMargin, -kMargin);
  painter.setPen(colours().muted);
  if (!runState_.isEmpty()) {
    painter.drawText(room, Qt::AlignCenter | Qt::TextWordWrap, runState_);
    return;
  }
  const double side = std::min({kExampleSide, (room.width() - 2 * kExampleGap) / 3, room.height() - 2 * kExampleText});
  const bool fits = side >= kExampleSide / 2;
  const double height = fits ? side + 2 * kExampleText : kExampleText;
  const double top = room.center().y() - height / 2;
  if (fits) paintExamples(painter, QRectF(room.left(), top, room.width(), side), side);
  painter.setPen(colours().muted);
  painter.drawText(QRectF(room.left(), top + height - kExampleText, room.width(), kExampleText),
                   Qt::AlignHCenter | Qt::AlignBottom | Qt::TextWordWrap,
                   tr("Write a prompt and press Ctrl+Enter.\nDrop a picture here to restore its settings."));
}

void PictureView::wheelEvent(QWheelEvent* event) {
  constexpr double kNotch = 120;
  if (image_.isNull()) return;
  zoomBy(std::pow(1.15, event->angleDelta().y() / kNotch), event->position());
  event->accept();
}

void PictureView::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || image_.isNull()) return;
  dragging_ = true;
  dragFrom_ = event->position();
}

void PictureView::mouseMoveEvent(QMouseEvent* event) {
  if (!dragging_) return;
  if (fitted_) {
    if ((event->position() - dragFrom_).manhattanLength() < 4) return;
    zoom_ = fittingZoom();
    fitted_ = false;
  }
  offset_ += event->position() - dragFrom_;
  dragFrom_ = event->position();
  update();
}

void PictureView::mouseReleaseEvent(QMouseEvent*) {
  dragging_ = false;
}

void PictureView::mouseDoubleClickEvent(QMouseEvent*) {
  fitted_ ? actualSize() : fit();
}

void PictureView::keyPressEvent(QKeyEvent* event) {
  switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      return zoomBy(1.25, QRectF(rect()).center());
    case Qt::Key_Minus:
      return zoomBy(0.8, QRectF(rect()).center());
    case Qt::Key_0:
      return fit();
    case Qt::Key_1:
      return actualSize();
    default:
      QWidget::keyPressEvent(event);
  }
}

void PictureView::contextMenuEvent(QContextMenuEvent* event) {
  Q_EMIT menuWanted(event->globalPos());
}

}  // namespace tstitch::ui
