#include <algorithm>
#include <cmath>

#include <ATen/TensorOperators.h>

#include "core/sample/samplers.h"
#include "core/sample/update.h"

namespace tstitch {
namespace {

constexpr std::size_t kMaxOrder = 3;

/// Estimates at the newest levels and how far apart these lie in lambda: `step` is the step to be made, `back` the
/// distances to the memories before, newest first. Distances of zero are left out: they tell nothing.
struct Differences {
  double step = 0.0;
  std::vector<double> back;
  std::vector<at::Tensor> estimates;  ///< newest first, one more than `back`
};

Differences differences(const std::vector<Memory>& history, const NoiseLevel& to, std::size_t order) {
  const Memory& newest = history.back();
  Differences result{lambda(to) - lambda(newest.level), {}, {newest.denoised}};
  for (std::size_t i = 1; i < order && i < history.size(); ++i) {
    const Memory& later = history[history.size() - i];
    const Memory& earlier = history[history.size() - i - 1];
    const double distance = lambda(later.level) - lambda(earlier.level);
    if (distance == 0.0) break;
    result.back.push_back(distance);
    result.estimates.push_back(earlier.denoised);
  }
  return result;
}

/// The integral of the estimate over the step, expanded in its divided differences (Lu et al. 2022, DPM-Solver++,
/// midpoint form of order 2). `decay` is h for the ODE and 2h for the SDE, `half` the last coefficient's constant.
at::Tensor integral(const Differences& known, double signal, double decay, double half) {
  const double shrunk = std::expm1(-decay);
  const at::Tensor& newest = known.estimates.front();
  if (known.back.empty()) return newest * (-signal * shrunk);
  const double ratio = known.back[0] / known.step;
  const at::Tensor first = (newest - known.estimates[1]) / ratio;
  if (known.back.size() == 1) return newest * (-signal * shrunk) + first * (-0.5 * signal * shrunk);
  const double earlier_ratio = known.back[1] / known.step;
  const at::Tensor earlier = (known.estimates[1] - known.estimates[2]) / earlier_ratio;
  const at::Tensor bend = (first - earlier) / (ratio + earlier_ratio);
  const at::Tensor tangent = first + bend * ratio;
  return newest * (-signal * shrunk) + tangent * (signal * (shrunk / decay + 1.0)) -
         bend * (signal * ((shrunk + decay) / (decay * decay) - half));
}

/// DPM-Solver++ multistep of the config's order (2 is "2M"), as an ODE or as an SDE that adds noise at every step.
class Dpmpp final : public Sampler {
 public:
  explicit Dpmpp(bool stochastic) : stochastic_(stochastic) {}

  SamplerState step(const SamplerState& state, StepIndex step, const SigmaSchedule& schedule, const Denoise& denoise,
                    const NoiseSource& noise) const override {
    const NoiseLevel& from = asked_level(state, schedule);
    const NoiseLevel& to = schedule.levels.at(static_cast<std::size_t>(step.value) + 1);
    const EvaluationIndex evaluation{state.evaluation};
    const Memory memory{denoise(state.latent, from, evaluation), from, {}};
    SamplerState next = state;
    next.history = remembering(state.history, memory, kMaxOrder);
    next.evaluation += 1;

    const Differences known = differences(next.history, to, order_of(step, schedule));
    const double decay = stochastic_ ? 2.0 * known.step : known.step;
    // The sign is diffusers': its SDE of order 3 subtracts what its ODE adds.
    const double half = stochastic_ ? -0.5 : 0.5;
    const double kept = to.noise / from.noise * (stochastic_ ? std::exp(-known.step) : 1.0);
    next.latent = state.latent * kept + integral(known, to.signal, decay, half);
    if (stochastic_ && to.noise > 0.0) {
      const double added = to.noise * std::sqrt(-std::expm1(-decay));
      next.latent = next.latent + noise.step(evaluation, next.latent.sizes().vec()) * added;
    }
    return next;
  }

 private:
  /// The last steps of a short run are of lower order, and so is a last step to a clean level.
  static std::size_t order_of(StepIndex step, const SigmaSchedule& schedule) {
    const SchedulerConfig& config = schedule.config;
    const int left = schedule.steps() - step.value;
    const bool careful = config.lower_order_final.value() && schedule.steps() < 15;
    if (left == 1 && (careful || config.final_sigmas_type == "zero")) return 1;
    const auto order = static_cast<std::size_t>(config.solver_order.value());
    return left == 2 && careful ? std::min<std::size_t>(order, 2) : order;
  }

  bool stochastic_;
};

}  // namespace

std::unique_ptr<Sampler> make_dpmpp_2m() {
  return std::make_unique<Dpmpp>(false);
}
std::unique_ptr<Sampler> make_dpmpp_2m_sde() {
  return std::make_unique<Dpmpp>(true);
}

}  // namespace tstitch
