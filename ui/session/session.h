#pragma once

#include <QObject>
#include <QString>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <vector>

#include "core/engine/outcome.h"
#include "core/jobs/picture_skip.h"
#include "core/jobs/switched_run.h"
#include "ui/engine/preview_frame.h"
#include "ui/history/history.h"
#include "ui/queue/job_queue.h"
#include "ui/session/run_order.h"
#include "ui/store/store.h"

namespace tstitch::ui {

class EngineClient;
class EngineRack;

/// What the window works on, without a widget: the request as the controls stand, the queue, and what was made. Each
/// engine is a lane that makes one job at a time; the first one is preferred, others take what they have the models of,
/// and a grid is spread over those that are free. Everything here returns at once; what happens is told by signals in
/// the GUI thread.
class Session : public QObject {
  Q_OBJECT

 public:
  /// What it remembers beyond its end lies in that database; without one it lasts for this sitting.
  explicit Session(EngineRack& engines, const QString& database = {}, QObject* parent = nullptr);
  /// Stops what runs; the engines' end waits for it.
  ~Session() override;

  [[nodiscard]] EngineRack& engines() { return engines_; }
  /// The one that answers what the window asks.
  [[nodiscard]] EngineClient& engine();
  [[nodiscard]] Store& store() { return store_; }
  /// Every picture that was saved.
  [[nodiscard]] History& history() { return history_; }
  /// What waits; this object takes jobs from it.
  [[nodiscard]] JobQueue& queue() { return queue_; }
  /// Takes over what the last sitting left in the queue, with what of it is on the disk already.
  void takeUp();

  void setRequest(const GenerationRequest& request) { request_ = request; }
  [[nodiscard]] const GenerationRequest& request() const { return request_; }

  /// Adds to the queue; starts at once where a lane is free.
  RunId submit(RunOrder order);
  /// First press: what runs (or loads) stops. A press while it stops also pauses the queue.
  void stop();
  /// Before the end: what runs stops, and the queue stands as it did when the program starts again.
  void stopAll();
  /// That run alone stops and leaves the queue; what waits stays.
  void stopRun(RunId run);
  /// The picture that run makes is given over to the large denoiser (core/jobs/switched_run.h).
  void switchNow(RunId run);
  /// That run lets go of the picture it is making, a grid of that cell; it goes on with the next.
  void skipPicture(RunId run, int cell = 0);

  /// Loads the pair behind the window; a later call replaces an earlier one. Waits while the first engine runs a job.
  void prepare(const GenerationRequest& request, const RunSettings& settings);
  /// There is nothing to load: as if it were done.
  void prepareNothing();

  [[nodiscard]] bool isRunning() const { return !running_.empty(); }
  [[nodiscard]] bool isPreparing() const { return preparing_; }
  /// A stop was asked for and not every run has ended yet.
  [[nodiscard]] bool isStopping() const;
  [[nodiscard]] int queued() const { return queue_.count(JobState::Pending); }
  /// The order of a run that goes on; null when it does not.
  [[nodiscard]] std::shared_ptr<const RunOrder> running(RunId run) const;

  [[nodiscard]] const std::shared_ptr<PreviewMailbox>& previews() const { return previews_; }
  /// What the engine's machine computes fast; all of them until it said so.
  [[nodiscard]] const std::vector<Precision>& fastPrecisions() const { return fastPrecisions_; }

 Q_SIGNALS:
  void prepareStarted();
  void prepareEvent(const tstitch::Event& event);
  void prepared(const tstitch::Outcome& outcome);
  void runStarted(quint64 run);
  /// The newest preview is in the mailbox, too.
  void runEvent(quint64 run, const tstitch::Event& event);
  void pictureSkipped(quint64 run);
  void runEnded(quint64 run, const tstitch::Outcome& outcome);
  void gridEnded(quint64 run, const tstitch::GridReport& report, const QString& problem);
  void engineRestarted();
  /// The queue's length, what runs, or whether it stops has changed.
  void stateChanged();

 private:
  struct Running {
    std::shared_ptr<const RunOrder> order;  ///< what is left of the job, for the engine that makes it
    std::shared_ptr<SwitchRequest> switching = std::make_shared<SwitchRequest>();
    std::shared_ptr<PictureSkip> skip = std::make_shared<PictureSkip>();
    bool isSwitched = false;          ///< its picture is not the one that was asked for
    std::shared_future<void> queued;  ///< it lies in the queue's store
    int evaluations = 0;              ///< done so far
    int of = 0;
    std::stop_source stop;
    std::vector<EngineClient*> lanes;  ///< the first of them was given the job
    int attempt = 0;                   ///< answers of an engine that was removed count no more
  };
  struct Wanted {
    GenerationRequest request;
    RunSettings settings;
  };

  void dispatch();
  [[nodiscard]] bool isFree(EngineClient* lane) const;
  /// The next job is the first engine's: it is free, and where it is not to be had, nobody else may take it.
  [[nodiscard]] bool isForFirst(RunId run);
  /// Whether a lane has the models is asked before it takes a job; the first one takes any.
  void offer(EngineClient* lane);
  void takeOffer(EngineClient* lane, RunId run, const std::optional<RunOrder>& located);
  void begin(EngineClient* lane, RunId run, RunOrder order);
  void makePictures(RunId run, const Running& running);
  void makeGrid(RunId run, const Running& running);
  [[nodiscard]] EventSink sinkOf(RunId run, const Running& running);
  [[nodiscard]] bool isAttempt(RunId run, int attempt) const;
  void takeEvent(RunId run, const Event& event);
  void remember(RunId run, const SavedImage& saved, Running& running);
  void countEvaluation(RunId run, const Event& event);
  void adopt(const QueuedJob& job);
  void finish(RunId run);
  void leaveQueue(RunId run, const Outcome& outcome);
  void leaveQueue(RunId run, const GridReport& report, const QString& problem);
  void startPrepare();
  void engineChanged();
  void loadAgain();
  void lose(EngineClient* lane);

  EngineRack& engines_;
  Store store_;
  History history_;
  JobQueue queue_;
  std::shared_ptr<PreviewMailbox> previews_;
  GenerationRequest request_;
  std::map<RunId, Running> running_;
  std::set<EngineClient*> asked_;                       ///< whether they have the models of a job
  std::map<RunId, std::set<EngineClient*>> refusedBy_;  ///< they do not have its models
  std::vector<Precision> fastPrecisions_{Precision::Fp32, Precision::Fp16, Precision::Bf16};
  std::stop_source stopPrepare_{std::nostopstate};
  std::optional<Wanted> wanted_;
  std::optional<Wanted> loaded_;  ///< what was last asked to be loaded
  bool preparing_ = false;
  int lastAttempt_ = 0;
};

}  // namespace tstitch::ui
