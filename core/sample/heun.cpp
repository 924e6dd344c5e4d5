#include <ATen/TensorOperators.h>

#include "core/sample/samplers.h"
#include "core/sample/update.h"

namespace tstitch {
namespace {

/// Karras et al. 2022, algorithm 1: the slope is averaged over both ends of the step; the last step is Euler's.
class Heun final : public Sampler {
 public:
  SamplerState step(const SamplerState& state, StepIndex step, const SigmaSchedule& schedule, const Denoise& denoise,
                    const NoiseSource&) const override {
    const auto index = static_cast<std::size_t>(step.value);
    const NoiseLevel& from = schedule.levels.at(index);
    const NoiseLevel& to = schedule.levels.at(index + 1);
    const double change = to.sigma().value - from.sigma().value;

    const at::Tensor first = slope_at(state.latent, from, state.evaluation, schedule, denoise);
    const at::Tensor end = state.latent + first * change;
    if (step.value + 1 == schedule.steps()) return advanced(state, end);
    const at::Tensor trial = denoise.between(end, EvaluationIndex{state.evaluation + 1});
    const at::Tensor second = slope_at(trial, to, state.evaluation + 1, schedule, denoise);
    return advanced(state, state.latent + (first + second) / 2.0 * change, 2);
  }

 private:
  static at::Tensor slope_at(const at::Tensor& latent, const NoiseLevel& level, int evaluation,
                             const SigmaSchedule& schedule, const Denoise& denoise) {
    const at::Tensor denoised = denoise_exploding(latent, level, EvaluationIndex{evaluation}, denoise);
    return slope(latent, clipped(denoised, schedule.config), level.sigma());
  }
};

}  // namespace

std::unique_ptr<Sampler> make_heun(const SigmaSchedule& /*schedule*/, double /*eta*/) {
  return std::make_unique<Heun>();
}

}  // namespace tstitch
