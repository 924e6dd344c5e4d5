#include <ATen/TensorOperators.h>

#include "core/sample/samplers.h"
#include "core/sample/update.h"
#include "core/schedule/sigma_table.h"

namespace tstitch {
namespace {

/// DPM-Solver-2 (Lu et al. 2022) in Euler's state: the slope is taken half-way in log sigma; the last step is Euler's.
/// The ancestral form steps down below the next sigma and adds noise back up to it. One entry of step noise per
/// evaluation: a step uses that of its second.
class Dpm2 final : public Sampler {
 public:
  explicit Dpm2(bool ancestral) : ancestral_(ancestral) {}

  SamplerState step(const SamplerState& state, StepIndex step, const SigmaSchedule& schedule, const Denoise& denoise,
                    const NoiseSource& noise) const override {
    const NoiseLevel& from = asked_level(state, schedule);
    const double start = from.sigma().value;
    const EvaluationIndex evaluation{state.evaluation};
    const at::Tensor first =
        slope(state.latent, denoise_exploding(state.latent, from, evaluation, denoise), from.sigma());
    if (step.value + 1 == schedule.steps()) return advanced(state, state.latent - first * start);

    const double next = schedule.levels.at(static_cast<std::size_t>(step.value) + 1).sigma().value;
    const AncestralStep way = ancestral_ ? ancestral_step(start, next) : AncestralStep{next, 0.0};
    const EvaluationIndex second{state.evaluation + 1};
    const NoiseLevel& middle = schedule.evaluations.at(static_cast<std::size_t>(second.value)).level;
    const at::Tensor trial = denoise.between(state.latent + first * (middle.sigma().value - start), second);
    const at::Tensor along = slope(trial, denoise_exploding(trial, middle, second, denoise), middle.sigma());
    at::Tensor latent = state.latent + along * (way.down - start);
    if (way.up > 0.0) latent = latent + noise.step(second, latent.sizes().vec()) * way.up;
    return advanced(state, latent, 2);
  }

 private:
  bool ancestral_;
};

}  // namespace

std::unique_ptr<Sampler> make_dpm2(const SigmaSchedule& /*schedule*/, double /*eta*/) {
  return std::make_unique<Dpm2>(false);
}
std::unique_ptr<Sampler> make_dpm2_ancestral(const SigmaSchedule& /*schedule*/, double /*eta*/) {
  return std::make_unique<Dpm2>(true);
}

}  // namespace tstitch
