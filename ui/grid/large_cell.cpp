#include "ui/grid/large_cell.h"

#include <QEvent>
#include <QKeyEvent>
#include <QPainter>

#include "ui/widgets/theme.h"

namespace tstitch::ui {

LargeCell::LargeCell(QWidget* parent) : QWidget(parent) {
  setAccessibleName(tr("Large cell"));
  setFocusPolicy(Qt::StrongFocus);
  parent->installEventFilter(this);
  hide();
}

void LargeCell::show(const QImage& image, const QString& caption) {
  image_ = image;
  caption_ = caption;
  setAccessibleDescription(caption);
  setGeometry(parentWidget()->rect());
  raise();
  setVisible(true);
  setFocus();
  update();
}

void LargeCell::leave() {
  hide();
  Q_EMIT closed();
}

bool LargeCell::event(QEvent* event) {
  const bool asks = event->type() == QEvent::ShortcutOverride;
  if (asks && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) event->accept();
  return QWidget::event(event);
}

void LargeCell::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::SmoothPixmapTransform);
  painter.fillRect(rect(), colours().canvas);
  const int line = fontMetrics().height() + 16;
  const QRectF room = QRectF(rect()).adjusted(16, 16, -16, -line);
  const QSizeF size = QSizeF(image_.size()).scaled(room.size(), Qt::KeepAspectRatio);
  if (!image_.isNull()) {
    painter.drawImage(QRectF(room.center() - QPointF(size.width() / 2, size.height() / 2), size), image_);
  }
  painter.setPen(colours().text);
  painter.drawText(QRect(0, height() - line, width(), line), Qt::AlignCenter, caption_);
}

void LargeCell::keyPressEvent(QKeyEvent* event) {
  switch (event->key()) {
    case Qt::Key_Left:
      return Q_EMIT stepped(0, -1);
    case Qt::Key_Right:
      return Q_EMIT stepped(0, 1);
    case Qt::Key_Up:
      return Q_EMIT stepped(-1, 0);
    case Qt::Key_Down:
      return Q_EMIT stepped(1, 0);
    case Qt::Key_Return:
    case Qt::Key_Enter:
      return Q_EMIT opened();
    case Qt::Key_Escape:
    case Qt::Key_Space:
      return leave();
    default:
      QWidget::keyPressEvent(event);
  }
}

void LargeCell::mousePressEvent(QMouseEvent*) {
  leave();
}

bool LargeCell::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::Resize) setGeometry(parentWidget()->rect());
  return QWidget::eventFilter(watched, event);
}

}  // namespace tstitch::ui
