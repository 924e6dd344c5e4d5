#pragma once

#include <QItemSelectionModel>
#include <QPersistentModelIndex>
#include <QStyledItemDelegate>
#include <QTableView>
#include <deque>

#include "core/jobs/grid_table.h"

namespace tstitch::ui {

/// Paints one cell of the ratio grid: its picture or preview, its caption, what it waits for or why it failed.
class CellDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// At most the two cells that were selected last. One that is selected again stays: pressing twice takes nothing away.
class TwoCells : public QItemSelectionModel {
  Q_OBJECT

 public:
  using QItemSelectionModel::QItemSelectionModel;

  using QItemSelectionModel::select;
  void select(const QItemSelection& selection, SelectionFlags command) override;
  /// In the order of their selection.
  [[nodiscard]] QModelIndexList chosen() const;

 Q_SIGNALS:
  /// Others are chosen; `selectionChanged` comes while their order is not known yet.
  void chosenChanged();

 private:
  std::deque<QPersistentModelIndex> order_;
};

/// The table named `Cells`: square cells that share the width or have the size that was chosen, changes told to
/// assistive tools.
class CellTable : public QTableView {
  Q_OBJECT

 public:
  explicit CellTable(QWidget* parent = nullptr);
  void setModel(QAbstractItemModel* model) override;
  void dataChanged(const QModelIndex& topLeft, const QModelIndex& bottomRight, const QList<int>& roles = {}) override;
  void fitCells();
  /// In pixels; 0: cells share the width.
  void setSide(int side);
  /// What the grid would look like, as long as there is none: drawn faintly, and no part of the table.
  void setGhost(const GridTable& table);
  [[nodiscard]] QModelIndexList chosen() const { return cells_ == nullptr ? QModelIndexList() : cells_->chosen(); }

 Q_SIGNALS:
  void chosenChanged();
  /// Space: the cell shall be seen large.
  void lookedAt(const QModelIndex& index);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  TwoCells* cells_ = nullptr;
  GridTable ghost_;
  int side_ = 0;
};

}  // namespace tstitch::ui
