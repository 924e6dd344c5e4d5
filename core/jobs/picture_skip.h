#pragma once

#include <mutex>
#include <stop_token>

namespace tstitch {

/// Lets go of the picture that a job is making; its others are made all the same. Any thread.
class PictureSkip {
 public:
  /// Nothing happens where no picture is being made.
  void skip() {
    const std::lock_guard lock(mutex_);
    picture_.request_stop();
  }

  /// A picture is begun: skips from now on are meant for it.
  [[nodiscard]] std::stop_token begin() {
    const std::lock_guard lock(mutex_);
    picture_ = std::stop_source();
    return picture_.get_token();
  }

 private:
  std::mutex mutex_;
  std::stop_source picture_{std::nostopstate};
};

/// A token for either of two reasons to stop, as long as this lives.
class EitherStop {
 public:
  EitherStop(const std::stop_token& one, const std::stop_token& other)
      : first_(one, Ask{both_}), second_(other, Ask{both_}) {}

  [[nodiscard]] std::stop_token token() const { return both_.get_token(); }

 private:
  struct Ask {
    std::stop_source stop;
    void operator()() { stop.request_stop(); }
  };

  std::stop_source both_;
  std::stop_callback<Ask> first_;
  std::stop_callback<Ask> second_;
};

}  // namespace tstitch
