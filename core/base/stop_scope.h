#pragma once

#include <stop_token>

#include "core/base/stop.h"

namespace tstitch {

/// While it lives, layers that this thread calls listen to its token: they are told of no stop themselves, and one of
/// them may take minutes. Set around a job; a token that can never be asked leaves the outer one in force. The token
/// must outlive it.
class StopScope {
 public:
  explicit StopScope(const std::stop_token& stop) : outer_(current()) {
    if (stop.stop_possible()) current() = &stop;
  }
  ~StopScope() { current() = outer_; }
  StopScope(const StopScope&) = delete;
  StopScope& operator=(const StopScope&) = delete;

  /// A stop_point() of the innermost scope; nothing outside of all.
  static void point() {
    if (current() != nullptr) stop_point(*current());
  }

 private:
  static const std::stop_token*& current() {
    thread_local const std::stop_token* stop = nullptr;
    return stop;
  }

  const std::stop_token* outer_;
};

}  // namespace tstitch
