#include "ui/run/engine_worker.h"

#include "ui/widgets/window_words.h"

#ifdef __linux__
#include <sys/resource.h>
#include <unistd.h>
#endif

#include <algorithm>
#include <exception>
#include <utility>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "core/jobs/grid_job.h"
#include "core/jobs/picture_job.h"

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
    Q_EMIT fastPrecisionsKnown(engine_->fast_precisions({}));
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
    if (engine_) answer.plan = engine_->plan(request, usable(settings, [](const Event&) {}));
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
  const EventSink tell = [this](const Event& event) { Q_EMIT prepareEvent(event); };
  Q_EMIT prepared(engine_->prepare(request, usable(settings, tell), stop, tell));
}

void EngineWorker::generate(RunId run, const Job& job, const std::stop_token& stop) {
  const EventSink tell = [this, run](const Event& event) { report(run, event); };
  if (!engine_) {
    Q_EMIT generated(run, noEngine());
    return;
  }
  Job fast = job;
  fast.settings = usable(job.settings, tell);
  Q_EMIT generated(run, make_pictures(*engine_, fast, stop, tell));
}

void EngineWorker::makeGrid(RunId run, const GridJob& job, const std::stop_token& stop) {
  GridReport result;
  QString problem;
  try {
    if (!engine_) throw Error(ExitCode::Internal, noEngine().what);
    const EventSink tell = [this, run](const Event& event) { report(run, event); };
    GridJob fast = job;
    fast.base.settings = usable(job.base.settings, tell);
    result = make_grid(*engine_, fast, stop, tell);
  } catch (...) {
    problem = QString::fromStdString(sentenceOf(std::current_exception()));
  }
  Q_EMIT gridMade(run, result, problem);
}

RunSettings EngineWorker::usable(RunSettings settings, const EventSink& tell) {
  const Precision asked = settings.precision;
  if (!engine_ || asked == Precision::Auto || asked == Precision::Fp32) return settings;
  const std::vector<Precision> fast = engine_->fast_precisions(settings);
  if (std::find(fast.begin(), fast.end(), asked) != fast.end()) return settings;
  settings.precision = Precision::Fp32;
  tell(Warning{tr("This machine computes %1 far slower than fp32, so fp32 is used. Files in %1 are read all the same.")
                   .arg(QString::fromUtf8(name_of(asked)))
                   .toStdString()});
  return settings;
}

void EngineWorker::report(RunId run, const Event& event) {
  if (const auto* preview = std::get_if<PreviewReady>(&event)) {
    if (previews_->post({run, preview->evaluation.value, preview->image})) Q_EMIT previewPosted();
  }
  Q_EMIT runEvent(run, event);
}

}  // namespace tstitch::ui
