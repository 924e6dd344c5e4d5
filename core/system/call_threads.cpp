#include "core/system/call_threads.h"

#ifdef __linux__
#include <sys/resource.h>
#include <unistd.h>
#endif

#include <utility>

namespace tstitch {

namespace {

/// The threads that this one starts inherit it.
void yield_to_others([[maybe_unused]] int niceness) {
#ifdef __linux__
  if (niceness != 0) setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), niceness);
#endif
}

}  // namespace

CallThreads::CallThreads(int count, int niceness) {
  for (int i = 0; i < count; ++i) {
    threads_.emplace_back([this, niceness](const std::stop_token& end) {
      yield_to_others(niceness);
      work(end);
    });
  }
}

CallThreads::~CallThreads() {
  end();
}

void CallThreads::end() {
  for (std::jthread& thread : threads_) thread.request_stop();
  threads_.clear();
}

void CallThreads::post(std::function<void()> call) {
  {
    const std::lock_guard lock(mutex_);
    calls_.push_back(std::move(call));
  }
  posted_.notify_one();
}

void CallThreads::work(const std::stop_token& end) {
  while (true) {
    std::function<void()> call;
    {
      std::unique_lock lock(mutex_);
      posted_.wait(lock, end, [this] { return !calls_.empty(); });
      if (end.stop_requested()) return;
      call = std::move(calls_.front());
      calls_.pop_front();
    }
    call();
  }
}

}  // namespace tstitch
