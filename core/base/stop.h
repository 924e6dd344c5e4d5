#pragma once

#include <stop_token>

namespace tstitch {

/// Thrown between layers when a stop was asked for; caught in the job slot only and turned into Cancelled.
struct Interrupted {};

/// One line between layers, tiles, tensors and evaluations.
inline void stop_point(const std::stop_token& stop) {
  if (stop.stop_requested()) throw Interrupted{};
}

}  // namespace tstitch
