#pragma once

#include <vector>

namespace tstitch {

/// The spacings of Lin et al. 2024, table 2, computed in double as numpy does; highest timestep first.

/// steps-1, ..., 0 times `stride`, plus `offset`. May leave the table upwards; the caller looks.
std::vector<double> leading_timesteps(int steps, int stride, int offset);

/// round(train_timesteps - i * train_timesteps / steps) - 1, half to even.
std::vector<double> trailing_timesteps(int steps, int train_timesteps);

/// `points` evenly spaced from train_timesteps - 1 to 0, not rounded; a single point is 0.
std::vector<double> linspace_timesteps(int points, int train_timesteps);

/// round(i * (train_timesteps - 1) / (steps - 1)), half to even; a single step is 0. Unlike rounded linspace_timesteps
/// it is free of the stride's own rounding, which pulls some middles to the other neighbour.
std::vector<double> even_timesteps(int steps, int train_timesteps);

/// Rounds every entry, half to even.
std::vector<double> rounded(std::vector<double> timesteps);

/// numpy.linspace: `count` points, the last exactly `end`; a single point is `start`.
std::vector<double> linspace(double start, double end, int count);

}  // namespace tstitch
