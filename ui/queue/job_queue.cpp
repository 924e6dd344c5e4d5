#include "ui/queue/job_queue.h"

#include <QDateTime>
#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "ui/queue/order_json.h"

namespace tstitch::ui {
namespace {

constexpr std::pair<JobState, const char*> kStates[] = {{JobState::Pending, "pending"},
                                                        {JobState::Running, "running"},
                                                        {JobState::Failed, "failed"},
                                                        {JobState::Interrupted, "interrupted"}};

QString wordOf(JobState state) {
  for (const auto& [known, word] : kStates) {
    if (known == state) return QString::fromLatin1(word);
  }
  return {};
}

/// What ran when the program ended waits again.
JobState stateAfterRestart(const QString& word) {
  for (const JobState state : {JobState::Failed, JobState::Interrupted}) {
    if (word == wordOf(state)) return state;
  }
  return JobState::Pending;
}

std::shared_future<void> alreadyWritten() {
  std::promise<void> written;
  written.set_value();
  return written.get_future().share();
}

qint64 keyOf(RunId id) {
  return static_cast<qint64>(id);
}

}  // namespace

JobQueue::JobQueue(Store& store, QObject* parent) : QObject(parent), store_(store) {}

std::vector<JobQueue::Row> JobQueue::readAll(Database& database) {
  std::vector<Row> rows;
  QSqlQuery stored =
      database.run(QStringLiteral("SELECT id, state, problem, done, added_at, json FROM jobs ORDER BY place, id"));
  while (stored.next()) {
    Row row;
    row.job.id = static_cast<RunId>(stored.value(0).toLongLong());
    row.job.state = stateAfterRestart(stored.value(1).toString());
    row.job.problem = stored.value(2).toString();
    row.job.done = stored.value(3).toInt();
    row.job.addedAt = stored.value(4).toLongLong();
    row.job.isWritten = true;
    row.job.written = alreadyWritten();
    try {
      row.job.order = std::make_shared<const RunOrder>(orderFromJson(stored.value(5).toString()));
    } catch (const Error& error) {
      row.problem = QString::fromStdString(error.sentence());
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

void JobQueue::load() {
  store_.ask(
      this, [](Database& database) { return readAll(database); },
      [this](const Stored<std::vector<Row>>& reply) { takeRows(reply.value.value_or(std::vector<Row>())); });
}

void JobQueue::takeRows(const std::vector<Row>& rows) {
  std::vector<QueuedJob> earlier;
  for (const Row& row : rows) {
    if (at(row.job.id) != jobs_.end()) continue;  // was added while this was read
    if (row.problem.isEmpty()) {
      earlier.push_back(row.job);
      lastId_ = std::max(lastId_, row.job.id);
      continue;
    }
    store_.tell([id = keyOf(row.job.id), problem = row.problem](Database& database) {
      database.run(QStringLiteral("DELETE FROM jobs WHERE id = ?"), {id});
      throw StoreProblem(problem);
    });
  }
  jobs_.insert(jobs_.begin(), earlier.begin(), earlier.end());
  paused_ =
      std::any_of(earlier.begin(), earlier.end(), [](const QueuedJob& job) { return job.state == JobState::Pending; });
  Q_EMIT loaded();
  Q_EMIT changed();
}

RunId JobQueue::add(RunOrder order) {
  dropEqualGrid(order);
  QueuedJob job;
  job.addedAt = QDateTime::currentMSecsSinceEpoch();
  job.id = lastId_ = std::max(lastId_ + 1, static_cast<RunId>(job.addedAt));
  job.order = std::make_shared<const RunOrder>(std::move(order));
  const auto done = std::make_shared<std::promise<void>>();
  job.written = done->get_future().share();
  const auto work = [done, id = keyOf(job.id), addedAt = job.addedAt, order = job.order](Database& database) {
    const std::shared_ptr<void> told(nullptr, [&](void*) { done->set_value(); });  // also when it cannot be written
    database.run(QStringLiteral("INSERT INTO jobs (id, place, state, added_at, json) VALUES (?, ?, ?, ?, ?)"),
                 {id, id, wordOf(JobState::Pending), addedAt, orderJson(*order)});
    return true;
  };
  jobs_.push_back(job);
  store_.ask(this, work, [this, id = job.id](const Stored<bool>&) {
    const auto added = at(id);
    if (added != jobs_.end()) added->isWritten = true;
    Q_EMIT changed();
  });
  Q_EMIT changed();
  return job.id;
}

void JobQueue::dropEqualGrid(const RunOrder& order) {
  if (!order.isGrid()) return;
  const auto equal = std::find_if(jobs_.begin(), jobs_.end(), [&](const QueuedJob& job) {
    return job.state != JobState::Running && job.order->isGrid() &&
           job.order->pictures().output.path == order.pictures().output.path;
  });
  if (equal != jobs_.end()) erase(equal);
}

std::vector<QueuedJob>::iterator JobQueue::at(RunId id) {
  return std::find_if(jobs_.begin(), jobs_.end(), [id](const QueuedJob& job) { return job.id == id; });
}

const QueuedJob* JobQueue::find(RunId id) const {
  const auto found = std::find_if(jobs_.begin(), jobs_.end(), [id](const QueuedJob& job) { return job.id == id; });
  return found == jobs_.end() ? nullptr : &*found;
}

int JobQueue::count(JobState state) const {
  return static_cast<int>(
      std::count_if(jobs_.begin(), jobs_.end(), [state](const QueuedJob& job) { return job.state == state; }));
}

std::vector<const QueuedJob*> JobQueue::ready() const {
  std::vector<const QueuedJob*> waiting;
  if (closed_) return waiting;
  for (const QueuedJob& job : jobs_) {
    const bool mayBegin = !paused_ || job.id == released_;
    if (job.state == JobState::Pending && mayBegin) waiting.push_back(&job);
  }
  return waiting;
}

void JobQueue::setPaused(bool paused) {
  if (paused == paused_) return;
  paused_ = paused;
  Q_EMIT changed();
}

void JobQueue::move(std::vector<QueuedJob>::iterator job, std::ptrdiff_t place) {
  const auto target = jobs_.begin() + place;
  target < job ? std::rotate(target, job, job + 1) : std::rotate(job, job + 1, target + 1);
  writePlaces();
  Q_EMIT changed();
}

void JobQueue::moveUp(RunId id) {
  const auto job = at(id);
  if (job != jobs_.end() && job != jobs_.begin()) move(job, job - jobs_.begin() - 1);
}

void JobQueue::moveDown(RunId id) {
  const auto job = at(id);
  if (job != jobs_.end() && job + 1 != jobs_.end()) move(job, job - jobs_.begin() + 1);
}

void JobQueue::toFront(RunId id) {
  const auto job = at(id);
  if (job == jobs_.end()) return;
  const auto first =
      std::find_if(jobs_.begin(), job, [](const QueuedJob& one) { return one.state != JobState::Running; });
  if (first != job) move(job, first - jobs_.begin());
}

void JobQueue::release(RunId id) {
  released_ = id;
  toFront(id);
  Q_EMIT changed();
}

void JobQueue::remove(RunId id) {
  const auto job = at(id);
  if (job == jobs_.end()) return;
  const bool isRunning = job->state == JobState::Running;
  erase(job);
  if (isRunning) Q_EMIT removed(id);
  Q_EMIT changed();
}

void JobQueue::removeEnded() {
  for (std::size_t i = jobs_.size(); i-- > 0;) {
    const JobState state = jobs_[i].state;
    const bool ended = state == JobState::Failed || state == JobState::Interrupted;
    if (ended) erase(jobs_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  Q_EMIT changed();
}

void JobQueue::retry(RunId id) {
  const auto job = at(id);
  if (job == jobs_.end() || job->state == JobState::Running) return;
  setState(id, JobState::Pending);
}

void JobQueue::setRunning(RunId id) {
  setState(id, JobState::Running);
}

void JobQueue::setProgress(RunId id, int done, int evaluations) {
  const auto job = at(id);
  if (job == jobs_.end()) return;
  job->evaluationsDone = done;
  job->evaluations = evaluations;
  Q_EMIT progressed(id);
}

void JobQueue::setDone(RunId id, int pictures) {
  const auto job = at(id);
  if (job == jobs_.end() || job->order->isGrid() || pictures <= job->done) return;
  job->done = pictures;
  write([key = keyOf(id), pictures](Database& database) {
    database.run(QStringLiteral("UPDATE jobs SET done = ? WHERE id = ?"), {pictures, key});
  });
  if (job->state != JobState::Running && job->done >= job->order->pictureCount()) finish(id);
}

void JobQueue::putBack(RunId id) {
  setState(id, JobState::Pending);
  toFront(id);
}

void JobQueue::finish(RunId id) {
  if (closed_) return;
  const auto job = at(id);
  if (job == jobs_.end()) return;
  erase(job);
  Q_EMIT changed();
}

void JobQueue::fail(RunId id, const QString& problem) {
  setState(id, JobState::Failed, problem);
}

void JobQueue::interrupt(RunId id) {
  setState(id, JobState::Interrupted);
}

void JobQueue::setState(RunId id, JobState state, const QString& problem) {
  if (closed_) return;
  const auto job = at(id);
  if (job == jobs_.end()) return;
  job->state = state;
  job->problem = problem;
  job->evaluationsDone = job->evaluations = 0;
  write([key = keyOf(id), word = wordOf(state), problem](Database& database) {
    database.run(QStringLiteral("UPDATE jobs SET state = ?, problem = ? WHERE id = ?"), {word, problem, key});
  });
  Q_EMIT changed();
}

void JobQueue::erase(std::vector<QueuedJob>::iterator job) {
  write([key = keyOf(job->id)](Database& database) {
    database.run(QStringLiteral("DELETE FROM jobs WHERE id = ?"), {key});
  });
  jobs_.erase(job);
}

void JobQueue::writePlaces() {
  QList<qint64> order;
  for (const QueuedJob& job : jobs_) order << keyOf(job.id);
  write([order](Database& database) {
    database.inTransaction([&] {
      for (qsizetype place = 0; place < order.size(); ++place) {
        database.run(QStringLiteral("UPDATE jobs SET place = ? WHERE id = ?"), {place, order.at(place)});
      }
    });
  });
}

void JobQueue::write(std::function<void(Database&)> work) {
  store_.tell(std::move(work));
}

}  // namespace tstitch::ui
