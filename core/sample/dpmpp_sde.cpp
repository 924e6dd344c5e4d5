#include <ATen/TensorOperators.h>

#include "core/sample/samplers.h"
#include "core/sample/update.h"
#include "core/schedule/sigma_table.h"

namespace tstitch {
namespace {

/// DPM-Solver++ (stochastic), as k-diffusion and diffusers' DPMSolverSDEScheduler have it: an ancestral step of first
/// order to half-way in log sigma, where the estimate for the whole step is taken; the last step is Euler's.
///
/// There the noise of both halves comes from one Brownian path. Here each evaluation has an entry of unit noise of its
/// own: a step's first is what is added on the way to the middle, its second what is added over the whole step.
class DpmppSde final : public Sampler {
 public:
  SamplerState step(const SamplerState& state, StepIndex step, const SigmaSchedule& schedule, const Denoise& denoise,
                    const NoiseSource& noise) const override {
    const NoiseLevel& from = asked_level(state, schedule);
    const EvaluationIndex evaluation{state.evaluation};
    const at::Tensor denoised = denoise_exploding(state.latent, from, evaluation, denoise);
    if (step.value + 1 == schedule.steps()) return advanced(state, denoised);

    const NoiseLevel& to = schedule.levels.at(static_cast<std::size_t>(step.value) + 1);
    const EvaluationIndex second{state.evaluation + 1};
    const NoiseLevel& middle = schedule.evaluations.at(static_cast<std::size_t>(second.value)).level;
    const at::Tensor trial = denoise.between(moved(state.latent, denoised, from, middle, noise, evaluation), second);
    const at::Tensor estimate = denoise_exploding(trial, middle, second, denoise);
    return advanced(state, moved(state.latent, estimate, from, to, noise, second), 2);
  }

 private:
  static at::Tensor moved(const at::Tensor& latent, const at::Tensor& denoised, const NoiseLevel& from,
                          const NoiseLevel& to, const NoiseSource& noise, EvaluationIndex evaluation) {
    const AncestralStep way = ancestral_step(from.sigma().value, to.sigma().value);
    const double kept = way.down / from.sigma().value;
    const at::Tensor arrived = latent * kept + denoised * (1.0 - kept);
    return way.up > 0.0 ? arrived + noise.step(evaluation, latent.sizes().vec()) * way.up : arrived;
  }
};

}  // namespace

std::unique_ptr<Sampler> make_dpmpp_sde(const SigmaSchedule& /*schedule*/, double /*eta*/) {
  return std::make_unique<DpmppSde>();
}

}  // namespace tstitch
