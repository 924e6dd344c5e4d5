#include "ui/models/shelf_model.h"

#include <QStringList>
#include <algorithm>
#include <iterator>
#include <utility>

namespace tstitch::ui {
namespace {

bool isSame(const ShelfRow& a, const ShelfRow& b) {
  return a.place == b.place && a.pair == b.pair;
}

/// Every word, wherever it stands.
bool hasAllWords(const QString& text, const QString& search) {
  const QStringList words = search.split(u' ', Qt::SkipEmptyParts);
  return std::all_of(words.begin(), words.end(),
                     [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

}  // namespace

void ShelfModel::setRows(std::vector<ShelfRow> rows) {
  if (rows == all_) return;
  all_ = std::move(rows);
  show();
}

void ShelfModel::setSearch(const QString& words) {
  search_ = words;
  show();
}

void ShelfModel::setKind(ShelfKind kind) {
  kind_ = kind;
  show();
}

/// Rows that only say something else stay rows, so that whoever stands on one still does.
void ShelfModel::show() {
  std::vector<ShelfRow> shown;
  std::copy_if(all_.begin(), all_.end(), std::back_inserter(shown), [this](const ShelfRow& row) {
    return (kind_ == ShelfKind::Everything || row.kind == kind_) && hasAllWords(row.text, search_);
  });
  const bool same = std::equal(shown.begin(), shown.end(), shown_.begin(), shown_.end(), isSame);
  if (!same) beginResetModel();
  shown_ = std::move(shown);
  if (!same) {
    endResetModel();
  } else if (!shown_.empty()) {
    Q_EMIT dataChanged(index(0), index(rowCount() - 1));
  }
}

int ShelfModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(shown_.size());
}

QVariant ShelfModel::data(const QModelIndex& index, int role) const {
  const ShelfRow* at = index.isValid() ? row(index.row()) : nullptr;
  if (at == nullptr) return {};
  switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
      return at->text;
    case Qt::AccessibleDescriptionRole:
      return QString::fromStdString(at->place.string());
    case Qt::ToolTipRole:
      return at->reason.isEmpty() ? QString::fromStdString(at->place.string()) : at->reason;
    case HeadingRole: {
      const ShelfRow* before = row(index.row() - 1);
      return before == nullptr || before->group != at->group ? at->group : QString();
    }
    case FitsRole:
      return at->fits;
    default:
      return {};
  }
}

const ShelfRow* ShelfModel::row(int number) const {
  return number < 0 || number >= rowCount() ? nullptr : &shown_[static_cast<std::size_t>(number)];
}

int ShelfModel::rowOf(const ShelfRow& row) const {
  const auto found =
      std::find_if(shown_.begin(), shown_.end(), [&](const ShelfRow& each) { return isSame(each, row); });
  return found == shown_.end() ? -1 : static_cast<int>(found - shown_.begin());
}

}  // namespace tstitch::ui
