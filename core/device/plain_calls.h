#pragma once

namespace tstitch {

/// While one lives, nothing of this thread is recorded or replayed (ReplayedCalls): its calls are made anew each time.
class PlainCalls {
 public:
  PlainCalls();
  ~PlainCalls();
  PlainCalls(const PlainCalls&) = delete;
  PlainCalls& operator=(const PlainCalls&) = delete;

  /// Whether one lives on this thread.
  static bool are_asked_for();
};

}  // namespace tstitch
