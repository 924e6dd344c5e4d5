#include "ui/widgets/row_table.h"

#include <QAccessible>
#include <algorithm>

namespace tstitch::ui {
namespace {

/// Of many rows that were read at once nobody wants to hear each.
constexpr int kMostNamed = 20;

}  // namespace

RowTable::RowTable(const QString& name, QWidget* parent) : QListView(parent) {
  setAccessibleName(name);
  setWordWrap(true);
  setUniformItemSizes(false);
  setResizeMode(QListView::Adjust);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setEditTriggers(QAbstractItemView::NoEditTriggers);
  const auto tell = [this](const QModelIndex& index) { Q_EMIT rowPressed(index.row()); };
  connect(this, &QListView::clicked, this, tell);
  connect(this, &QListView::activated, this, tell);
}

void RowTable::setModel(QAbstractItemModel* model) {
  QListView::setModel(model);
  if (model == nullptr) return;
  announceRowsOf(this);
}

void announceRowsOf(QListView* list) {
  const auto announce = [list] {
    QAccessibleEvent reordered(list, QAccessible::ObjectReorder);
    QAccessible::updateAccessibility(&reordered);
  };
  QAbstractItemModel* model = list->model();
  QObject::connect(model, &QAbstractItemModel::modelReset, list, announce);
  QObject::connect(model, &QAbstractItemModel::rowsInserted, list, announce);
  QObject::connect(model, &QAbstractItemModel::rowsRemoved, list, announce);
  QObject::connect(model, &QAbstractItemModel::dataChanged, list,
                   [list](const QModelIndex& first, const QModelIndex& last) {
                     if (!QAccessible::isActive()) return;
                     for (int row = first.row(); row <= std::min(last.row(), first.row() + kMostNamed); ++row) {
                       QAccessibleEvent named(list, QAccessible::NameChanged);
                       named.setChild(row);
                       QAccessible::updateAccessibility(&named);
                     }
                   });
}

}  // namespace tstitch::ui
