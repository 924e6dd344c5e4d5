#include "ui/generate/pair_item_delegate.h"

#include <QPainter>

#include "ui/widgets/captions.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {
namespace {

constexpr int kMargin = 8;
constexpr int kGap = 2;

bool isHeading(const QModelIndex& index) {
  return index.data(PairItemDelegate::kHeadingRole).toBool();
}

QString reasonOf(const QModelIndex& index) {
  return index.data(Qt::ToolTipRole).toString();
}

bool isSeparator(const QModelIndex& index) {
  return index.data(Qt::AccessibleDescriptionRole).toString() == QLatin1String("separator");
}

QRect reasonBox(const QFontMetrics& metrics, const QRect& inside, const QString& reason) {
  return metrics.boundingRect(inside, Qt::AlignLeft | Qt::TextWordWrap, reason);
}

}  // namespace

void PairItemDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  if (isSeparator(index)) {
    painter->fillRect(QRect(option.rect.left(), option.rect.center().y(), option.rect.width(), 1), colours().line);
    return;
  }
  const bool enabled = index.flags().testFlag(Qt::ItemIsEnabled);
  painter->save();
  if (enabled && option.state.testFlag(QStyle::State_Selected)) painter->fillRect(option.rect, colours().hover);
  QRect box = option.rect.adjusted(kMargin, kMargin / 2, -kMargin, -kMargin / 2);
  painter->setFont(isHeading(index) ? headingFont(option.font) : option.font);
  painter->setPen(enabled ? colours().text : colours().muted);
  const QString text = index.data(Qt::DisplayRole).toString();
  painter->drawText(box, Qt::AlignLeft | Qt::AlignTop,
                    painter->fontMetrics().elidedText(text, Qt::ElideRight, box.width()));
  box.setTop(box.top() + painter->fontMetrics().height() + kGap);
  if (!reasonOf(index).isEmpty()) {
    painter->setFont(option.font);
    painter->drawText(box.adjusted(kMargin, 0, 0, 0), Qt::AlignLeft | Qt::TextWordWrap, reasonOf(index));
  }
  painter->restore();
}

QSize PairItemDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  if (isSeparator(index)) return {kWidth, kMargin};
  const QFontMetrics metrics(isHeading(index) ? headingFont(option.font) : option.font);
  int height = metrics.height() + kMargin;
  if (!reasonOf(index).isEmpty()) {
    const QRect inside(0, 0, kWidth - 6 * kMargin, 1000);
    height += kGap + reasonBox(QFontMetrics(option.font), inside, reasonOf(index)).height();
  }
  return {kWidth, height};
}

}  // namespace tstitch::ui
