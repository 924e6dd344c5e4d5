#include "ui/additions/picture_tile.h"

#include <QAccessibleWidget>
#include <QApplication>
#include <QClipboard>
#include <QDragEnterEvent>
#include <QKeyEvent>
#include <QMimeData>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>

#include "ui/convert/local_files.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {
namespace {

constexpr int kHeight = 128;
constexpr double kRadius = 6;

class PictureTileAccessible : public QAccessibleWidget, public QAccessibleImageInterface {
 public:
  explicit PictureTileAccessible(PictureTile* tile) : QAccessibleWidget(tile, QAccessible::Graphic) {}

  void* interface_cast(QAccessible::InterfaceType type) override {
    if (type == QAccessible::ImageInterface) return static_cast<QAccessibleImageInterface*>(this);
    return QAccessibleWidget::interface_cast(type);
  }
  QStringList actionNames() const override {
    QStringList names = QAccessibleWidget::actionNames();
    if (dropTile() != nullptr) names.prepend(pressAction());
    return names;
  }
  void doAction(const QString& action) override {
    if (action == pressAction() && dropTile() != nullptr) {
      Q_EMIT dropTile()->fileWanted();
    } else {
      QAccessibleWidget::doAction(action);
    }
  }
  [[nodiscard]] QString imageDescription() const override { return widget()->accessibleDescription(); }
  [[nodiscard]] QSize imageSize() const override { return static_cast<PictureTile*>(widget())->image().size(); }
  [[nodiscard]] QPoint imagePosition() const override { return widget()->mapToGlobal(QPoint()); }

 private:
  [[nodiscard]] PictureDropTile* dropTile() const { return qobject_cast<PictureDropTile*>(widget()); }
};

QAccessibleInterface* makeInterface(const QString&, QObject* object) {
  auto* tile = qobject_cast<PictureTile*>(object);
  return tile == nullptr ? nullptr : new PictureTileAccessible(tile);
}

}  // namespace

PictureTile::PictureTile(QWidget* parent) : QWidget(parent) {
  static const bool installed = (QAccessible::installFactory(makeInterface), true);
  static_cast<void>(installed);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void PictureTile::showPicture(const QImage& image, const QString& description) {
  image_ = image;
  text_.clear();
  setAccessibleDescription(description);
  setToolTip(description);
  update();
}

void PictureTile::showText(const QString& text) {
  image_ = {};
  text_ = text;
  setAccessibleDescription(text);
  setToolTip({});
  update();
}

QSize PictureTile::sizeHint() const {
  return {kHeight, kHeight};
}

int PictureTile::heightForWidth(int width) const {
  return std::min(width, kHeight);
}

void PictureTile::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setRenderHint(QPainter::SmoothPixmapTransform);
  const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
  const bool inviting = isInviting();
  painter.setPen(QPen(inviting ? colours().focus : colours().line, 1, image_.isNull() ? Qt::DashLine : Qt::SolidLine));
  painter.setBrush(colours().canvas);
  painter.drawRoundedRect(frame, kRadius, kRadius);
  if (image_.isNull()) {
    painter.setPen(colours().muted);
    painter.drawText(rect().adjusted(8, 4, -8, -4), Qt::AlignCenter | Qt::TextWordWrap, text_);
    return;
  }
  QPainterPath inside;
  inside.addRoundedRect(frame.adjusted(1, 1, -1, -1), kRadius - 1, kRadius - 1);
  painter.setClipPath(inside);
  paintPicture(painter, QRectF(rect()));
}

/// The picture and the frame of what counts, both whole.
void PictureTile::paintPicture(QPainter& painter, const QRectF& room) const {
  const QRectF both = frame_.united(QRectF(0, 0, 1, 1));
  const QSizeF whole(image_.width() * both.width(), image_.height() * both.height());
  const double scale = whole.scaled(room.size(), Qt::KeepAspectRatio).width() / whole.width();
  const QSizeF side(image_.width() * scale, image_.height() * scale);
  const QPointF corner = room.center() - QPointF(side.width() / 2, side.height() / 2);
  const QRectF frame(corner.x() + frame_.x() * side.width(), corner.y() + frame_.y() * side.height(),
                     frame_.width() * side.width(), frame_.height() * side.height());
  if (both != QRectF(0, 0, 1, 1)) painter.fillRect(frame, Qt::black);
  painter.drawImage(QRectF(corner, side), image_);
  if (frame_ == QRectF(0, 0, 1, 1)) return;
  QPainterPath dimmed;
  dimmed.addRect(QRectF(corner, side));
  QPainterPath kept;
  kept.addRect(frame);
  QColor veil = colours().canvas;
  veil.setAlphaF(0.7F);
  painter.fillPath(dimmed.subtracted(kept), veil);
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(colours().focus, 1.5));
  painter.drawRect(frame);
}

void PictureTile::setFrame(const QRectF& frame) {
  if (frame == frame_) return;
  frame_ = frame;
  update();
}

PictureDropTile::PictureDropTile(QWidget* parent) : PictureTile(parent) {
  setAcceptDrops(true);
  setFocusPolicy(Qt::StrongFocus);
  setCursor(Qt::PointingHandCursor);
}

void PictureDropTile::paste() {
  if (const QMimeData* copied = QApplication::clipboard()->mimeData()) take(*copied);
}

void PictureDropTile::take(const QMimeData& given) {
  const QString file = firstLocalFile(given);
  if (!file.isEmpty()) {
    Q_EMIT fileGiven(file);
  } else if (given.hasImage()) {
    Q_EMIT pixelsGiven(qvariant_cast<QImage>(given.imageData()));
  }
}

void PictureDropTile::dragEnterEvent(QDragEnterEvent* event) {
  if (firstLocalFile(*event->mimeData()).isEmpty() && !event->mimeData()->hasImage()) return;
  dragging_ = true;
  update();
  event->acceptProposedAction();
}

void PictureDropTile::dragLeaveEvent(QDragLeaveEvent*) {
  dragging_ = false;
  update();
}

void PictureDropTile::dropEvent(QDropEvent* event) {
  dragging_ = false;
  update();
  event->acceptProposedAction();
  take(*event->mimeData());
}

void PictureDropTile::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint())) Q_EMIT fileWanted();
}

void PictureDropTile::keyPressEvent(QKeyEvent* event) {
  if (event->matches(QKeySequence::Paste)) {
    paste();
  } else if (event->key() == Qt::Key_Space || event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
    Q_EMIT fileWanted();
  } else {
    PictureTile::keyPressEvent(event);
  }
}

void PictureDropTile::focusInEvent(QFocusEvent* event) {
  PictureTile::focusInEvent(event);
  update();
}

void PictureDropTile::focusOutEvent(QFocusEvent* event) {
  PictureTile::focusOutEvent(event);
  update();
}

}  // namespace tstitch::ui
