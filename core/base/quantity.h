#pragma once

#include <compare>

namespace tstitch {

/// A number that knows what it counts, so that a sigma cannot be passed where a timestep belongs.
template <class Tag, class Rep>
struct Quantity {
  Rep value{};
  friend constexpr auto operator<=>(Quantity, Quantity) = default;
};

/// Noise over signal, b/a of x = a*x0 + b*noise; 0 is clean, may be infinite for zero-terminal-SNR schedules.
using Sigma = Quantity<struct SigmaTag, double>;
/// What a network is conditioned on, 0..999 for a table of 1000; fractional where a sampler asks between entries.
using Timestep = Quantity<struct TimestepTag, double>;
/// Position in the run, 0-based.
using StepIndex = Quantity<struct StepIndexTag, int>;
/// Position among the calls of a denoiser, 0-based; differs from the step where a sampler calls more than once a step.
using EvaluationIndex = Quantity<struct EvaluationIndexTag, int>;
/// Whole hundredths, 0..100.
using Percent = Quantity<struct PercentTag, int>;
/// Seconds on a steady clock.
using Seconds = Quantity<struct SecondsTag, double>;

}  // namespace tstitch
