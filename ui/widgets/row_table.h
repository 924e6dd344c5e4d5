#pragma once

#include <QListView>

namespace tstitch::ui {

/// Lines of facts, each told as a whole: for assistive tools a table with one child a row, whose name is the row's text
/// and which is selected by pressing it (choice_accessible.h).
class RowTable : public QListView {
  Q_OBJECT

 public:
  explicit RowTable(const QString& name, QWidget* parent = nullptr);

  void setModel(QAbstractItemModel* model) override;

 Q_SIGNALS:
  /// By a click, by Enter, or by an assistive tool; moving to a row presses none.
  void rowPressed(int row);
};

/// Tells assistive tools when rows of the list's model come, go or are named otherwise.
void announceRowsOf(QListView* list);

}  // namespace tstitch::ui
