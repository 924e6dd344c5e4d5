#include <ATen/TensorOperators.h>

#include "core/sample/samplers.h"
#include "core/sample/update.h"
#include "core/schedule/sigma_table.h"

namespace tstitch {
namespace {

Sigma next_sigma(StepIndex step, const SigmaSchedule& schedule) {
  return schedule.levels.at(static_cast<std::size_t>(step.value) + 1).sigma();
}

/// Karras et al. 2022, algorithm 2 without churn and correction.
class Euler final : public Sampler {
 public:
  SamplerState step(const SamplerState& state, StepIndex step, const SigmaSchedule& schedule, const Denoise& denoise,
                    const NoiseSource&) const override {
    const NoiseLevel& level = asked_level(state, schedule);
    const Sigma sigma = level.sigma();
    const at::Tensor denoised = denoise_exploding(state.latent, level, EvaluationIndex{state.evaluation}, denoise);
    const double change = next_sigma(step, schedule).value - sigma.value;
    return advanced(state, state.latent + slope(state.latent, denoised, sigma) * change);
  }
};

/// Steps down below the next sigma and adds noise back up to it.
class EulerAncestral final : public Sampler {
 public:
  SamplerState step(const SamplerState& state, StepIndex step, const SigmaSchedule& schedule, const Denoise& denoise,
                    const NoiseSource& noise) const override {
    const NoiseLevel& level = asked_level(state, schedule);
    const EvaluationIndex evaluation{state.evaluation};
    const double from = level.sigma().value;
    const AncestralStep way = ancestral_step(from, next_sigma(step, schedule).value);

    const at::Tensor denoised = denoise_exploding(state.latent, level, evaluation, denoise);
    at::Tensor latent = state.latent + slope(state.latent, denoised, level.sigma()) * (way.down - from);
    if (way.up > 0.0) latent = latent + noise.step(evaluation, latent.sizes().vec()) * way.up;
    return advanced(state, latent);
  }
};

}  // namespace

std::unique_ptr<Sampler> make_euler(const SigmaSchedule& /*schedule*/, double /*eta*/) {
  return std::make_unique<Euler>();
}
std::unique_ptr<Sampler> make_euler_ancestral(const SigmaSchedule& /*schedule*/, double /*eta*/) {
  return std::make_unique<EulerAncestral>();
}

}  // namespace tstitch
