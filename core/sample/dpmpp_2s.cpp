#include <algorithm>

#include <ATen/TensorOperators.h>

#include "core/sample/dpm_solver.h"
#include "core/sample/samplers.h"
#include "core/sample/update.h"

namespace tstitch {
namespace {

/// The order of each step: groups of rising order, each of whose steps starts again where its group began. The last
/// group is cut so that the steps come out, and toward a clean level the last step is of first order.
std::vector<int> orders_of(const SigmaSchedule& schedule) {
  const SchedulerConfig& config = schedule.config;
  const int steps = schedule.whole_steps();
  const int order = config.solver_order.value();
  const bool zero = config.final_sigmas_type == "zero";
  const bool lowers = config.lower_order_final.value() || steps % order != 0 || zero;
  std::vector<int> orders(static_cast<std::size_t>(steps));
  for (int i = 0; i < steps; ++i) orders[static_cast<std::size_t>(i)] = i % order + 1;
  // A run that ends with a whole group ends with a shorter one and a single step.
  if (lowers && steps % order == 0) orders.back() = 1;
  if (zero) orders.back() = 1;
  return orders;
}

/// Singlestep DPM-Solver and DPM-Solver++ (Lu et al. 2022) of order 1 to 3. Every evaluation ends in a latent of its
/// own, so a seam may lie anywhere; a group goes on with the memory that it has, also where a run enters it late.
class DpmSinglestep final : public Sampler {
 public:
  explicit DpmSinglestep(const SigmaSchedule& schedule)
      : algorithm_(schedule.config),
        orders_(orders_of(schedule)),
        memories_(static_cast<std::size_t>(std::max(schedule.config.solver_order.value() - 1, 1))) {}

  SamplerState step(const SamplerState& state, StepIndex step, const SigmaSchedule& schedule, const Denoise& denoise,
                    const NoiseSource& noise) const override {
    const NoiseLevel& level = asked_level(state, schedule);
    const NoiseLevel& to = schedule.levels.at(static_cast<std::size_t>(step.value) + 1);
    const EvaluationIndex evaluation{state.evaluation};
    Memory now = dpm_memory(algorithm_, denoise(state.latent, level, evaluation), level, state.latent);
    now.latent = state.latent;

    std::vector<Memory> known = state.history;
    known.push_back(now);
    const std::size_t place = schedule.skipped.size() + static_cast<std::size_t>(step.value);
    const int order = std::min(orders_.at(place), static_cast<int>(known.size()));
    const Memory& start = known[known.size() - static_cast<std::size_t>(order)];
    const DpmWeights weights(algorithm_, start.level, to);
    at::Tensor latent = start.latent * weights.latent + dpm_value(algorithm_, start) * weights.value;
    latent = with_derivatives(latent, known, weights, order);
    SamplerState next = advanced(state, with_step_noise(latent, weights, noise, evaluation));
    next.history = remembering(state.history, now, memories_);
    return next;
  }

 private:
  /// The quantity's change from the group's start to a later memory, over the share of the way that lies between.
  struct Change {
    double share = 0.0;
    at::Tensor slope;
  };

  [[nodiscard]] Change change(const Memory& start, const Memory& later, double h) const {
    const double share = (lambda(later.level) - lambda(start.level)) / h;
    if (share == 0.0) return {};
    return {share, (dpm_value(algorithm_, later) - dpm_value(algorithm_, start)) / share};
  }

  /// A level that repeats tells no slope.
  [[nodiscard]] at::Tensor with_derivatives(const at::Tensor& latent, const std::vector<Memory>& known,
                                            const DpmWeights& weights, int order) const {
    if (order < 2 || weights.h == 0.0) return latent;
    const Memory& start = known[known.size() - static_cast<std::size_t>(order)];
    const Change newest = change(start, known.back(), weights.h);
    if (!newest.slope.defined()) return latent;
    if (order == 2) return latent + newest.slope * weights.first_alone;
    const Change middle = change(start, known[known.size() - 2], weights.h);
    const double apart = newest.share - middle.share;
    if (!algorithm_.heun || !middle.slope.defined() || apart == 0.0) return latent + newest.slope * weights.first;
    const at::Tensor slope = (middle.slope * newest.share - newest.slope * middle.share) / apart;
    const at::Tensor curve = (newest.slope - middle.slope) * (2.0 / apart);
    return latent + slope * weights.first + curve * weights.second;
  }

  DpmAlgorithm algorithm_;
  std::vector<int> orders_;
  std::size_t memories_;
};

}  // namespace

std::unique_ptr<Sampler> make_dpmpp_2s(const SigmaSchedule& schedule, double /*eta*/) {
  return std::make_unique<DpmSinglestep>(schedule);
}

}  // namespace tstitch
