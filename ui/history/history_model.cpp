#include "ui/history/history_model.h"

#include <QHash>
#include <QMimeData>
#include <QUrl>
#include <algorithm>

#include "ui/history/thumbnails.h"

namespace tstitch::ui {

HistoryModel::HistoryModel(History& history, Thumbnails& thumbnails, QObject* parent)
    : QAbstractListModel(parent), history_(history), thumbnails_(thumbnails), entries_(kMostKept) {
  connect(&history_, &History::changed, this, &HistoryModel::search);
  connect(&thumbnails_, &Thumbnails::ready, this, &HistoryModel::tellChanged);
  search();
}

void HistoryModel::setQuery(const HistoryQuery& query) {
  if (query == query_) return;
  query_ = query;
  search();
}

void HistoryModel::search() {
  history_.find(query_, this, [this, number = ++searches_](const HistoryFound& found) {
    if (number == searches_) take(found);
  });
}

/// Rows that only came on top leave the others where they are, and so does one that went.
void HistoryModel::take(const HistoryFound& found) {
  total_ = found.total;
  const auto more = static_cast<int>(found.ids.size() - ids_.size());
  if (more >= 0 && !ids_.isEmpty() && found.ids.mid(more) == ids_) {
    if (more > 0) {
      beginInsertRows({}, 0, more - 1);
      ids_ = found.ids;
      endInsertRows();
    }
  } else if (more == -1) {
    const auto differs = std::mismatch(found.ids.begin(), found.ids.end(), ids_.begin());
    const auto gone = static_cast<int>(differs.second - ids_.begin());
    QList<qint64> left = ids_;
    left.removeAt(gone);
    const bool isOne = std::ranges::equal(left, found.ids);
    isOne ? beginRemoveRows({}, gone, gone) : beginResetModel();
    ids_ = found.ids;
    isOne ? endRemoveRows() : endResetModel();
  } else if (ids_ != found.ids) {
    beginResetModel();
    ids_ = found.ids;
    endResetModel();
  }
  pagesUnderWay_.clear();
  if (!ids_.isEmpty()) readPage(0);  // what a known row says may have changed, too
  Q_EMIT this->found();
}

void HistoryModel::readPage(int page) {
  const QList<qint64> ids = ids_.mid(static_cast<qsizetype>(page) * kPage, kPage);
  if (ids.isEmpty() || pagesUnderWay_.contains(page)) return;
  pagesUnderWay_ << page;
  history_.read(ids, this, [this, page](const QList<HistoryEntry>& entries) { takeRows(page, entries); });
}

void HistoryModel::takeRows(int page, const QList<HistoryEntry>& entries) {
  pagesUnderWay_.remove(page);
  rowsRead_ += static_cast<int>(entries.size());
  for (const HistoryEntry& entry : entries) entries_.insert(entry.id, new HistoryEntry(entry));
  if (ids_.isEmpty()) return;
  Q_EMIT dataChanged(index(0), index(static_cast<int>(ids_.size()) - 1));  // they may have moved in the meantime
  if ((page + 1) * kPage < kAhead) readPage(page + 1);
}

void HistoryModel::tellChanged(const QString& picture) {
  for (int row = 0; row < ids_.size(); ++row) {
    const HistoryEntry* entry = entries_.object(ids_.at(row));
    if (entry == nullptr || entry->path != picture) continue;
    Q_EMIT dataChanged(index(row), index(row), {Qt::DecorationRole});
    return;
  }
}

int HistoryModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(ids_.size());
}

std::optional<HistoryEntry> HistoryModel::entry(const QModelIndex& index) const {
  if (!index.isValid() || index.row() >= ids_.size()) return std::nullopt;
  const HistoryEntry* known = entries_.object(ids_.at(index.row()));
  return known == nullptr ? std::nullopt : std::optional(*known);
}

int HistoryModel::rowOf(qint64 id) const {
  return static_cast<int>(ids_.indexOf(id));
}

QVariant HistoryModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= ids_.size()) return {};
  const auto known = entry(index);
  if (!known) {
    const_cast<HistoryModel*>(this)->readPage(index.row() / kPage);
    return {};
  }
  switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
      return spokenName(*known);
    case Qt::ToolTipRole:
      return known->path;
    case Qt::DecorationRole:
      return thumbnails_.of(known->path);
    case EntryRole:
      return QVariant::fromValue(*known);
    default:
      return {};
  }
}

Qt::ItemFlags HistoryModel::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::NoItemFlags;
  return Qt::ItemIsSelectable | Qt::ItemIsEnabled | Qt::ItemIsDragEnabled | Qt::ItemNeverHasChildren;
}

QStringList HistoryModel::mimeTypes() const {
  return {QStringLiteral("text/uri-list")};
}

QMimeData* HistoryModel::mimeData(const QModelIndexList& indexes) const {
  QList<QUrl> files;
  for (const QModelIndex& index : indexes) {
    if (const auto known = entry(index)) files << QUrl::fromLocalFile(known->path);
  }
  if (files.isEmpty()) return nullptr;
  auto* data = new QMimeData;
  data->setUrls(files);
  return data;
}

}  // namespace tstitch::ui
