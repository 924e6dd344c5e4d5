#include "ui/widgets/call_inbox.h"

#include <QCoreApplication>
#include <QEvent>
#include <utility>

#include "core/base/check.h"

namespace tstitch::ui {

CallQueue::~CallQueue() {
  const std::lock_guard lock(mutex_);
  calls_.clear();
}

void CallQueue::push(std::function<void()> call) {
  const std::lock_guard lock(mutex_);
  calls_.push_back(std::move(call));
}

void CallQueue::callOne() {
  std::function<void()> call;
  {
    const std::lock_guard lock(mutex_);
    TSTITCH_CHECK(!calls_.empty());
    call = std::move(calls_.front());
    calls_.pop_front();
  }
  call();
}

void CallInbox::post(std::function<void()> call) {
  calls_.push(std::move(call));
  QCoreApplication::postEvent(this, new QEvent(QEvent::User));  // Qt owns it from here
}

void CallInbox::customEvent(QEvent*) {
  calls_.callOne();
}

}  // namespace tstitch::ui
