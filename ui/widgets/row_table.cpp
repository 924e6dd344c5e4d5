#include "ui/widgets/row_table.h"

#include <QAccessible>

namespace tstitch::ui {

RowTable::RowTable(const QString& name, QWidget* parent) : QListView(parent) {
  setAccessibleName(name);
  setWordWrap(true);
  setUniformItemSizes(false);
  setResizeMode(QListView::Adjust);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setEditTriggers(QAbstractItemView::NoEditTriggers);
}

void RowTable::setModel(QAbstractItemModel* model) {
  QListView::setModel(model);
  if (model == nullptr) return;
  connect(model, &QAbstractItemModel::modelReset, this, &RowTable::announceRows);
  connect(model, &QAbstractItemModel::rowsInserted, this, &RowTable::announceRows);
  connect(model, &QAbstractItemModel::rowsRemoved, this, &RowTable::announceRows);
}

void RowTable::announceRows() {
  QAccessibleEvent reordered(this, QAccessible::ObjectReorder);
  QAccessible::updateAccessibility(&reordered);
}

}  // namespace tstitch::ui
