#include "core/sample/update.h"

#include <cmath>
#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/clamp.h>

namespace tstitch {

const NoiseLevel& asked_level(const SamplerState& state, const SigmaSchedule& schedule) {
  return schedule.evaluations.at(static_cast<std::size_t>(state.evaluation)).level;
}

double next_alpha_cumprod(StepIndex step, const SigmaSchedule& schedule, const NoiseSchedule& table) {
  const NoiseLevel& next = schedule.levels.at(static_cast<std::size_t>(step.value) + 1);
  return table.alpha_cumprod(static_cast<int>(next.timestep.value));
}

SamplerState advanced(const SamplerState& state, at::Tensor latent, int evaluations) {
  SamplerState next = state;
  next.latent = std::move(latent);
  next.evaluation += evaluations;
  return next;
}

std::vector<Memory> remembering(std::vector<Memory> history, Memory memory, std::size_t limit) {
  history.push_back(std::move(memory));
  if (history.size() > limit) history.erase(history.begin());
  return history;
}

at::Tensor denoise_exploding(const at::Tensor& latent, const NoiseLevel& level, EvaluationIndex evaluation,
                             const Denoise& denoise) {
  const double sigma = level.sigma().value;
  return denoise(latent / std::sqrt(sigma * sigma + 1.0), level, evaluation);
}

at::Tensor slope(const at::Tensor& latent, const at::Tensor& denoised, Sigma sigma) {
  return (latent - denoised) / sigma.value;
}

at::Tensor predicted_noise(const at::Tensor& x, const at::Tensor& denoised, const NoiseLevel& level) {
  return (x - denoised * level.signal) / level.noise;
}

at::Tensor clipped(const at::Tensor& denoised, const SchedulerConfig& config) {
  if (!config.clip_sample.value_or(false)) return denoised;
  const double range = config.clip_sample_range.value_or(1.0);
  return at::clamp(denoised, -range, range);
}

double lambda(const NoiseLevel& level) {
  return std::log(level.signal) - std::log(level.noise);
}

}  // namespace tstitch
