#include "ui/engine/engine_client.h"

#include <algorithm>
#include <exception>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "ui/widgets/window_words.h"

namespace tstitch::ui {
namespace {

/// A question that takes long (hashing a file of gigabytes) leaves one for the others.
constexpr int kLibraryThreads = 2;
/// They take what the window leaves of the processor, so that it stays smooth.
constexpr int kNiceness = 5;

}  // namespace

void EngineSlot::fill(HeldEngine engine) {
  const std::lock_guard lock(mutex_);
  held_ = std::move(engine);
  filled_.notify_all();
}

void EngineSlot::fail(const std::string& sentence) {
  const std::lock_guard lock(mutex_);
  if (!held_.engine && !failure_) failure_ = sentence;
  filled_.notify_all();
}

void EngineSlot::reopen() {
  const std::lock_guard lock(mutex_);
  failure_.reset();
}

HeldEngine& EngineSlot::held() {
  std::unique_lock lock(mutex_);
  filled_.wait(lock, [this] { return held_.engine || failure_; });
  if (!held_.engine) throw EngineUnavailable(*failure_);
  return held_;
}

HeldEngine* EngineSlot::heldNow() {
  const std::lock_guard lock(mutex_);
  return held_.engine ? &held_ : nullptr;
}

EngineClient::EngineClient(Factory makeEngine, QString command, QObject* parent)
    : QObject(parent),
      makeEngine_(std::move(makeEngine)),
      command_(std::move(command)),
      library_(kLibraryThreads, kNiceness),
      lane_(1, kNiceness) {
  clock_.start();
}

EngineClient::~EngineClient() {
  close();
}

void EngineClient::close() {
  closed_ = true;
  slot_.fail("The engine was closed.");  // nobody need wait for one that was not started
  if (const HeldEngine* held = slot_.heldNow(); held != nullptr && held->close) held->close();
}

void EngineClient::end() {
  close();
  lane_.end();
  library_.end();
}

void EngineClient::start() {
  lane_.post([this] { makeEngine(); });
}

void EngineClient::makeEngine() {
  const StandingSink tell = [this](EngineStanding standing, const std::string& sentence) {
    inbox_.post([this, standing, sentence] { takeStanding(standing, sentence); });
  };
  const std::string problem = problemOf([&] { slot_.fill(makeEngine_(tell)); });
  if (!problem.empty()) {
    slot_.fail(problem);
    tell(EngineStanding::Lost, problem);
  } else if (const HeldEngine& held = slot_.held(); held.start) {
    problemOf(held.start);  // which tells how it stands
  } else {
    tell(EngineStanding::Ready, {});
  }
}

void EngineClient::restart() {
  losses_.clear();
  refused_ = false;
  if (slot_.heldNow() != nullptr) {
    library_.post([this] {
      problemOf([this] {
        if (const HeldEngine& held = slot_.held(); held.restart) held.restart();
      });
    });
    return;
  }
  slot_.reopen();
  start();
}

bool EngineClient::isGivenUp() const {
  return standing_ == EngineStanding::Lost && (!wasReady_ || refused_ || losses_.size() >= kMostLosses);
}

void EngineClient::takeStanding(EngineStanding standing, const std::string& sentence) {
  if (closed_) return;
  const bool isBack = standing == EngineStanding::Ready && standing_ != EngineStanding::Ready;
  const bool again = isBack && (wasReady_ || !loss_.isEmpty());
  standing_ = standing;
  refused_ = false;
  wasReady_ = wasReady_ || standing == EngineStanding::Ready;
  if (standing == EngineStanding::Lost) {
    const qint64 now = clock_.elapsed();
    const std::chrono::milliseconds window = kLossWindow;
    while (!losses_.empty() && now - losses_.front() > window.count()) losses_.pop_front();
    losses_.push_back(now);
    loss_ = QString::fromStdString(sentence);
    if (!isGivenUp()) startAgain();
  }
  Q_EMIT standingChanged();
  if (again) Q_EMIT restarted();
}

/// Its own count of losses decides in the end: it began at other moments than the one here.
void EngineClient::startAgain() {
  ++starts_;
  library_.post([this] {
    const std::string problem = problemOf([this] {
      if (const HeldEngine& held = slot_.held(); held.start) held.start();
    });
    inbox_.post([this, problem] {
      --starts_;
      if (problem.empty() || closed_ || starts_ > 0 || standing_ != EngineStanding::Lost || isGivenUp()) return;
      refused_ = true;
      loss_ = QString::fromStdString(problem);
      Q_EMIT standingChanged();
    });
  });
}

EventSink EngineClient::sink(QObject* context, std::function<void(const Event&)> tell) {
  const auto listener =
      std::make_shared<const std::pair<QPointer<QObject>, std::function<void(const Event&)>>>(context, std::move(tell));
  return [this, listener](const Event& event) {
    inbox_.post([listener, event] {
      if (listener->first) listener->second(event);
    });
  };
}

std::string EngineClient::problemOf(const std::function<void()>& call) {
  try {
    call();
  } catch (const Interrupted&) {
    return {};
  } catch (const Error& error) {
    return inWindowWords(error.sentence()).toStdString();
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

quint64 EngineClient::expect(QObject* context, std::function<void(const void*)> answer) {
  expected_[++lastNumber_] = {context, std::move(answer)};
  return lastNumber_;
}

void EngineClient::takeTurn(QObject* context, std::function<Task()> begin) {
  const auto turn = turns_.find(context);
  if (turn != turns_.end()) {
    turn->second.next = std::move(begin);
    return;
  }
  Task task = begin();
  turns_[context] = {task.number, {}};
  library_.post(std::move(task.call));
}

void EngineClient::settle(quint64 number, const void* reply) {
  const Expected expected = std::move(expected_.extract(number).mapped());
  const auto turn =
      std::find_if(turns_.begin(), turns_.end(), [number](const auto& one) { return one.second.number == number; });
  if (turn != turns_.end()) {
    QObject* context = turn->first;
    std::function<Task()> next = std::move(turn->second.next);
    turns_.erase(turn);
    if (next && expected.context) return takeTurn(context, std::move(next));
  }
  if (expected.context) expected.answer(reply);
}

}  // namespace tstitch::ui
