#pragma once

#include <QStyledItemDelegate>

namespace tstitch::ui {

/// One picture of the history: its thumbnail, its prompt and how it was made, a star where it has one.
class HistoryDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace tstitch::ui
