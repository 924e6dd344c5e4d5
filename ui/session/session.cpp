#include "ui/session/session.h"

#include <QFileInfo>
#include <algorithm>
#include <utility>

#include "core/jobs/grid_job.h"
#include "core/jobs/lane_models.h"
#include "core/jobs/picture_job.h"
#include "ui/engine/engine_rack.h"
#include "ui/engine/usable_settings.h"

namespace tstitch::ui {
namespace {

constexpr std::size_t kMostRemembered = 1000;

Outcome endingOf(const Reply<Outcome>& reply) {
  return reply.value.value_or(Failed{reply.problem, {}, {}, ExitCode::NoEngine, {}});
}

Job& picturesOf(RunOrder& order) {
  return order.isGrid() ? std::get<GridJob>(order.job).base : std::get<Job>(order.job);
}

}  // namespace

Session::Session(EngineRack& engines, QObject* parent)
    : QObject(parent), engines_(engines), previews_(std::make_shared<PreviewMailbox>()) {
  connect(&engines_, &EngineRack::removed, this, &Session::lose);
  connect(&engines_, &EngineRack::changed, this, &Session::dispatch);
  connect(&engine(), &EngineClient::standingChanged, this, &Session::engineChanged);
  connect(&engine(), &EngineClient::restarted, this, &Session::loadAgain);
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
  const RunId id = ++lastRun_;
  queue_.push_back({id, std::make_shared<const RunOrder>(std::move(order)), {}});
  Q_EMIT stateChanged();
  dispatch();
  return id;
}

void Session::dispatch() {
  if (!queue_.empty() && isForFirst(queue_.front())) {
    const QueuedRun next = std::move(queue_.front());
    queue_.pop_front();
    begin(&engine(), next);
  }
  for (const auto& lane : engines_.engines()) {
    if (lane.get() != &engine() && lane->standing() == EngineStanding::Ready && isFree(lane.get())) offer(lane.get());
  }
  if (isFree(&engine())) startPrepare();
}

bool Session::isForFirst(const QueuedRun& run) {
  if (!isFree(&engine())) return false;
  const auto& lanes = engines_.engines();
  return !engine().isGivenUp() || std::none_of(lanes.begin() + 1, lanes.end(), [&](const auto& lane) {
    return lane->standing() == EngineStanding::Ready && run.refusedBy.count(lane.get()) == 0;
  });
}

bool Session::isFree(EngineClient* lane) const {
  return std::none_of(running_.begin(), running_.end(), [lane](const auto& one) {
    const auto& lanes = one.second.lanes;
    return std::find(lanes.begin(), lanes.end(), lane) != lanes.end();
  });
}

void Session::offer(EngineClient* lane) {
  const auto next = std::find_if(queue_.begin(), queue_.end(),
                                 [lane](const QueuedRun& run) { return run.refusedBy.count(lane) == 0; });
  if (next == queue_.end() || !asked_.insert(lane).second) return;
  lane->compute(
      this,
      [order = *next->order, &first = engine()](Engine& other) {
        RunOrder located = order;
        Job& job = picturesOf(located);
        job.request = LaneModels(first.engine(), job.request, job.settings).on(other);
        return located;
      },
      [this, lane, run = next->id](const Reply<RunOrder>& reply) { takeOffer(lane, run, reply.value); });
}

void Session::takeOffer(EngineClient* lane, RunId run, const std::optional<RunOrder>& located) {
  asked_.erase(lane);
  const auto queued = std::find_if(queue_.begin(), queue_.end(), [run](const QueuedRun& one) { return one.id == run; });
  if (queued != queue_.end() && located && isFree(lane)) {
    const QueuedRun taken{run, std::make_shared<const RunOrder>(*located), {}};
    queue_.erase(queued);
    begin(lane, taken);
  } else if (queued != queue_.end()) {
    queued->refusedBy.insert(lane);
  }
  dispatch();
}

void Session::begin(EngineClient* lane, const QueuedRun& run) {
  Running& running = running_[run.id];
  running.order = run.order;
  running.lanes = {lane};
  running.attempt = ++lastAttempt_;
  if (run.order->isGrid()) {
    for (const auto& other : engines_.engines()) {
      const bool helps = other->standing() == EngineStanding::Ready && isFree(other.get());
      if (helps) running.lanes.push_back(other.get());
    }
  }
  Q_EMIT runStarted(run.id);
  Q_EMIT stateChanged();
  run.order->isGrid() ? makeGrid(run.id, running) : makePictures(run.id, running);
}

void Session::makePictures(RunId run, const Running& running) {
  const EventSink sink = sinkOf(run, running);
  running.lanes.front()->compute(
      this,
      [order = running.order, sink, switching = running.switching, stop = running.stop.get_token()](Engine& engine) {
        Job job = order->pictures();
        job.settings = usableSettings(engine, job.settings, sink);
        return make_pictures(engine, job, stop, sink, switching.get());
      },
      [this, run, attempt = running.attempt](const Reply<Outcome>& reply) {
        if (!isAttempt(run, attempt)) return;
        finish(run);
        Q_EMIT runEnded(run, endingOf(reply));
        dispatch();
      });
}

void Session::makeGrid(RunId run, const Running& running) {
  const EventSink sink = sinkOf(run, running);
  const std::vector<EngineClient*> helpers(running.lanes.begin() + 1, running.lanes.end());
  running.lanes.front()->compute(
      this,
      [order = running.order, helpers, sink, stop = running.stop.get_token()](Engine& engine) {
        GridJob job = order->grid();
        std::vector<Engine*> lanes{&engine};
        for (EngineClient* helper : helpers) lanes.push_back(&helper->engine());
        job.base.settings = usableSettings(engine, job.base.settings, sink);
        return make_grid(lanes, job, stop, sink);
      },
      [this, run, attempt = running.attempt](const Reply<GridReport>& reply) {
        if (!isAttempt(run, attempt)) return;
        finish(run);
        Q_EMIT gridEnded(run, reply.value.value_or(GridReport()), QString::fromStdString(reply.problem));
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
  Running& one = running_.at(run);
  if (saved != nullptr && !one.order->isGrid()) remember(saved->image, one);
  Q_EMIT runEvent(run, event);
}

/// A picture that was given over is another one than was asked for.
void Session::remember(const SavedImage& saved, Running& running) {
  if (std::exchange(running.isSwitched, false)) return;
  made_.push_back({running.order->pictures().request, QString::fromStdString(saved.file.string())});
  made_.back().request.seed = saved.seed;
  if (made_.size() > kMostRemembered) made_.pop_front();
}

void Session::finish(RunId run) {
  running_.erase(run);
  Q_EMIT stateChanged();
}

/// Its job waits again, before all others. A grid that it only helps with goes on without it.
void Session::lose(EngineClient* lane) {
  asked_.erase(lane);
  for (auto one = running_.begin(); one != running_.end(); ++one) {
    auto& [run, running] = *one;
    if (running.lanes.front() != lane) continue;
    running.stop.request_stop();
    queue_.push_front({run, running.order, {}});
    running_.erase(one);
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
  if (isStopping()) queue_.clear();
  for (auto& [run, running] : running_) running.stop.request_stop();
  stopPrepare_.request_stop();
  Q_EMIT stateChanged();
}

void Session::stopAll() {
  queue_.clear();
  stop();
}

void Session::stopRun(RunId run) {
  const auto found = running_.find(run);
  if (found == running_.end()) return;
  found->second.stop.request_stop();
  Q_EMIT stateChanged();
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

QString Session::earlierPicture(const GenerationRequest& request) const {
  const auto made =
      std::find_if(made_.rbegin(), made_.rend(), [&](const MadeFile& one) { return one.request == request; });
  return made != made_.rend() && QFileInfo::exists(made->path) ? made->path : QString();
}

}  // namespace tstitch::ui
