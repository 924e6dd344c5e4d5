#pragma once

#include <QObject>
#include <QString>
#include <future>
#include <memory>
#include <optional>
#include <vector>

#include "ui/session/run_order.h"
#include "ui/store/store.h"

namespace tstitch::ui {

enum class JobState { Pending, Running, Failed, Interrupted };

/// A job that was asked for and is not done.
struct QueuedJob {
  RunId id = 0;
  std::shared_ptr<const RunOrder> order;  ///< as it was asked for
  JobState state = JobState::Pending;
  QString problem;          ///< why it failed
  int done = 0;             ///< its first pictures that need not be made any more
  int evaluationsDone = 0;  ///< while it runs
  int evaluations = 0;
  qint64 addedAt = 0;      ///< milliseconds since 1970
  bool isWritten = false;  ///< it lies in the store: nothing is shown before
  std::shared_future<void> written;
};

/// The jobs that wait, run, failed or were stopped, in the order in which they are made; done ones leave. What it says
/// lies in the store. Without a widget, and without an engine: the session takes jobs from it and says what becomes of
/// them.
class JobQueue : public QObject {
  Q_OBJECT

 public:
  explicit JobQueue(Store& store, QObject* parent = nullptr);

  /// Reads what the last sitting left, before what was added since; what ran is pending again. Paused when anything
  /// waits. loaded() follows.
  void load();

  /// At the end. A grid of a folder takes the place of one of the same folder that is not running.
  RunId add(RunOrder order);
  [[nodiscard]] const std::vector<QueuedJob>& jobs() const { return jobs_; }
  /// Null when it is not there (any more).
  [[nodiscard]] const QueuedJob* find(RunId id) const;
  [[nodiscard]] int count(JobState state) const;
  /// Those that wait, in order; while it is paused only what was released.
  [[nodiscard]] std::vector<const QueuedJob*> ready() const;

  [[nodiscard]] bool isPaused() const { return paused_; }
  /// What runs goes on.
  void setPaused(bool paused);
  void moveUp(RunId id);
  void moveDown(RunId id);
  /// Before all others that wait.
  void toFront(RunId id);
  /// It is the next, also while the queue is paused.
  void release(RunId id);
  /// Also one that runs: whoever runs it stops it.
  void remove(RunId id);
  void removeEnded();
  /// A failed or stopped one waits again.
  void retry(RunId id);

  void setRunning(RunId id);
  void setProgress(RunId id, int done, int evaluations);
  /// Its first `pictures` are made.
  void setDone(RunId id, int pictures);
  /// It waits again, before all others.
  void putBack(RunId id);
  void finish(RunId id);
  void fail(RunId id, const QString& problem);
  void interrupt(RunId id);
  /// The program ends: nothing begins any more, and what the store says stays.
  void close() { closed_ = true; }

 Q_SIGNALS:
  /// Jobs came, went, moved, or stand otherwise; also when it was paused.
  void changed();
  void progressed(quint64 id);
  /// One that runs is to be stopped.
  void removed(quint64 id);
  /// What the last sitting left is there.
  void loaded();

 private:
  struct Row {
    QueuedJob job;
    QString problem;  ///< why it cannot be read
  };

  [[nodiscard]] static std::vector<Row> readAll(Database& database);
  void takeRows(const std::vector<Row>& rows);
  [[nodiscard]] std::vector<QueuedJob>::iterator at(RunId id);
  void setState(RunId id, JobState state, const QString& problem = {});
  void move(std::vector<QueuedJob>::iterator job, std::ptrdiff_t place);
  void erase(std::vector<QueuedJob>::iterator job);
  void dropEqualGrid(const RunOrder& order);
  void writePlaces();
  void write(std::function<void(Database&)> work);

  Store& store_;
  std::vector<QueuedJob> jobs_;
  RunId lastId_ = 0;
  bool paused_ = false;
  std::optional<RunId> released_;
  bool closed_ = false;
};

}  // namespace tstitch::ui
