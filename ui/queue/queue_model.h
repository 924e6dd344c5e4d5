#pragma once

#include <QAbstractListModel>
#include <QList>

#include "ui/queue/job_queue.h"

namespace tstitch::ui {

/// The queue as its list shows it: jobs that lie in the store, with their places from 1.
class QueueModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role { IdRole = Qt::UserRole + 1, StateRole };

  /// The queue outlives it.
  explicit QueueModel(JobQueue& queue, QObject* parent = nullptr);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  /// -1 where it is not shown.
  [[nodiscard]] int rowOf(RunId id) const;

 private:
  void take();
  [[nodiscard]] QString text(int row) const;

  JobQueue& queue_;
  QList<RunId> ids_;  ///< of the rows
};

}  // namespace tstitch::ui
