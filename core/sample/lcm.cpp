#include <cmath>

#include <ATen/TensorOperators.h>

#include "core/device/weighted_sum.h"
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
    if (step.value + 1 == schedule.steps()) {
      return advanced(state, weighted_sum({{state.latent, skip}, {denoised, out}},
                                          [&] { return denoised * out + state.latent * skip; }));
    }
    const NoiseLevel& next = schedule.levels.at(static_cast<std::size_t>(step.value) + 1);
    const at::Tensor fresh = noise.step(evaluation, state.latent.sizes().vec());
    return advanced(
        state,
        weighted_sum({{state.latent, skip * next.signal}, {denoised, out * next.signal}, {fresh, next.noise}}, [&] {
          const at::Tensor clean = denoised * out + state.latent * skip;
          return clean * next.signal + fresh * next.noise;
        }));
  }
};

}  // namespace

std::unique_ptr<Sampler> make_lcm(const SigmaSchedule& /*schedule*/, double /*eta*/) {
  return std::make_unique<Lcm>();
}

}  // namespace tstitch
