#include "ui/run/generation_controller.h"

#include <utility>

namespace tstitch::ui {

GenerationController::GenerationController(EngineWorker::EngineFactory makeEngine, QObject* parent)
    : QObject(parent), worker_(nullptr), questions_(nullptr), previews_(std::make_shared<PreviewMailbox>()) {
  thread_.setObjectName(QStringLiteral("engine"));
  worker_ = new EngineWorker(std::move(makeEngine), previews_);  // no parent: it will live elsewhere
  questions_ = new CallInbox(worker_);
  worker_->moveToThread(&thread_);
  connect(&thread_, &QThread::finished, worker_, &QObject::deleteLater);
  connectWorker();
}

GenerationController::~GenerationController() {
  stopAll();
  wantedPrepare_.reset();
  thread_.quit();
  if (!thread_.wait()) return;
  if (!thread_.isFinished()) delete worker_;  // the thread was never started, so nobody else deletes it
}

template <class... Values, class Answer>
void GenerationController::relay(void (EngineWorker::*signal)(Values...), Answer answer) {
  const auto post = [this, answer](const std::decay_t<Values>&... values) {
    answers_.post([answer, values...] { answer(values...); });
  };
  connect(worker_, signal, worker_, post, Qt::DirectConnection);
}

void GenerationController::connectWorker() {
  relay(&EngineWorker::pairsKnown, [this](const auto& pairs) { Q_EMIT pairsKnown(pairs); });
  relay(&EngineWorker::fastPrecisionsKnown, [this](const auto& precisions) { fastPrecisions_ = precisions; });
  relay(&EngineWorker::engineFailed, [this](const QString& sentence) { Q_EMIT engineFailed(sentence); });
  relay(&EngineWorker::inspected, [this](quint64 question, const auto& found) { Q_EMIT inspected(question, found); });
  relay(&EngineWorker::controlMapped,
        [this](quint64 question, const ControlMapAnswer& answer) { Q_EMIT controlMapped(question, answer); });
  relay(&EngineWorker::located, [this](const LocateAnswer& answer) { Q_EMIT located(answer); });
  relay(&EngineWorker::prepareEvent, [this](const Event& event) { Q_EMIT prepareEvent(event); });
  relay(&EngineWorker::runEvent, [this](RunId run, const Event& event) { Q_EMIT runEvent(run, event); });
  relay(&EngineWorker::previewPosted, [this] { Q_EMIT previewPosted(); });
  connectAnswers();
}

/// Those after which something else begins.
void GenerationController::connectAnswers() {
  relay(&EngineWorker::planned, [this](const PlanAnswer& answer) {
    planning_ = false;
    if (const std::optional<Question> next = std::exchange(wantedPlan_, std::nullopt)) {
      plan(next->request, next->settings);
    } else {
      Q_EMIT planned(answer);
    }
  });
  relay(&EngineWorker::prepared, [this](const Outcome& outcome) {
    preparing_ = false;
    Q_EMIT stateChanged();
    Q_EMIT prepared(outcome);
    if (!current_) startPrepare();
  });
  relay(&EngineWorker::generated, [this](RunId run, const Outcome& outcome) {
    finishRun();
    Q_EMIT runEnded(run, outcome);
    startNext();
  });
  relay(&EngineWorker::gridMade, [this](RunId run, const GridReport& report, const QString& problem) {
    finishRun();
    Q_EMIT gridEnded(run, report, problem);
    startNext();
  });
}

void GenerationController::onWorker(std::function<void(EngineWorker&)> call) {
  questions_->post([worker = worker_, call = std::move(call)] { call(*worker); });
}

void GenerationController::start() {
  thread_.start();
  onWorker([](EngineWorker& worker) { worker.start(); });
}

RunId GenerationController::generate(const Job& job) {
  return enqueue(job);
}

RunId GenerationController::makeGrid(const GridJob& job) {
  return enqueue(job);
}

RunId GenerationController::enqueue(std::variant<Job, GridJob> job) {
  const RunId id = ++lastRun_;
  queue_.push_back({id, std::move(job)});
  if (current_) {
    Q_EMIT stateChanged();
  } else {
    startNext();
  }
  return id;
}

void GenerationController::startNext() {
  if (queue_.empty()) {
    startPrepare();
    return;
  }
  const QueuedRun next = std::move(queue_.front());
  queue_.pop_front();
  current_ = next.id;
  stopRun_ = std::stop_source();
  Q_EMIT runStarted(next.id);
  Q_EMIT stateChanged();
  const std::stop_token stop = stopRun_.get_token();
  if (const auto* job = std::get_if<Job>(&next.job)) {
    onWorker([id = next.id, job = *job, stop](EngineWorker& worker) { worker.generate(id, job, stop); });
  } else {
    onWorker([id = next.id, job = std::get<GridJob>(next.job), stop](EngineWorker& worker) {
      worker.makeGrid(id, job, stop);
    });
  }
}

void GenerationController::finishRun() {
  current_.reset();
  Q_EMIT stateChanged();
}

void GenerationController::stop() {
  if (current_ && stopRun_.stop_requested()) queue_.clear();
  stopRun_.request_stop();
  stopPrepare_.request_stop();
  Q_EMIT stateChanged();
}

void GenerationController::stopAll() {
  queue_.clear();
  stop();
}

void GenerationController::prepare(const GenerationRequest& request, const RunSettings& settings) {
  stopPrepare_.request_stop();
  wantedPrepare_ = Question{request, settings};
  if (!current_ && !preparing_) startPrepare();
}

void GenerationController::startPrepare() {
  const std::optional<Question> question = std::exchange(wantedPrepare_, std::nullopt);
  if (!question) return;
  stopPrepare_ = std::stop_source();
  preparing_ = true;
  Q_EMIT prepareStarted();
  Q_EMIT stateChanged();
  onWorker([question = *question, stop = stopPrepare_.get_token()](EngineWorker& worker) {
    worker.prepare(question.request, question.settings, stop);
  });
}

void GenerationController::plan(const GenerationRequest& request, const RunSettings& settings) {
  if (planning_) {
    wantedPlan_ = Question{request, settings};
    return;
  }
  planning_ = true;
  onWorker([request, settings](EngineWorker& worker) { worker.plan(request, settings); });
}

void GenerationController::locate(const GenerationRequest& request) {
  onWorker([request](EngineWorker& worker) { worker.locate(request); });
}

quint64 GenerationController::inspect(const std::vector<std::filesystem::path>& places) {
  const quint64 question = ++lastQuestion_;
  onWorker([question, places](EngineWorker& worker) { worker.inspect(question, places); });
  return question;
}

quint64 GenerationController::mapControl(const ControlChoice& choice, const Extent& extent,
                                         const std::stop_token& stop) {
  const quint64 question = ++lastQuestion_;
  onWorker(
      [question, choice, extent, stop](EngineWorker& worker) { worker.mapControl(question, choice, extent, stop); });
  return question;
}

}  // namespace tstitch::ui
