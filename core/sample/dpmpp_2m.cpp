#include <algorithm>

#include <ATen/TensorOperators.h>

#include "core/sample/dpm_solver.h"
#include "core/sample/samplers.h"
#include "core/sample/update.h"

namespace tstitch {
namespace {

/// Multistep DPM-Solver and DPM-Solver++ (Lu et al. 2022, algorithm 2) of order 1 to 3: derivatives come from earlier
/// evaluations.
class DpmMultistep final : public Sampler {
 public:
  explicit DpmMultistep(const SigmaSchedule& schedule) : algorithm_(schedule.config) {}

  SamplerState step(const SamplerState& state, StepIndex step, const SigmaSchedule& schedule, const Denoise& denoise,
                    const NoiseSource& noise) const override {
    const NoiseLevel& from = asked_level(state, schedule);
    const NoiseLevel& to = schedule.levels.at(static_cast<std::size_t>(step.value) + 1);
    const EvaluationIndex evaluation{state.evaluation};
    const Memory now = dpm_memory(algorithm_, denoise(state.latent, from, evaluation), from, state.latent);
    const DpmWeights weights(algorithm_, from, to);
    at::Tensor latent = state.latent * weights.latent + dpm_value(algorithm_, now) * weights.value;
    latent = with_derivatives(latent, now, state.history, weights, order_at(step, schedule));
    SamplerState next = advanced(state, with_step_noise(latent, weights, noise, evaluation));
    const auto memories = static_cast<std::size_t>(std::clamp(schedule.config.solver_order.value() - 1, 1, 2));
    next.history = remembering(state.history, now, memories);
    return next;
  }

 private:
  /// The last step is of first order in a short run or toward a clean level, the one before then of second.
  static int order_at(StepIndex step, const SigmaSchedule& schedule) {
    const SchedulerConfig& config = schedule.config;
    const int left = schedule.steps() - step.value;
    const bool careful = config.lower_order_final.value() && schedule.whole_steps() < 15;
    const bool ends_clean = config.final_sigmas_type == "zero";
    if (left == 1 && (careful || ends_clean || config.euler_at_final.value())) return 1;
    const int order = std::min(config.solver_order.value(), 3);
    return left == 2 && careful ? std::min(order, 2) : order;
  }

  /// Differences over lambda with the one or two memories before. A level that repeats tells no slope.
  [[nodiscard]] at::Tensor with_derivatives(const at::Tensor& latent, const Memory& now,
                                            const std::vector<Memory>& history, const DpmWeights& weights,
                                            int order) const {
    if (order < 2 || history.empty()) return latent;
    const Memory& before = history.back();
    const double r0 = (lambda(now.level) - lambda(before.level)) / weights.h;
    if (r0 == 0.0 || weights.h == 0.0) return latent;
    const at::Tensor slope = (dpm_value(algorithm_, now) - dpm_value(algorithm_, before)) / r0;
    if (order < 3 || history.size() < 2) return latent + slope * weights.first_alone;
    const Memory& oldest = history[history.size() - 2];
    const double r1 = (lambda(before.level) - lambda(oldest.level)) / weights.h;
    if (r1 == 0.0) return latent + slope * weights.first_alone;
    const at::Tensor earlier = (dpm_value(algorithm_, before) - dpm_value(algorithm_, oldest)) / r1;
    const at::Tensor curve = (slope - earlier) / (r0 + r1);
    return latent + (slope + curve * r0) * weights.first + curve * weights.second;
  }

  DpmAlgorithm algorithm_;
};

}  // namespace

std::unique_ptr<Sampler> make_dpmpp_2m(const SigmaSchedule& schedule, double /*eta*/) {
  return std::make_unique<DpmMultistep>(schedule);
}

}  // namespace tstitch
