#include "ui/widgets/row_list.h"

#include <QAccessible>
#include <QStringListModel>
#include <algorithm>

#include "ui/widgets/choice_accessible.h"

namespace tstitch::ui {
namespace {

/// Of many rows that were read at once nobody wants to hear each.
constexpr int kMostNamed = 20;

/// Rows that are too long to be seen are told whole where the pointer stands.
class OwnRows : public QStringListModel {
 public:
  using QStringListModel::QStringListModel;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override {
    return QStringListModel::data(index, role == Qt::ToolTipRole ? Qt::DisplayRole : role);
  }
};

}  // namespace

RowList::RowList(Kind kind, const QString& name, QWidget* parent)
    : QListView(parent), kind_(kind), own_(new OwnRows(this)) {
  installChoiceAccessibility();
  setAccessibleName(name);
  setWordWrap(true);
  setResizeMode(QListView::Adjust);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setEditTriggers(QAbstractItemView::NoEditTriggers);
  setModel(own_);
  const auto tell = [this](const QModelIndex& index) { Q_EMIT rowPressed(index.row()); };
  connect(this, &QListView::clicked, this, tell);
  connect(this, &QListView::activated, this, tell);
}

void RowList::setModel(QAbstractItemModel* model) {
  QListView::setModel(model);
  if (model != nullptr) announceRowsOf(this);
}

/// Rows that stay are kept, so that whoever stands on one still does.
void RowList::setRows(const QStringList& rows) {
  const int chosen = currentRow();
  const auto count = static_cast<int>(rows.size());
  const int before = own_->rowCount();
  if (before > count) own_->removeRows(count, before - count);
  if (before < count) own_->insertRows(before, count - before);
  for (int row = 0; row < count; ++row) {
    const QModelIndex at = own_->index(row);
    if (at.data() != rows[row]) own_->setData(at, rows[row]);
  }
  if (count > 0) setCurrentRow(std::clamp(chosen, 0, count - 1));
}

QStringList RowList::rows() const {
  return own_->stringList();
}

void RowList::setCurrentRow(int row) {
  setCurrentIndex(model()->index(row, 0));
}

void RowList::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
  QListView::currentChanged(current, previous);
  Q_EMIT currentRowChanged(current.row());
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
