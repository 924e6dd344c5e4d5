#pragma once

#include <QListView>
#include <QStringList>

class QStringListModel;

namespace tstitch::ui {

/// Rows of text of which one is chosen, those of a model or its own. For assistive tools a table (or list) with one
/// child a row, named by the row's whole text; pressing it chooses it, and a second press leaves it so.
class RowList : public QListView {
  Q_OBJECT

 public:
  enum class Kind { Table, List };
  RowList(Kind kind, const QString& name, QWidget* parent = nullptr);

  [[nodiscard]] Kind kind() const { return kind_; }
  void setModel(QAbstractItemModel* model) override;

  /// Rows of its own in place of a model's. Keeps the chosen row where it can.
  void setRows(const QStringList& rows);
  [[nodiscard]] QStringList rows() const;
  /// -1 where none is chosen.
  [[nodiscard]] int currentRow() const { return currentIndex().row(); }
  void setCurrentRow(int row);

 Q_SIGNALS:
  void currentRowChanged(int row);
  /// By a click, by Enter, or by an assistive tool; moving to a row presses none.
  void rowPressed(int row);

 protected:
  void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

 private:
  Kind kind_;
  QStringListModel* own_;
};

/// Tells assistive tools when rows of the list's model come, go or are named otherwise.
void announceRowsOf(QListView* list);

}  // namespace tstitch::ui
