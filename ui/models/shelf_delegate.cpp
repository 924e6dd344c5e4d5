#include "ui/models/shelf_delegate.h"

#include <QPainter>
#include <QPainterPath>

#include "ui/models/shelf_model.h"
#include "ui/widgets/captions.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {
namespace {

constexpr int kMargin = 8;
constexpr int kAbove = 10;  ///< before a heading
constexpr double kRadius = 6;

QString headingOf(const QModelIndex& index) {
  return index.data(ShelfModel::HeadingRole).toString();
}

int headingHeight(const QFont& font, const QModelIndex& index) {
  return headingOf(index).isEmpty() ? 0 : QFontMetrics(headingFont(font)).height() + kAbove + kMargin / 2;
}

/// The name, and all that follows its comma.
std::pair<QString, QString> partsOf(const QModelIndex& index) {
  const QString text = index.data(Qt::DisplayRole).toString();
  const qsizetype comma = text.indexOf(QStringLiteral(", "));
  return comma < 0 ? std::pair(text, QString()) : std::pair(text.left(comma), text.mid(comma + 2));
}

}  // namespace

void ShelfDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  QRect area = option.rect;
  if (const QString heading = headingOf(index); !heading.isEmpty()) {
    const int height = headingHeight(option.font, index);
    painter->setFont(headingFont(option.font));
    painter->setPen(colours().muted);
    const QRect above(area.left() + kMargin, area.top() + kAbove, area.width() - 2 * kMargin, height - kAbove);
    painter->drawText(above, Qt::AlignLeft | Qt::AlignTop,
                      painter->fontMetrics().elidedText(heading, Qt::ElideRight, above.width()));
    area.setTop(area.top() + height);
  }
  QPainterPath shape;
  shape.addRoundedRect(QRectF(area).adjusted(2, 1, -2, -1), kRadius, kRadius);
  const bool selected = option.state.testFlag(QStyle::State_Selected);
  if (selected || option.state.testFlag(QStyle::State_MouseOver)) painter->fillPath(shape, colours().hover);
  if (selected) {
    painter->setPen(QPen(colours().focus, 1.5));
    painter->drawPath(shape);
  }
  const auto [name, rest] = partsOf(index);
  const bool fits = index.data(ShelfModel::FitsRole).toBool();
  const QRect inside = area.adjusted(kMargin + 2, kMargin / 2, -kMargin, -kMargin / 2);
  painter->setFont(option.font);
  painter->setPen(fits ? colours().text : colours().muted);
  const QFontMetrics metrics(option.font);
  painter->drawText(inside, Qt::AlignLeft | Qt::AlignTop, metrics.elidedText(name, Qt::ElideMiddle, inside.width()));
  painter->setPen(colours().muted);
  painter->drawText(inside, Qt::AlignLeft | Qt::AlignBottom, metrics.elidedText(rest, Qt::ElideRight, inside.width()));
  painter->restore();
}

QSize ShelfDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const QFontMetrics metrics(option.font);
  return {200, headingHeight(option.font, index) + 2 * metrics.height() + kMargin + 2};
}

}  // namespace tstitch::ui
