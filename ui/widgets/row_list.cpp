#include "ui/widgets/row_list.h"

#include <algorithm>

#include "ui/widgets/choice_accessible.h"

namespace tstitch::ui {

RowList::RowList(Kind kind, QWidget* parent) : QListWidget(parent), kind_(kind) {
  installChoiceAccessibility();
  setUniformItemSizes(true);
}

/// Rows that stay are kept, so that whoever stands on one still does.
void RowList::setRows(const QStringList& rows) {
  const int chosen = currentRow();
  while (count() > rows.size()) delete takeItem(count() - 1);
  for (int row = 0; row < rows.size(); ++row) {
    if (row < count()) {
      item(row)->setText(rows[row]);
    } else {
      addItem(rows[row]);
    }
  }
  if (!rows.isEmpty()) setCurrentRow(std::clamp(chosen, 0, count() - 1));
}

QStringList RowList::rows() const {
  QStringList rows;
  for (int row = 0; row < count(); ++row) rows << item(row)->text();
  return rows;
}

}  // namespace tstitch::ui
