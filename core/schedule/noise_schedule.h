#pragma once

#include <vector>

#include "core/base/quantity.h"
#include "core/schedule/scheduler_config.h"

namespace tstitch {

/// One noise level of x = signal*x0 + noise*e. For a variance-preserving model signal^2 + noise^2 = 1.
struct NoiseLevel {
  double signal = 1.0;  ///< sqrt(alphas_cumprod); 0 at the start of a zero-terminal-SNR schedule
  double noise = 0.0;   ///< sqrt(1 - alphas_cumprod)
  Timestep timestep;    ///< what the model whose schedule this is would be conditioned on

  [[nodiscard]] Sigma sigma() const { return Sigma{noise / signal}; }
  friend bool operator==(const NoiseLevel&, const NoiseLevel&) = default;
};

/// The level of the variance-preserving process at that sigma: signal = 1/sqrt(1 + sigma^2).
NoiseLevel level_at(Sigma sigma, Timestep timestep);

/// A model's training table: betas -> alphas_cumprod -> sigma per timestep. Entries are computed in float as diffusers
/// does (torch.linspace / cumprod in float32) and kept as doubles.
class NoiseSchedule {
 public:
  explicit NoiseSchedule(const SchedulerConfig& config);

  [[nodiscard]] int size() const { return static_cast<int>(alphas_cumprod_.size()); }
  [[nodiscard]] double alpha_cumprod(int timestep) const {
    return alphas_cumprod_.at(static_cast<std::size_t>(timestep));
  }
  [[nodiscard]] NoiseLevel level(int timestep) const;
  /// The same table, its last entry lifted to 2^-24 where it is 0: what the samplers in sigma (Euler, DPM++, UniPC)
  /// use.
  [[nodiscard]] NoiseSchedule with_finite_sigmas() const;
  [[nodiscard]] Sigma sigma(int timestep) const { return level(timestep).sigma(); }
  [[nodiscard]] Sigma sigma_min() const { return sigma(0); }
  [[nodiscard]] Sigma sigma_max() const { return sigma(size() - 1); }

  /// The (fractional) timestep at which this model sees that sigma: linear in log sigma between entries, clamped to the
  /// table; exactly the integer where the sigma is an entry.
  [[nodiscard]] Timestep timestep_for(Sigma sigma) const;

  friend bool operator==(const NoiseSchedule&, const NoiseSchedule&) = default;

 private:
  std::vector<double> alphas_cumprod_;
};

}  // namespace tstitch
