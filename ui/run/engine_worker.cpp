#include "ui/run/engine_worker.h"

#include "ui/widgets/window_words.h"

#ifdef __linux__
#include <sys/resource.h>
#include <unistd.h>
#endif

#include <exception>
#include <utility>

#include "core/base/error.h"
#include "core/base/stop.h"

namespace tstitch::ui {
namespace {

/// The engine's threads inherit this: sampling takes what the window leaves, so that the window stays smooth.
void yieldToWindow() {
#ifdef __linux__
  constexpr int kNice = 5;
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice);
#endif
}

/// The sentence of whatever a call of the engine threw, for the window.
std::string sentenceOf(const std::exception_ptr& problem) {
  try {
    std::rethrow_exception(problem);
  } catch (const Error& error) {
    return inWindowWords(error.sentence()).toStdString();
  } catch (const std::exception& error) {
    return error.what();
  }
}

Failed noEngine() {
  return Failed{"The engine did not start.", {}, {}, ExitCode::Internal, {}};
}

}  // namespace

EngineWorker::EngineWorker(EngineFactory makeEngine, std::shared_ptr<PreviewMailbox> previews)
    : makeEngine_(std::move(makeEngine)), previews_(std::move(previews)) {}

EngineWorker::~EngineWorker() = default;

void EngineWorker::start() {
  yieldToWindow();
  try {
    engine_ = makeEngine_();
    Q_EMIT pairsKnown(engine_->pairs());
  } catch (...) {
    Q_EMIT engineFailed(QString::fromStdString(sentenceOf(std::current_exception())));
  }
}

void EngineWorker::inspect(quint64 question, const std::vector<std::filesystem::path>& places) {
  Inspection inspection;
  try {
    if (engine_) {
      for (const auto& place : places) inspection.models.push_back(engine_->inspect(place));
    }
  } catch (...) {
    inspection.problem = sentenceOf(std::current_exception());
  }
  Q_EMIT inspected(question, inspection);
}

void EngineWorker::mapControl(quint64 question, const ControlChoice& choice, const Extent& extent,
                              const std::stop_token& stop) {
  ControlMapAnswer answer;
  try {
    if (engine_ && !stop.stop_requested()) {
      answer.map = std::make_shared<const Image>(engine_->control_map(choice, extent, stop));
    }
  } catch (const Interrupted&) {
    answer = {};  // nobody waits for it any more
  } catch (...) {
    answer.problem = sentenceOf(std::current_exception());
  }
  Q_EMIT controlMapped(question, answer);
}

void EngineWorker::locate(const GenerationRequest& request) {
  LocateAnswer answer{request, {}, {}};
  try {
    if (engine_) answer.located = engine_->locate(request);
  } catch (...) {
    answer.problem = sentenceOf(std::current_exception());
  }
  Q_EMIT located(answer);
}

void EngineWorker::plan(const GenerationRequest& request, const RunSettings& settings) {
  PlanAnswer answer;
  try {
    if (engine_) answer.plan = engine_->plan(request, settings);
  } catch (...) {
    answer.problem = sentenceOf(std::current_exception());
  }
  Q_EMIT planned(answer);
}

void EngineWorker::prepare(const GenerationRequest& request, const RunSettings& settings, const std::stop_token& stop) {
  if (!engine_ || stop.stop_requested()) {
    Q_EMIT prepared(Cancelled{});
    return;
  }
  Q_EMIT prepared(
      engine_->prepare(request, settings, stop, [this](const Event& event) { Q_EMIT prepareEvent(event); }));
}

void EngineWorker::generate(RunId run, const Job& job, const std::stop_token& stop) {
  const Outcome outcome =
      engine_ ? engine_->generate(job, stop, [this, run](const Event& event) { report(run, event); }) : noEngine();
  Q_EMIT generated(run, outcome);
}

void EngineWorker::makeGrid(RunId run, const GridJob& job, const std::stop_token& stop) {
  GridReport result;
  QString problem;
  try {
    if (!engine_) throw Error(ExitCode::Internal, noEngine().what);
    result = engine_->grid(job, stop, [this, run](const Event& event) { report(run, event); });
  } catch (...) {
    problem = QString::fromStdString(sentenceOf(std::current_exception()));
  }
  Q_EMIT gridMade(run, result, problem);
}

void EngineWorker::report(RunId run, const Event& event) {
  if (const auto* preview = std::get_if<PreviewReady>(&event)) {
    if (previews_->post({run, preview->evaluation.value, preview->image})) Q_EMIT previewPosted();
  }
  Q_EMIT runEvent(run, event);
}

}  // namespace tstitch::ui
