#include <algorithm>

#include <ATen/TensorOperators.h>

#include "core/device/weighted_sum.h"
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
    const Slopes slopes = slopes_at(now, state.history, weights, order_at(step, schedule));
    const auto value = [&](const Memory* memory) { return memory ? dpm_value(algorithm_, *memory) : at::Tensor(); };
    const at::Tensor fresh = weights.noise > 0.0 ? noise.step(evaluation, state.latent.sizes().vec()) : at::Tensor();
    const at::Tensor latent = weighted_sum({{state.latent, weights.latent},
                                            {value(&now), weights.value + slopes.of_now},
                                            {value(slopes.before), slopes.of_before},
                                            {value(slopes.oldest), slopes.of_oldest},
                                            {fresh, weights.noise}},
                                           [&] {
                                             const at::Tensor first =
                                                 state.latent * weights.latent + value(&now) * weights.value;
                                             const at::Tensor arrived = with_derivatives(first, now, slopes, weights);
                                             return fresh.defined() ? arrived + fresh * weights.noise : arrived;
                                           });
    SamplerState next = advanced(state, latent);
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

  /// Differences over lambda with the one or two memories before, and what each value counts in them all in all.
  struct Slopes {
    const Memory* before = nullptr;  ///< null: none
    const Memory* oldest = nullptr;  ///< null: no curve
    double r0 = 0.0, r1 = 0.0;
    double of_now = 0.0, of_before = 0.0, of_oldest = 0.0;
  };

  /// A level that repeats tells no slope.
  static Slopes slopes_at(const Memory& now, const std::vector<Memory>& history, const DpmWeights& weights, int order) {
    Slopes slopes;
    if (order < 2 || history.empty()) return slopes;
    const Memory& before = history.back();
    slopes.r0 = (lambda(now.level) - lambda(before.level)) / weights.h;
    if (slopes.r0 == 0.0 || weights.h == 0.0) return slopes;
    slopes.before = &before;
    if (order >= 3 && history.size() >= 2) {
      const Memory& oldest = history[history.size() - 2];
      slopes.r1 = (lambda(before.level) - lambda(oldest.level)) / weights.h;
      if (slopes.r1 != 0.0) slopes.oldest = &oldest;
    }
    const double bend =
        slopes.oldest ? (weights.first * slopes.r0 + weights.second) / (slopes.r0 + slopes.r1) : 0.0;  // of the curve
    const double first = slopes.oldest ? weights.first + bend : weights.first_alone;
    slopes.of_now = first / slopes.r0;
    slopes.of_oldest = slopes.oldest ? bend / slopes.r1 : 0.0;
    slopes.of_before = -slopes.of_now - slopes.of_oldest;
    return slopes;
  }

  [[nodiscard]] at::Tensor with_derivatives(const at::Tensor& latent, const Memory& now, const Slopes& slopes,
                                            const DpmWeights& weights) const {
    if (slopes.before == nullptr) return latent;
    const at::Tensor& before = dpm_value(algorithm_, *slopes.before);
    const at::Tensor slope = (dpm_value(algorithm_, now) - before) / slopes.r0;
    if (slopes.oldest == nullptr) return latent + slope * weights.first_alone;
    const at::Tensor earlier = (before - dpm_value(algorithm_, *slopes.oldest)) / slopes.r1;
    const at::Tensor curve = (slope - earlier) / (slopes.r0 + slopes.r1);
    return latent + (slope + curve * slopes.r0) * weights.first + curve * weights.second;
  }

  DpmAlgorithm algorithm_;
};

}  // namespace

std::unique_ptr<Sampler> make_dpmpp_2m(const SigmaSchedule& schedule, double /*eta*/) {
  return std::make_unique<DpmMultistep>(schedule);
}

}  // namespace tstitch
