#pragma once

#include <QStyledItemDelegate>
#include <QTableView>

namespace tstitch::ui {

/// Paints one cell of the ratio grid: its picture or preview, its caption, what it waits for or why it failed.
class CellDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// The table named `Cells`: square cells that share the width, changes told to assistive tools.
class CellTable : public QTableView {
  Q_OBJECT

 public:
  explicit CellTable(QWidget* parent = nullptr);
  void dataChanged(const QModelIndex& topLeft, const QModelIndex& bottomRight, const QList<int>& roles = {}) override;
  void fitCells();

 protected:
  void resizeEvent(QResizeEvent* event) override;
};

}  // namespace tstitch::ui
