#include <cmath>

#include <ATen/TensorOperators.h>

#include "core/sample/samplers.h"
#include "core/sample/update.h"

namespace tstitch {
namespace {

/// DPM-Solver++ 2M (Lu et al. 2022, algorithm 2, midpoint form), as an ODE or as an SDE that adds noise at every step:
/// the integral of the estimate over lambda, with the slope between the two newest estimates.
class Dpmpp2M final : public Sampler {
 public:
  explicit Dpmpp2M(bool stochastic) : stochastic_(stochastic) {}

  SamplerState step(const SamplerState& state, StepIndex step, const SigmaSchedule& schedule, const Denoise& denoise,
                    const NoiseSource& noise) const override {
    const NoiseLevel& from = asked_level(state, schedule);
    const NoiseLevel& to = schedule.levels.at(static_cast<std::size_t>(step.value) + 1);
    const EvaluationIndex evaluation{state.evaluation};
    const at::Tensor denoised = denoise(state.latent, from, evaluation);

    const double h = lambda(to) - lambda(from);
    const double decay = stochastic_ ? 2.0 * h : h;
    const double kept = to.noise / from.noise * (stochastic_ ? std::exp(-h) : 1.0);
    const double weight = to.signal * -std::expm1(-decay);
    at::Tensor latent = state.latent * kept + denoised * weight;
    if (!state.history.empty() && order_of(step, schedule) == 2) {
      const Memory& before = state.history.back();
      const double distance = lambda(from) - lambda(before.level);
      // A level that repeats tells no slope.
      if (distance != 0.0) latent = latent + (denoised - before.denoised) * (0.5 * weight * h / distance);
    }
    if (stochastic_ && to.noise > 0.0) {
      const double added = to.noise * std::sqrt(-std::expm1(-decay));
      latent = latent + noise.step(evaluation, latent.sizes().vec()) * added;
    }
    SamplerState next = advanced(state, latent);
    next.history = {{denoised, from, {}}};
    return next;
  }

 private:
  /// The last step is of first order in a short run or toward a clean level.
  static int order_of(StepIndex step, const SigmaSchedule& schedule) {
    const SchedulerConfig& config = schedule.config;
    const bool careful = config.lower_order_final.value() && schedule.steps() < 15;
    const bool last = step.value + 1 == schedule.steps();
    return last && (careful || config.final_sigmas_type == "zero") ? 1 : config.solver_order.value();
  }

  bool stochastic_;
};

}  // namespace

std::unique_ptr<Sampler> make_dpmpp_2m() {
  return std::make_unique<Dpmpp2M>(false);
}
std::unique_ptr<Sampler> make_dpmpp_2m_sde() {
  return std::make_unique<Dpmpp2M>(true);
}

}  // namespace tstitch
