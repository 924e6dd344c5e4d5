#pragma once

#include <map>
#include <mutex>
#include <stop_token>

namespace tstitch {

/// Lets go of the picture that a job is making; its others are made all the same. Of a grid, which may make several at
/// a time, the pictures are its cells. Any thread.
class PictureSkip {
 public:
  /// Nothing happens where that picture is not being made.
  void skip(int picture = 0) {
    const std::lock_guard lock(mutex_);
    const auto made = made_.find(picture);
    if (made != made_.end()) made->second.request_stop();
  }

  /// A picture is begun: skips from now on are meant for it.
  [[nodiscard]] std::stop_token begin(int picture = 0) {
    const std::lock_guard lock(mutex_);
    return made_.insert_or_assign(picture, std::stop_source()).first->second.get_token();
  }

 private:
  std::mutex mutex_;
  std::map<int, std::stop_source> made_;
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
