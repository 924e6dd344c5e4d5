#pragma once

#include <QObject>
#include <QThread>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <variant>
#include <vector>

#include "ui/run/engine_worker.h"
#include "ui/widgets/call_inbox.h"

namespace tstitch::ui {

/// The window's side of the engine: one worker thread, a queue of jobs, one job at a time. Everything here returns at
/// once; answers come as signals in the GUI thread.
class GenerationController : public QObject {
  Q_OBJECT

 public:
  explicit GenerationController(EngineWorker::EngineFactory makeEngine, QObject* parent = nullptr);
  /// Stops what runs, waits for the worker and ends its thread.
  ~GenerationController() override;

  /// Makes the engine and asks it for its pairs.
  void start();

  /// Adds to the queue; starts at once when nothing runs. The answer is the run's number.
  RunId generate(const Job& job);
  RunId makeGrid(const GridJob& job);
  /// First press: the running job (or loading) stops. A press while it stops also drops the queue.
  void stop();
  void stopAll();

  /// Loads the pair behind the window; a later call replaces an earlier one. Waits while a job runs.
  void prepare(const GenerationRequest& request, const RunSettings& settings);
  /// Newest wins: while one plan is being made only the last further request is remembered.
  void plan(const GenerationRequest& request, const RunSettings& settings);
  void locate(const GenerationRequest& request);
  /// Answered by inspected() with the number returned here.
  quint64 inspect(const std::vector<std::filesystem::path>& places);
  /// Answered by controlMapped(), after a stop with nothing.
  quint64 mapControl(const ControlChoice& choice, const Extent& extent, const std::stop_token& stop);

  [[nodiscard]] bool isRunning() const { return current_.has_value(); }
  [[nodiscard]] bool isPreparing() const { return preparing_; }
  /// A stop was asked for and the run has not ended yet.
  [[nodiscard]] bool isStopping() const { return current_ && stopRun_.stop_requested(); }
  [[nodiscard]] int queued() const { return static_cast<int>(queue_.size()); }
  [[nodiscard]] const std::shared_ptr<PreviewMailbox>& previews() const { return previews_; }
  /// What the engine's machine computes fast; all of them until it said so.
  [[nodiscard]] const std::vector<Precision>& fastPrecisions() const { return fastPrecisions_; }

 Q_SIGNALS:
  void pairsKnown(const std::vector<tstitch::PairEntry>& pairs);
  void engineFailed(const QString& sentence);
  void inspected(quint64 question, const tstitch::ui::Inspection& inspection);
  void controlMapped(quint64 question, const tstitch::ui::ControlMapAnswer& answer);
  void located(const tstitch::ui::LocateAnswer& answer);
  void planned(const tstitch::ui::PlanAnswer& answer);
  void prepareStarted();
  void prepareEvent(const tstitch::Event& event);
  void prepared(const tstitch::Outcome& outcome);
  void runStarted(quint64 run);
  void runEvent(quint64 run, const tstitch::Event& event);
  void previewPosted();
  void runEnded(quint64 run, const tstitch::Outcome& outcome);
  void gridEnded(quint64 run, const tstitch::GridReport& report, const QString& problem);
  /// The queue's length, what runs, or whether it stops has changed.
  void stateChanged();

 private:
  struct QueuedRun {
    RunId id;
    std::variant<Job, GridJob> job;
  };
  struct Question {
    GenerationRequest request;
    RunSettings settings;
  };

  void connectWorker();
  RunId enqueue(std::variant<Job, GridJob> job);
  void startNext();
  void finishRun();
  void startPrepare();
  void connectAnswers();
  void onWorker(std::function<void(EngineWorker&)> call);
  /// Has a signal of the worker answered in this thread.
  template <class... Values, class Answer>
  void relay(void (EngineWorker::*signal)(Values...), Answer answer);

  CallInbox answers_;  ///< from the worker
  QThread thread_;
  EngineWorker* worker_;  ///< lives in thread_, deleted when it finishes
  CallInbox* questions_;  ///< to the worker, its child
  std::shared_ptr<PreviewMailbox> previews_;
  std::deque<QueuedRun> queue_;
  std::optional<RunId> current_;
  std::vector<Precision> fastPrecisions_{Precision::Fp32, Precision::Fp16, Precision::Bf16};
  std::stop_source stopRun_{std::nostopstate};
  std::stop_source stopPrepare_{std::nostopstate};
  std::optional<Question> wantedPrepare_;
  std::optional<Question> wantedPlan_;
  bool preparing_ = false;
  bool planning_ = false;
  RunId lastRun_ = 0;
  quint64 lastQuestion_ = 0;
};

}  // namespace tstitch::ui
