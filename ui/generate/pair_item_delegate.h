#pragma once

#include <QStyledItemDelegate>

namespace tstitch::ui {

/// Entries of a list of pairs: a heading in small capitals, or a title with the line below it (Qt::ToolTipRole) that
/// says why the entry is grey.
class PairItemDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  static constexpr int kHeadingRole = Qt::UserRole + 1;  ///< true for a heading
  static constexpr int kWidth = 460;                     ///< of a list whose reasons are to be read

  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace tstitch::ui
