#include <cmath>

#include <ATen/TensorOperators.h>

#include "core/sample/samplers.h"
#include "core/sample/update.h"

namespace tstitch {
namespace {

/// Luo et al. 2023, algorithm 1: every evaluation jumps to a clean estimate, and fresh noise brings it to the next
/// level.
class Lcm final : public Sampler {
 public:
  SamplerState step(const SamplerState& state, StepIndex step, const SigmaSchedule& schedule, const Denoise& denoise,
                    const NoiseSource& noise) const override {
    constexpr double kDataDeviation = 0.5;
    const NoiseLevel& level = asked_level(state, schedule);
    const EvaluationIndex evaluation{state.evaluation};
    const double scaled = level.timestep.value * schedule.config.timestep_scaling.value();
    const double total = scaled * scaled + kDataDeviation * kDataDeviation;
    const double skip = kDataDeviation * kDataDeviation / total;
    const double out = scaled / std::sqrt(total);

    const at::Tensor denoised = clipped(denoise(state.latent, level, evaluation), schedule.config);
    at::Tensor latent = denoised * out + state.latent * skip;
    if (step.value + 1 < schedule.steps()) {
      const NoiseLevel& next = schedule.levels.at(static_cast<std::size_t>(step.value) + 1);
      latent = latent * next.signal + noise.step(evaluation, latent.sizes().vec()) * next.noise;
    }
    return advanced(state, latent);
  }
};

}  // namespace

std::unique_ptr<Sampler> make_lcm(const SigmaSchedule& /*schedule*/, double /*eta*/) {
  return std::make_unique<Lcm>();
}

}  // namespace tstitch
