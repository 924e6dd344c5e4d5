#pragma once

#include <chrono>
#include <optional>

#include "core/engine/wire/message.h"
#include "core/system/pipe.h"

namespace tstitch::wire {

/// Bumped when a side of the old protocol would misunderstand one of the new.
inline constexpr std::uint64_t kProtocol = 1;

enum class Side { Asking, Engine };

/// The first message of each side.
Message hello(Side side);
/// Throws BadInput unless it is the other side's hello in this protocol.
void require_hello(const Message& message, Side from);

/// The messages that come in over a pipe.
class MessageStream {
 public:
  /// A frame that has begun must be whole `patience` later, and a second more for each 32 KiB of it.
  MessageStream(PipeEnd& from, std::chrono::milliseconds patience) : from_(from), patience_(patience) {}

  enum class Arrival { Message, Nothing, End };
  /// Waits up to `wait` for one. Throws BadInput for what is no frame, and for one that does not come to its end.
  Arrival next(Message& message, std::chrono::milliseconds wait);

 private:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] bool take(Message& message);
  void require_progress() const;

  PipeEnd& from_;
  std::chrono::milliseconds patience_;
  MessageReader reader_;
  Clock::time_point begun_;   ///< of the frame that is not whole
  std::uint64_t frames_ = 0;  ///< whole before it
};

}  // namespace tstitch::wire
