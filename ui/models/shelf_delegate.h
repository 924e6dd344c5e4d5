#pragma once

#include <QStyledItemDelegate>

namespace tstitch::ui {

/// A line of the list of models: the heading of its group above the first, its name, and what is to be said of it.
class ShelfDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace tstitch::ui
