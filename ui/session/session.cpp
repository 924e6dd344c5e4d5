#include "ui/session/session.h"

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/jobs/grid_job.h"
#include "core/jobs/lane_models.h"
#include "core/jobs/picture_job.h"
#include "ui/engine/engine_rack.h"
#include "ui/engine/usable_settings.h"
#include "ui/queue/order_json.h"
#include "ui/widgets/window_words.h"

namespace tstitch::ui {
namespace {

Outcome endingOf(const Reply<Outcome>& reply) {
  return reply.value.value_or(Failed{reply.problem, {}, {}, ExitCode::NoEngine, {}});
}

Job& picturesOf(RunOrder& order) {
  return order.isGrid() ? std::get<GridJob>(order.job).base : std::get<Job>(order.job);
}

/// Which of the job's pictures has that seed, counted from 0; they count up from the request's.
int pictureNumber(const RunOrder& order, std::uint64_t seed) {
  const std::uint64_t number = seed - order.pictures().request.seed;
  return number < static_cast<std::uint64_t>(order.pictures().count) ? static_cast<int>(number) : -1;
}

}  // namespace

Session::Session(EngineRack& engines, const QString& database, QObject* parent)
    : QObject(parent),
      engines_(engines),
      store_(database.isEmpty() ? QStringLiteral(":memory:") : database),
      history_(store_),
      queue_(store_),
      previews_(std::make_shared<PreviewMailbox>()) {
  connect(&engines_, &EngineRack::removed, this, &Session::lose);
  connect(&engines_, &EngineRack::changed, this, &Session::dispatch);
  connect(&engine(), &EngineClient::standingChanged, this, &Session::engineChanged);
  connect(&engine(), &EngineClient::restarted, this, &Session::loadAgain);
  connect(&queue_, &JobQueue::changed, this, [this] {
    Q_EMIT stateChanged();
    dispatch();
  });
  connect(&queue_, &JobQueue::removed, this, [this](RunId run) {
    const auto found = running_.find(run);
    if (found != running_.end()) found->second.stop.request_stop();
  });
}

Session::~Session() {
  wanted_.reset();
  stopAll();
}

EngineClient& Session::engine() {
  return engines_.first();
}

void Session::engineChanged() {
  if (engine().standing() != EngineStanding::Ready) return;
  engine().ask(
      this, [](Library& library) { return library.fast_precisions({}); },
      [this](const Reply<std::vector<Precision>>& reply) { fastPrecisions_ = reply.value.value_or(fastPrecisions_); });
}

/// What the lost engine had loaded is gone; a run loads it itself.
void Session::loadAgain() {
  Q_EMIT engineRestarted();
  if (loaded_ && isFree(&engine())) prepare(loaded_->request, loaded_->settings);
}

RunId Session::submit(RunOrder order) {
  return queue_.add(std::move(order));
}

void Session::dispatch() {
  const auto waiting = queue_.ready();
  if (!waiting.empty() && isForFirst(waiting.front()->id)) {
    const QueuedJob& next = *waiting.front();
    begin(&engine(), next.id, restOf(*next.order, next.done));
  }
  for (const auto& lane : engines_.engines()) {
    if (lane.get() != &engine() && lane->standing() == EngineStanding::Ready && isFree(lane.get())) offer(lane.get());
  }
  if (isFree(&engine())) startPrepare();
}

bool Session::isForFirst(RunId run) {
  if (!isFree(&engine())) return false;
  const auto& lanes = engines_.engines();
  return !engine().isGivenUp() || std::none_of(lanes.begin() + 1, lanes.end(), [&](const auto& lane) {
    return lane->standing() == EngineStanding::Ready && refusedBy_[run].count(lane.get()) == 0;
  });
}

bool Session::isFree(EngineClient* lane) const {
  return std::none_of(running_.begin(), running_.end(), [lane](const auto& one) {
    const auto& lanes = one.second.lanes;
    return std::find(lanes.begin(), lanes.end(), lane) != lanes.end();
  });
}

void Session::offer(EngineClient* lane) {
  const auto waiting = queue_.ready();
  const auto next = std::find_if(waiting.begin(), waiting.end(),
                                 [&](const QueuedJob* job) { return refusedBy_[job->id].count(lane) == 0; });
  if (next == waiting.end() || !asked_.insert(lane).second) return;
  lane->compute(
      this,
      [order = restOf(*(*next)->order, (*next)->done), &first = engine()](Engine& other) {
        RunOrder located = order;
        Job& job = picturesOf(located);
        job.request = LaneModels(first.engine(), job.request, job.settings).on(other);
        return located;
      },
      [this, lane, run = (*next)->id](const Reply<RunOrder>& reply) { takeOffer(lane, run, reply.value); });
}

void Session::takeOffer(EngineClient* lane, RunId run, const std::optional<RunOrder>& located) {
  asked_.erase(lane);
  const auto waiting = queue_.ready();
  const bool waits =
      std::any_of(waiting.begin(), waiting.end(), [run](const QueuedJob* job) { return job->id == run; });
  if (waits && located && isFree(lane)) {
    begin(lane, run, *located);
  } else if (waits) {
    refusedBy_[run].insert(lane);
  }
  dispatch();
}

void Session::begin(EngineClient* lane, RunId run, RunOrder order) {
  Running& running = running_[run];
  running.order = std::make_shared<const RunOrder>(std::move(order));
  running.queued = queue_.find(run)->written;
  running.lanes = {lane};
  running.attempt = ++lastAttempt_;
  if (running.order->isGrid()) {
    for (const auto& other : engines_.engines()) {
      const bool helps = other->standing() == EngineStanding::Ready && isFree(other.get());
      if (helps) running.lanes.push_back(other.get());
    }
  }
  refusedBy_.erase(run);
  queue_.setRunning(run);
  Q_EMIT runStarted(run);
  Q_EMIT stateChanged();
  running.order->isGrid() ? makeGrid(run, running) : makePictures(run, running);
}

void Session::makePictures(RunId run, const Running& running) {
  const EventSink sink = sinkOf(run, running);
  running.lanes.front()->compute(
      this,
      [order = running.order, queued = running.queued, switching = running.switching, skip = running.skip, sink,
       stop = running.stop.get_token()](Engine& engine) {
        queued.wait();  // a picture is never there before its job is
        Job job = order->pictures();
        job.settings = usableSettings(engine, job.settings, sink);
        return make_pictures(engine, job, stop, sink, switching.get(), skip.get());
      },
      [this, run, attempt = running.attempt](const Reply<Outcome>& reply) {
        if (!isAttempt(run, attempt)) return;
        const Outcome outcome = endingOf(reply);
        finish(run);
        Q_EMIT runEnded(run, outcome);
        leaveQueue(run, outcome);
        dispatch();
      });
}

void Session::makeGrid(RunId run, const Running& running) {
  const EventSink sink = sinkOf(run, running);
  const std::vector<EngineClient*> helpers(running.lanes.begin() + 1, running.lanes.end());
  running.lanes.front()->compute(
      this,
      [order = running.order, queued = running.queued, helpers, skip = running.skip, sink,
       stop = running.stop.get_token()](Engine& engine) {
        queued.wait();
        GridJob job = order->grid();
        std::vector<Engine*> lanes{&engine};
        for (EngineClient* helper : helpers) lanes.push_back(&helper->engine());
        job.base.settings = usableSettings(engine, job.base.settings, sink);
        return make_grid(lanes, job, stop, sink, skip.get());
      },
      [this, run, attempt = running.attempt](const Reply<GridReport>& reply) {
        if (!isAttempt(run, attempt)) return;
        const GridReport report = reply.value.value_or(GridReport());
        const QString problem = QString::fromStdString(reply.problem);
        finish(run);
        Q_EMIT gridEnded(run, report, problem);
        leaveQueue(run, report, problem);
        dispatch();
      });
}

EventSink Session::sinkOf(RunId run, const Running& running) {
  const auto take = [this, run, attempt = running.attempt](const Event& event) {
    if (isAttempt(run, attempt)) takeEvent(run, event);
  };
  const EventSink tell = running.lanes.front()->sink(this, take);
  return [previews = previews_, run, tell](const Event& event) {
    if (const auto* preview = std::get_if<PreviewReady>(&event)) {
      previews->post({run, preview->evaluation.value, preview->image});
    }
    tell(event);
  };
}

bool Session::isAttempt(RunId run, int attempt) const {
  const auto found = running_.find(run);
  return found != running_.end() && found->second.attempt == attempt;
}

void Session::takeEvent(RunId run, const Event& event) {
  const auto* saved = std::get_if<ImageSaved>(&event);
  if (saved != nullptr) remember(run, saved->image, running_.at(run));
  countEvaluation(run, event);
  Q_EMIT runEvent(run, event);
}

/// The history, before anybody hears of it. A picture that was given over is another one than was asked for.
void Session::remember(RunId run, const SavedImage& saved, Running& running) {
  const QString path = QString::fromStdString(saved.file.string());
  if (running.order->isGrid()) return history_.add(path);
  GenerationRequest asked = running.order->pictures().request;
  asked.seed = saved.seed;
  const bool isAsked = !std::exchange(running.isSwitched, false);
  history_.add(path, isAsked ? std::optional(asked) : std::nullopt);
  const QueuedJob* job = queue_.find(run);
  if (job != nullptr) queue_.setDone(run, pictureNumber(*job->order, saved.seed) + 1);
}

void Session::countEvaluation(RunId run, const Event& event) {
  Running& running = running_.at(run);
  if (const auto* planned = std::get_if<EvaluationCounts>(&event)) {
    running.of = 0;
    for (const auto& [denoiser, evaluations] : planned->evaluations) running.of += evaluations;
  } else if (std::holds_alternative<StepDone>(event)) {
    running.evaluations = std::min(running.evaluations + 1, std::max(running.of, running.evaluations));
  } else {
    return;
  }
  queue_.setProgress(run, running.evaluations, running.of);
}

void Session::takeUp() {
  connect(&queue_, &JobQueue::loaded, this, [this] {
    const std::vector<QueuedJob> left = queue_.jobs();
    for (const QueuedJob& job : left) adopt(job);
  });
  queue_.load();
}

/// Pictures that were saved just before the program ended, so that nobody heard of them.
void Session::adopt(const QueuedJob& job) {
  constexpr qint64 kClocksDifferMs = 2000;
  const QString folder = QString::fromStdString(job.order->pictures().output.path.string());
  history_.adoptNewer(folder, job.addedAt - kClocksDifferMs, this,
                      [this, id = job.id, order = job.order](const QList<GenerationRequest>& adopted) {
                        const GenerationRequest& asked = order->pictures().request;
                        for (const GenerationRequest& request : adopted) {
                          const int number = pictureNumber(*order, request.seed);
                          const bool isOurs = request.prompt == asked.prompt && number >= 0;
                          if (isOurs && number < order->pictureCount()) queue_.setDone(id, number + 1);
                        }
                      });
}

void Session::finish(RunId run) {
  running_.erase(run);
  Q_EMIT stateChanged();
}

void Session::leaveQueue(RunId run, const Outcome& outcome) {
  if (const auto* failed = std::get_if<Failed>(&outcome)) {
    queue_.fail(run, inWindowWords(error_of(*failed).sentence()));
  } else {
    std::holds_alternative<Cancelled>(outcome) ? queue_.interrupt(run) : queue_.finish(run);
  }
}

void Session::leaveQueue(RunId run, const GridReport& report, const QString& problem) {
  const auto failed =
      std::find_if(report.cells.begin(), report.cells.end(), [](const CellEnded& cell) { return !cell.error.empty(); });
  if (report.cancelled) {
    queue_.interrupt(run);
  } else if (!problem.isEmpty() || failed != report.cells.end()) {
    queue_.fail(run, problem.isEmpty() ? inWindowWords(failed->error) : problem);
  } else {
    queue_.finish(run);
  }
}

/// Its job waits again, before all others. A grid that it only helps with goes on without it.
void Session::lose(EngineClient* lane) {
  asked_.erase(lane);
  for (auto one = running_.begin(); one != running_.end(); ++one) {
    auto& [run, running] = *one;
    if (running.lanes.front() != lane) continue;
    running.stop.request_stop();
    const RunId lost = run;
    running_.erase(one);
    queue_.putBack(lost);
    break;
  }
  Q_EMIT stateChanged();
}

std::shared_ptr<const RunOrder> Session::running(RunId run) const {
  const auto found = running_.find(run);
  return found == running_.end() ? nullptr : found->second.order;
}

bool Session::isStopping() const {
  return std::any_of(running_.begin(), running_.end(),
                     [](const auto& one) { return one.second.stop.stop_requested(); });
}

void Session::stop() {
  if (isStopping()) queue_.setPaused(true);
  for (auto& [run, running] : running_) running.stop.request_stop();
  stopPrepare_.request_stop();
  Q_EMIT stateChanged();
}

void Session::stopAll() {
  queue_.close();
  for (auto& [run, running] : running_) running.stop.request_stop();
  stopPrepare_.request_stop();
  Q_EMIT stateChanged();
}

void Session::skipPicture(RunId run, int cell) {
  const auto found = running_.find(run);
  if (found == running_.end()) return;
  found->second.skip->skip(cell);
  Q_EMIT pictureSkipped(run);
}

void Session::stopRun(RunId run) {
  if (running_.count(run) > 0) queue_.remove(run);
}

void Session::switchNow(RunId run) {
  const auto found = running_.find(run);
  if (found == running_.end()) return;
  found->second.isSwitched = true;
  found->second.switching->ask();
}

void Session::prepare(const GenerationRequest& request, const RunSettings& settings) {
  stopPrepare_.request_stop();
  loaded_ = wanted_ = Wanted{request, settings};
  if (isFree(&engine())) startPrepare();
}

void Session::prepareNothing() {
  if (!preparing_) Q_EMIT prepared(Cancelled{});
}

void Session::startPrepare() {
  if (!wanted_ || preparing_) return;
  const Wanted wanted = *std::exchange(wanted_, std::nullopt);
  stopPrepare_ = std::stop_source();
  preparing_ = true;
  Q_EMIT prepareStarted();
  Q_EMIT stateChanged();
  const EventSink tell = engine().sink(this, [this](const Event& event) { Q_EMIT prepareEvent(event); });
  engine().compute(
      this,
      [wanted, tell, stop = stopPrepare_.get_token()](Engine& engine) -> Outcome {
        if (stop.stop_requested()) return Cancelled{};
        return engine.prepare(wanted.request, usableSettings(engine, wanted.settings, tell), stop, tell);
      },
      [this](const Reply<Outcome>& reply) {
        preparing_ = false;
        Q_EMIT stateChanged();
        Q_EMIT prepared(reply.value.value_or(Cancelled{}));
        if (isFree(&engine())) startPrepare();
      });
}

}  // namespace tstitch::ui
