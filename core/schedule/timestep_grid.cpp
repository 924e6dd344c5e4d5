#include "core/schedule/timestep_grid.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace tstitch {

std::vector<double> leading_timesteps(int steps, int stride, int offset) {
  std::vector<double> timesteps;
  for (int i = steps - 1; i >= 0; --i) timesteps.push_back(static_cast<double>(i) * stride + offset);
  return timesteps;
}

std::vector<double> trailing_timesteps(int steps, int train_timesteps) {
  // numpy.arange takes its increment from the first two entries. For some counts (61, 103, ...) its rounding yields one
  // entry too many, at -1; exactly `steps` are taken here.
  const double start = train_timesteps;
  const double increment = (start - start / steps) - start;
  std::vector<double> timesteps(static_cast<std::size_t>(steps));
  for (int i = 0; i < steps; ++i) timesteps[static_cast<std::size_t>(i)] = std::nearbyint(start + i * increment) - 1.0;
  return timesteps;
}

std::vector<double> linspace_timesteps(int points, int train_timesteps) {
  std::vector<double> timesteps = linspace(0.0, train_timesteps - 1.0, points);
  std::reverse(timesteps.begin(), timesteps.end());
  return timesteps;
}

std::vector<double> even_timesteps(int steps, int train_timesteps) {
  std::vector<double> timesteps;
  for (int i = steps - 1; i >= 0; --i) {
    const double last = static_cast<double>(i) * (train_timesteps - 1);
    timesteps.push_back(steps > 1 ? std::nearbyint(last / (steps - 1)) : 0.0);
  }
  return timesteps;
}

std::vector<double> rounded(std::vector<double> timesteps) {
  for (double& timestep : timesteps) timestep = std::nearbyint(timestep);
  return timesteps;
}

std::vector<double> linspace(double start, double end, int count) {
  const double step = count > 1 ? (end - start) / (count - 1) : 0.0;
  std::vector<double> values(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) values[static_cast<std::size_t>(i)] = start + i * step;
  if (count > 1) values.back() = end;
  return values;
}

}  // namespace tstitch
