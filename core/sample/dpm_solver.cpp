#include "core/sample/dpm_solver.h"

#include <cmath>

#include <ATen/TensorOperators.h>

#include "core/sample/update.h"

namespace tstitch {

DpmAlgorithm::DpmAlgorithm(const SchedulerConfig& config)
    : on_noise(!config.algorithm_type->ends_with("++")),
      stochastic(config.algorithm_type->starts_with("sde-")),
      heun(config.solver_type == "heun") {}

namespace {

void weigh_estimate(DpmWeights& weights, bool stochastic, const NoiseLevel& from, const NoiseLevel& to) {
  const double h = stochastic ? 2.0 * weights.h : weights.h;
  const double decay = -std::expm1(-h);
  weights.latent = to.noise / from.noise * (stochastic ? std::exp(-weights.h) : 1.0);
  weights.value = to.signal * decay;
  weights.noise = stochastic ? to.noise * std::sqrt(decay) : 0.0;
  if (h == 0.0 || std::isinf(h)) return;
  weights.first = to.signal * (1.0 - decay / h);
  // The reference's stochastic form has this sign of the half.
  weights.second = to.signal * ((decay - h) / (h * h) + (stochastic ? -0.5 : 0.5));
}

void weigh_noise(DpmWeights& weights, bool stochastic, const NoiseLevel& from, const NoiseLevel& to) {
  const double h = weights.h;
  const double factor = stochastic ? 2.0 : 1.0;
  // to.noise * exp(h), without the infinity of a clean level.
  const double reach = to.signal * from.noise / from.signal;
  const double growth = reach - to.noise;
  weights.latent = to.signal / from.signal;
  weights.value = -factor * growth;
  weights.noise = stochastic ? std::sqrt(reach * reach - to.noise * to.noise) : 0.0;
  if (h == 0.0 || std::isinf(h)) return;
  weights.first = -factor * (growth / h - to.noise);
  weights.second = -((growth - to.noise * h) / (h * h) - 0.5 * to.noise);
}

}  // namespace

DpmWeights::DpmWeights(const DpmAlgorithm& algorithm, const NoiseLevel& from, const NoiseLevel& to)
    : h(lambda(to) - lambda(from)) {
  (algorithm.on_noise ? weigh_noise : weigh_estimate)(*this, algorithm.stochastic, from, to);
  first_alone = algorithm.heun ? first : 0.5 * value;
}

const at::Tensor& dpm_value(const DpmAlgorithm& algorithm, const Memory& memory) {
  return algorithm.on_noise ? memory.noise : memory.denoised;
}

Memory dpm_memory(const DpmAlgorithm& algorithm, const at::Tensor& denoised, const NoiseLevel& level,
                  const at::Tensor& latent) {
  Memory memory{denoised, level, {}, {}};
  if (algorithm.on_noise) memory.noise = predicted_noise(latent, denoised, level);
  return memory;
}

at::Tensor with_step_noise(const at::Tensor& latent, const DpmWeights& weights, const NoiseSource& noise,
                           EvaluationIndex evaluation) {
  if (weights.noise <= 0.0) return latent;
  return latent + noise.step(evaluation, latent.sizes().vec()) * weights.noise;
}

}  // namespace tstitch
