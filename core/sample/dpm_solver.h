#pragma once

#include <optional>

#include <ATen/core/Tensor.h>

#include "core/sample/sampler.h"

namespace tstitch {

/// The integrals of DPM-Solver (Lu et al. 2022a, of the noise) and DPM-Solver++ (2022b, of the clean estimate), as an
/// ODE or as an SDE that adds noise. Multistep and singlestep rules differ only in which derivatives they know.

/// What the config's `algorithm_type` and `solver_type` ask for.
struct DpmAlgorithm {
  explicit DpmAlgorithm(const SchedulerConfig& config);

  bool on_noise = false;
  bool stochastic = false;
  bool heun = false;  ///< else midpoint
};

/// Between two levels, `h` apart in lambda: how much of the latent stays, and the weights of the integrated quantity
/// and of its derivatives over lambda in units of h, and of unit noise.
struct DpmWeights {
  DpmWeights(const DpmAlgorithm& algorithm, const NoiseLevel& from, const NoiseLevel& to);

  double h = 0.0;
  double latent = 0.0;
  double value = 0.0;
  double first_alone = 0.0;  ///< of the first derivative where it is the only one (midpoint or Heun)
  double first = 0.0;
  double second = 0.0;
  double noise = 0.0;
};

/// What is integrated: the estimate, or the noise.
const at::Tensor& dpm_value(const DpmAlgorithm& algorithm, const Memory& memory);

/// The memory of an evaluation as both rules need it; `latent` is the one that was shown.
Memory dpm_memory(const DpmAlgorithm& algorithm, const at::Tensor& denoised, const NoiseLevel& level,
                  const at::Tensor& latent);

/// `latent` with the step's noise added; the noise is drawn only where the algorithm adds some.
at::Tensor with_step_noise(const at::Tensor& latent, const DpmWeights& weights, const NoiseSource& noise,
                           EvaluationIndex evaluation);

}  // namespace tstitch
