#include "ui/queue/queue_model.h"

#include "ui/history/history_entry.h"

namespace tstitch::ui {
namespace {

QString stateText(const QueuedJob& job) {
  switch (job.state) {
    case JobState::Running:
      return QueueModel::tr("running %1/%2").arg(job.evaluationsDone).arg(job.evaluations);
    case JobState::Failed:
      return QueueModel::tr("failed: %1").arg(job.problem);
    case JobState::Interrupted:
      return QueueModel::tr("interrupted");
    case JobState::Pending:
      return QueueModel::tr("pending");
  }
  return {};
}

/// `"3d fox", 40 %, seed 7`; of a grid the number of its pictures in place of the ratio.
QString orderText(const RunOrder& order) {
  const GenerationRequest& request = order.pictures().request;
  const QString subject = subjectOf(request);
  const QString seed = QString::number(request.seed);
  const int pictures = order.pictureCount();
  if (order.isGrid()) {
    return QueueModel::tr("\"%1\", grid of %2 pictures, seed %3").arg(subject, QString::number(pictures), seed);
  }
  const QString one = QueueModel::tr("\"%1\", %2 %, seed %3").arg(subject, QString::number(percentOf(request)), seed);
  return pictures == 1 ? one : QueueModel::tr("%1, %2 pictures").arg(one, QString::number(pictures));
}

}  // namespace

QueueModel::QueueModel(JobQueue& queue, QObject* parent) : QAbstractListModel(parent), queue_(queue) {
  connect(&queue_, &JobQueue::changed, this, &QueueModel::take);
  connect(&queue_, &JobQueue::progressed, this, [this](RunId id) {
    const int row = rowOf(id);
    if (row >= 0) Q_EMIT dataChanged(index(row), index(row));
  });
  take();
}

void QueueModel::take() {
  QList<RunId> ids;
  for (const QueuedJob& job : queue_.jobs()) {
    if (job.isWritten) ids << job.id;
  }
  const bool isSame = ids == ids_;
  if (!isSame) beginResetModel();
  ids_ = ids;
  if (!isSame) return endResetModel();
  if (!ids_.isEmpty()) Q_EMIT dataChanged(index(0), index(static_cast<int>(ids_.size()) - 1));
}

int QueueModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(ids_.size());
}

int QueueModel::rowOf(RunId id) const {
  return static_cast<int>(ids_.indexOf(id));
}

QVariant QueueModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= ids_.size()) return {};
  const QueuedJob* job = queue_.find(ids_.at(index.row()));
  if (job == nullptr) return {};
  switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
      return text(index.row());
    case Qt::ToolTipRole:
      return text(index.row());
    case IdRole:
      return QVariant::fromValue(job->id);
    case StateRole:
      return static_cast<int>(job->state);
    default:
      return {};
  }
}

QString QueueModel::text(int row) const {
  const QueuedJob* job = queue_.find(ids_.at(row));
  return QStringLiteral("%1: %2, %3").arg(QString::number(row + 1), stateText(*job), orderText(*job->order));
}

}  // namespace tstitch::ui
