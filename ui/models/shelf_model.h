#pragma once

#include <QAbstractListModel>
#include <vector>

#include "ui/models/shelf_rows.h"

namespace tstitch::ui {

/// The lines that a search and a kind leave.
class ShelfModel : public QAbstractListModel {
  Q_OBJECT

 public:
  /// HeadingRole: the heading above the row, where it begins a group; else empty.
  enum Role { HeadingRole = Qt::UserRole + 1, FitsRole };

  using QAbstractListModel::QAbstractListModel;

  void setRows(std::vector<ShelfRow> rows);
  void setSearch(const QString& words);
  void setKind(ShelfKind kind);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  /// Null where there is no such row.
  [[nodiscard]] const ShelfRow* row(int number) const;
  /// Where the same model or pair stands; -1 where it does not.
  [[nodiscard]] int rowOf(const ShelfRow& row) const;

 private:
  void show();

  std::vector<ShelfRow> all_;
  std::vector<ShelfRow> shown_;
  QString search_;
  ShelfKind kind_ = ShelfKind::Everything;
};

}  // namespace tstitch::ui
