#pragma once

#include <QObject>
#include <deque>
#include <functional>
#include <mutex>

namespace tstitch::ui {

/// Calls on their way to another thread. The lock is one of ours because ThreadSanitizer cannot see those inside Qt:
/// what goes through here is known to be handed over.
class CallQueue {
 public:
  CallQueue() = default;
  /// Drops what has not been made; that, too, is handed over.
  ~CallQueue();
  CallQueue(const CallQueue&) = delete;
  CallQueue& operator=(const CallQueue&) = delete;

  void push(std::function<void()> call);
  /// Takes the oldest call and makes it; there must be one for each time this is asked.
  void callOne();

 private:
  std::mutex mutex_;
  std::deque<std::function<void()>> calls_;
};

/// Makes calls that come from any thread in the thread that it lives in: in order, each in an event of its own. Calls
/// that have not been made when it is deleted are dropped.
class CallInbox : public QObject {
 public:
  using QObject::QObject;

  void post(std::function<void()> call);

 protected:
  void customEvent(QEvent* event) override;

 private:
  CallQueue calls_;
};

}  // namespace tstitch::ui
