#pragma once

#include <vector>

#include "core/schedule/noise_schedule.h"

namespace tstitch {

/// sigma = sqrt((1 - alphas_cumprod) / alphas_cumprod) per timestep in float32, with the interpolations of diffusers'
/// sigma-based schedulers. Their float32 logarithms decide which integer a rounded timestep becomes.
class SigmaTable {
 public:
  explicit SigmaTable(const NoiseSchedule& schedule);

  [[nodiscard]] double min() const { return sigmas_.front(); }
  [[nodiscard]] double max() const { return sigmas_.back(); }

  /// Linear between entries, clamped to the table.
  [[nodiscard]] double sigma_at(double timestep) const;
  /// Linear in log sigma between entries, clamped to the table.
  [[nodiscard]] double timestep_at(double sigma) const;
  /// How many entries have a log(signal / noise) below that value: what DPM-Solver's `lambda_min_clipped` leaves out.
  [[nodiscard]] int entries_below(double lambda) const;

 private:
  std::vector<float> sigmas_;
  std::vector<float> logs_;
};

/// Karras et al. 2022, equation 5, rho = 7: `steps` sigmas from `max` to `min`.
std::vector<double> karras_sigmas(double max, double min, int steps);

/// `steps` sigmas from `max` to `min`, evenly spaced in log sigma.
std::vector<double> exponential_sigmas(double max, double min, int steps);

/// Lee et al. 2024: `steps` sigmas from `max` to `min`, at evenly spaced quantiles of the beta distribution with both
/// parameters 0.6.
std::vector<double> beta_sigmas(double max, double min, int steps);

/// A step of an ancestral sampler: down to `down`, then noise of deviation `up` brings it to the sigma that it is for.
/// In float32, as diffusers has it: of a long step its rounding is what is left of `down`.
struct AncestralStep {
  double down = 0.0;
  double up = 0.0;
};
AncestralStep ancestral_step(double from, double to);

}  // namespace tstitch
