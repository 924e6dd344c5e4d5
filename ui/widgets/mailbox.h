#pragma once

#include <mutex>
#include <optional>
#include <utility>

namespace tstitch::ui {

/// One slot between two threads: the newest value wins, so that a slow reader never plays history.
template <class T>
class Mailbox {
 public:
  /// Returns true when the box was empty, i.e. when the reader must be woken.
  bool post(T value) {
    const std::lock_guard lock(mutex_);
    const bool wasEmpty = !value_.has_value();
    value_ = std::move(value);
    return wasEmpty;
  }

  /// Empties the box; nothing when it was empty.
  std::optional<T> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(value_, std::nullopt);
  }

 private:
  std::mutex mutex_;
  std::optional<T> value_;
};

}  // namespace tstitch::ui
