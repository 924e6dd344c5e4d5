#include "ui/play/lens.h"

#include <QEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include "ui/preview/picture_view.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {

Lens::Lens(PictureView& view) : QWidget(&view), view_(view) {
  setAttribute(Qt::WA_TransparentForMouseEvents);
  setFocusPolicy(Qt::NoFocus);
  setGeometry(view.rect());
  view.setMouseTracking(true);
  view.installEventFilter(this);
  hide();
}

void Lens::setOther(const QImage& image, const QString& words) {
  other_ = image;
  words_ = words;
  setAccessibleDescription(words);
  update();
}

QPointF Lens::centre() const {
  return pointer_.value_or(view_.target().center());
}

bool Lens::eventFilter(QObject*, QEvent* event) {
  if (event->type() == QEvent::MouseMove) {
    pointer_ = static_cast<QMouseEvent*>(event)->position();
    update();
  } else if (event->type() == QEvent::Leave) {
    pointer_.reset();
    update();
  } else if (event->type() == QEvent::Resize) {
    setGeometry(view_.rect());
  }
  return false;
}

void Lens::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setRenderHint(QPainter::SmoothPixmapTransform);
  QPainterPath glass;
  glass.addEllipse(centre(), kRadius, kRadius);
  painter.save();
  painter.setClipPath(glass);
  painter.fillPath(glass, colours().canvas);
  if (!other_.isNull()) painter.drawImage(view_.target(), other_);
  painter.restore();
  painter.setPen(QPen(colours().panel, 4));
  painter.drawPath(glass);
  painter.setPen(QPen(colours().focus, 2));
  painter.drawPath(glass);
  const QRectF label(centre().x() - kRadius, centre().y() + kRadius - 34, 2.0 * kRadius, 20);
  const QRectF band = QRectF(painter.fontMetrics().boundingRect(words_)).adjusted(-8, -2, 8, 2);
  QRectF plate(0, 0, band.width(), band.height());
  plate.moveCenter(label.center());
  QPainterPath rounded;
  rounded.addRoundedRect(plate, 6, 6);
  painter.fillPath(rounded, colours().panel);
  painter.setPen(colours().text);
  painter.drawText(plate, Qt::AlignCenter, words_);
}

}  // namespace tstitch::ui
