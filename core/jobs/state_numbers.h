#pragma once

#include "core/engine/runner.h"

namespace tstitch {

/// The first of that many numbers in a row that nobody else in this process has been given: a runner is shared by all
/// that ask it.
StateId new_state_numbers(StateId count = 1);

/// The numbers that the trail of one picture takes, whatever its steps.
inline constexpr StateId kTrailNumbers = StateId{1} << 12U;

}  // namespace tstitch
