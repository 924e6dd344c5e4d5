#pragma once

#include <QAbstractListModel>
#include <QCache>
#include <QList>
#include <QSet>

#include "ui/history/history.h"

namespace tstitch::ui {

class Thumbnails;

/// What the history's list shows. It knows the number of every picture that was found and reads their rows in pages:
/// the first ones by itself, others as soon as they are looked at. A row that was not read yet has no text.
class HistoryModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role { EntryRole = Qt::UserRole + 1 };
  static constexpr int kPage = 200;
  /// So many rows are read without being looked at, and so many are kept.
  static constexpr int kAhead = 1000;
  static constexpr int kMostKept = 4000;

  /// Both outlive it.
  HistoryModel(History& history, Thumbnails& thumbnails, QObject* parent = nullptr);

  void setQuery(const HistoryQuery& query);
  [[nodiscard]] const HistoryQuery& query() const { return query_; }
  /// Without a query.
  [[nodiscard]] int total() const { return total_; }

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
  [[nodiscard]] QStringList mimeTypes() const override;
  /// The pictures' files.
  [[nodiscard]] QMimeData* mimeData(const QModelIndexList& indexes) const override;

  /// Nothing for a row that was not read yet.
  [[nodiscard]] std::optional<HistoryEntry> entry(const QModelIndex& index) const;
  /// -1 where it is not among them.
  [[nodiscard]] int rowOf(qint64 id) const;
  /// Rows that were read from the store so far.
  [[nodiscard]] int rowsRead() const { return rowsRead_; }

 Q_SIGNALS:
  /// Other pictures were found.
  void found();

 private:
  void search();
  void take(const HistoryFound& found);
  void readPage(int page);
  void takeRows(int page, const QList<HistoryEntry>& entries);
  void tellChanged(const QString& picture);

  History& history_;
  Thumbnails& thumbnails_;
  HistoryQuery query_;
  QList<qint64> ids_;
  int total_ = 0;
  int rowsRead_ = 0;
  int searches_ = 0;  ///< the newest counts
  mutable QCache<qint64, HistoryEntry> entries_;
  QSet<int> pagesUnderWay_;
};

}  // namespace tstitch::ui
