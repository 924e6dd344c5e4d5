#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace tstitch {

/// Threads of their own that make calls, begun in the order in which they were posted.
class CallThreads {
 public:
  /// `niceness` is what they, and the threads that they start, leave to others (nice(2)).
  explicit CallThreads(int count, int niceness = 0);
  /// Waits for the calls that are being made; those that wait are dropped.
  ~CallThreads();
  CallThreads(const CallThreads&) = delete;
  CallThreads& operator=(const CallThreads&) = delete;

  void post(std::function<void()> call);
  /// What the end does, before it.
  void end();

 private:
  void work(const std::stop_token& end);

  std::mutex mutex_;
  std::condition_variable_any posted_;
  std::deque<std::function<void()>> calls_;
  std::vector<std::jthread> threads_;
};

}  // namespace tstitch
