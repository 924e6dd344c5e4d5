#include "ui/play/idle_maker.h"

#include <QCoreApplication>
#include <QEvent>
#include <algorithm>
#include <utility>

#include "ui/engine/engine_client.h"
#include "ui/engine/usable_settings.h"
#include "ui/session/session.h"

namespace tstitch::ui {
namespace {

qsizetype bytesOf(const ReadyPicture& ready) {
  return static_cast<qsizetype>(ready.picture->image->rgb.size()) + (ready.film ? ready.film->bytes() : 0);
}

bool isSame(const ReadyPicture& ready, const GenerationRequest& request, const RunSettings& settings) {
  return ready.request == request && wayOf(ready.request, ready.settings) == wayOf(request, settings);
}

/// What a run shows, on the engine's thread.
void collect(const Event& event, Film& film) {
  if (const auto* begun = std::get_if<StepBegun>(&event)) film.evaluations = begun->of;
  if (const auto* preview = std::get_if<PreviewReady>(&event)) film.roll.add(filmFrame(*preview));
}

}  // namespace

IdleMaker::IdleMaker(Session& session, QObject* parent) : QObject(parent), session_(session) {
  quiet_.setSingleShot(true);
  quiet_.setInterval(kQuietMs);
  connect(&quiet_, &QTimer::timeout, this, &IdleMaker::start);
  connect(&session_, &Session::stateChanged, this, [this] { yieldTo(true); });
  QCoreApplication::instance()->installEventFilter(this);
}

IdleMaker::~IdleMaker() {
  stop_.request_stop();
}

void IdleMaker::setWishes(std::vector<IdleWish> wishes) {
  std::erase_if(wishes, [this](const IdleWish& wish) { return ready(wish.request, wish.settings) != nullptr; });
  wishes_ = std::move(wishes);
  const bool isWanted = !making_ || std::any_of(wishes_.begin(), wishes_.end(), [this](const IdleWish& wish) {
    return wish.request == making_->request;
  });
  if (!isWanted) stop();
  startSoon();
}

const ReadyPicture* IdleMaker::ready(const GenerationRequest& request, const RunSettings& settings) const {
  const auto found = std::find_if(ready_.begin(), ready_.end(),
                                  [&](const ReadyPicture& one) { return isSame(one, request, settings); });
  return found == ready_.end() ? nullptr : &*found;
}

void IdleMaker::stop() {
  stop_.request_stop();
}

/// Keys and presses end what nobody asked for; a job ends anything.
void IdleMaker::yieldTo(bool job) {
  const bool busy = session_.isRunning() || session_.isPreparing() || session_.queued() > 0;
  if (job ? busy : !(making_ && making_->isAsked)) stop();
  startSoon();
}

/// What the user waits for need not wait for quiet.
void IdleMaker::startSoon() {
  const bool isAsked = std::any_of(wishes_.begin(), wishes_.end(), [](const IdleWish& wish) { return wish.isAsked; });
  if (isAsked) {
    QMetaObject::invokeMethod(this, &IdleMaker::start, Qt::QueuedConnection);
  } else if (!wishes_.empty()) {
    quiet_.start();
  }
}

bool IdleMaker::eventFilter(QObject* watched, QEvent* event) {
  switch (event->type()) {
    case QEvent::KeyPress:
    case QEvent::ShortcutOverride:
    case QEvent::MouseButtonPress:
    case QEvent::Wheel:
    case QEvent::TouchBegin:
      yieldTo(false);
      break;
    default:
      break;
  }
  return QObject::eventFilter(watched, event);
}

bool IdleMaker::mayStart(const IdleWish& wish) const {
  const bool idle = !session_.isRunning() && !session_.isPreparing() && session_.queued() == 0 &&
                    session_.engine().standing() == EngineStanding::Ready;
  return idle && !making_ && (wish.isAsked || allowed_());
}

void IdleMaker::start() {
  const auto next =
      std::find_if(wishes_.begin(), wishes_.end(), [this](const IdleWish& wish) { return mayStart(wish); });
  if (next != wishes_.end()) make(IdleWish(*next));
}

void IdleMaker::make(const IdleWish& wish) {
  making_ = wish;
  stop_ = std::stop_source();
  session_.engine().compute(
      this,
      [wish, stop = stop_.get_token()](Engine& engine) {
        Result result{Cancelled{}, {}};
        if (stop.stop_requested()) return result;
        PictureRun run;
        run.request = wish.request;
        run.settings = usableSettings(engine, wish.settings);
        run.preview = wish.preview;
        run.trail = wish.trail;
        run.more_follow = true;
        result.outcome = engine.make(run, stop, [&](const Event& event) { collect(event, result.film); });
        return result;
      },
      [this, wish](const Reply<Result>& reply) {
        making_.reset();
        if (reply.value) take(wish, *reply.value);
        startSoon();
      });
}

/// What cannot be made is not tried again.
void IdleMaker::take(const IdleWish& wish, const Result& result) {
  const RunReport& report = report_of(result.outcome);
  if (std::holds_alternative<Cancelled>(result.outcome)) return;
  std::erase_if(wishes_, [&](const IdleWish& other) { return other.request == wish.request; });
  if (!std::holds_alternative<Finished>(result.outcome) || !report.picture) return;
  auto film = std::make_shared<Film>(result.film);
  film->way = wayOf(wish.request, wish.settings);
  ready_.push_back({wish.request, wish.settings, std::make_shared<const MadePicture>(*report.picture), film,
                    wish.trail.has_value()});
  qsizetype bytes = 0;
  for (const ReadyPicture& one : ready_) bytes += bytesOf(one);
  while (bytes > kMostBytes && ready_.size() > 1) {
    bytes -= bytesOf(ready_.front());
    ready_.pop_front();
  }
  Q_EMIT made(ReadyPicture(ready_.back()));
}

}  // namespace tstitch::ui
