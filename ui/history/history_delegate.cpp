#include "ui/history/history_delegate.h"

#include <QImage>
#include <QPainter>
#include <QPainterPath>

#include "ui/history/history_model.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {
namespace {

constexpr int kPicture = 64;
constexpr int kMargin = 8;
constexpr double kRadius = 6;

void paintPicture(QPainter& painter, const QRectF& frame, const QImage& image) {
  QPainterPath shape;
  shape.addRoundedRect(frame, kRadius, kRadius);
  painter.fillPath(shape, colours().canvas);
  if (image.isNull()) return;
  const QSizeF size = QSizeF(image.size()).scaled(frame.size(), Qt::KeepAspectRatio);
  painter.setClipPath(shape);
  painter.drawImage(QRectF(frame.center() - QPointF(size.width() / 2, size.height() / 2), size), image);
  painter.setClipping(false);
}

void paintTexts(QPainter& painter, const QRect& area, const HistoryEntry& entry) {
  const QFontMetrics metrics = painter.fontMetrics();
  const QString subject = entry.starred ? QStringLiteral("\u2605 ") + entry.subject : entry.subject;
  const QRect above(area.left(), area.top(), area.width(), area.height() - metrics.height() - 2);
  painter.setPen(colours().text);
  painter.drawText(above, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, subject);
  painter.setPen(colours().muted);
  painter.drawText(area, Qt::AlignLeft | Qt::AlignBottom,
                   metrics.elidedText(shortFacts(entry), Qt::ElideRight, area.width()));
}

}  // namespace

void HistoryDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const bool selected = option.state.testFlag(QStyle::State_Selected);
  const QRectF card = QRectF(option.rect).adjusted(3, 2, -3, -2);
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setRenderHint(QPainter::SmoothPixmapTransform);
  QPainterPath shape;
  shape.addRoundedRect(card, kRadius, kRadius);
  if (option.state.testFlag(QStyle::State_MouseOver)) painter->fillPath(shape, colours().hover);
  if (selected) {
    painter->setPen(QPen(colours().focus, 2));
    painter->drawPath(shape);
  }
  const QRect inside = option.rect.adjusted(kMargin, kMargin, -kMargin, -kMargin);
  paintPicture(*painter, QRect(inside.topLeft(), QSize(kPicture, kPicture)),
               index.data(Qt::DecorationRole).value<QImage>());
  const auto entry = index.data(HistoryModel::EntryRole).value<HistoryEntry>();
  paintTexts(*painter, inside.adjusted(kPicture + kMargin, 0, 0, 0), entry);
  painter->restore();
}

QSize HistoryDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
  return {kPicture + 2 * kMargin, kPicture + 2 * kMargin};
}

}  // namespace tstitch::ui
