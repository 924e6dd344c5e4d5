#include <ATen/TensorOperators.h>

#include "core/device/weighted_sum.h"
#include "core/sample/samplers.h"
#include "core/sample/update.h"
#include "core/schedule/sigma_table.h"

namespace tstitch {
namespace {

Sigma next_sigma(StepIndex step, const SigmaSchedule& schedule) {
  return schedule.levels.at(static_cast<std::size_t>(step.value) + 1).sigma();
}

/// The latent after its slope is followed by `change` in sigma, and `noise` times `up`, which may be undefined and 0.
at::Tensor followed(const at::Tensor& latent, const at::Tensor& denoised, Sigma sigma, double change,
                    const at::Tensor& noise = {}, double up = 0.0) {
  const double share = change / sigma.value;
  return weighted_sum({{latent, 1.0 + share}, {denoised, -share}, {noise, up}}, [&] {
    const at::Tensor arrived = latent + slope(latent, denoised, sigma) * change;
    return noise.defined() ? arrived + noise * up : arrived;
  });
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
    return advanced(state, followed(state.latent, denoised, sigma, change));
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
    const at::Tensor fresh = way.up > 0.0 ? noise.step(evaluation, state.latent.sizes().vec()) : at::Tensor();
    return advanced(state, followed(state.latent, denoised, level.sigma(), way.down - from, fresh, way.up));
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
