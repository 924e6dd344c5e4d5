#include <algorithm>
#include <cmath>

#include <ATen/TensorOperators.h>

#include "core/sample/samplers.h"
#include "core/sample/update.h"

namespace tstitch {
namespace {

/// A step of the B2(h) form: from the newest memory to `to`, `h` apart in lambda.
struct Step {
  const Memory& start;
  const NoiseLevel& to;
  double h = 0.0;
  double place = 0.0;     ///< of the memory before, in units of h from the start (negative); 0 = there is none to use
  at::Tensor difference;  ///< (its estimate - the newest) / place
};

Step step_to(const NoiseLevel& to, const std::vector<Memory>& history, int order) {
  const Memory& start = history.back();
  Step step{start, to, lambda(to) - lambda(start.level), 0.0, {}};
  // Toward a clean level the step is infinite, and what lies before it counts for nothing.
  if (order < 2 || history.size() < 2 || step.h == 0.0 || std::isinf(step.h)) return step;
  const Memory& before = history[history.size() - 2];
  step.place = (lambda(before.level) - lambda(start.level)) / step.h;
  if (step.place != 0.0) step.difference = (before.denoised - start.denoised) / step.place;
  return step;
}

/// Where the step ends: the first-order one, less what the residual adds to the estimate.
at::Tensor arrived(const Step& step, const at::Tensor& residual) {
  const double scale = step.to.signal * std::expm1(-step.h);
  const at::Tensor plain = step.start.latent * (step.to.noise / step.start.level.noise) - step.start.denoised * scale;
  return residual.defined() ? plain - residual * scale : plain;
}

/// UniP: one difference has the fixed weight 1/2.
at::Tensor predicted(const Step& step) {
  return arrived(step, step.difference.defined() ? step.difference * 0.5 : at::Tensor());
}

/// UniC: the step that led here again, now with the estimate at its end. The weights of the two differences solve
/// w1 + w2 = b1, place*w1 + w2 = b2 (Zhao et al. 2023, equation 5).
at::Tensor corrected(const Step& step, const at::Tensor& denoised) {
  if (step.h == 0.0) return step.start.latent;
  const at::Tensor change = denoised - step.start.denoised;
  if (!step.difference.defined()) return arrived(step, change * 0.5);
  const double scale = std::expm1(-step.h);
  const double phi_2 = scale / -step.h - 1.0;
  const double phi_3 = phi_2 / -step.h - 0.5;
  const double b1 = phi_2 / scale;
  const double b2 = 2.0 * phi_3 / scale;
  const double w1 = (b1 - b2) / (1.0 - step.place);
  return arrived(step, step.difference * w1 + change * (b1 - w1));
}

/// Zhao et al. 2023: each evaluation first corrects the step that led to it, then predicts the next one.
class UniPc final : public Sampler {
 public:
  SamplerState step(const SamplerState& state, StepIndex step, const SigmaSchedule& schedule, const Denoise& denoise,
                    const NoiseSource&) const override {
    const NoiseLevel& level = asked_level(state, schedule);
    const at::Tensor denoised = denoise(state.latent, level, EvaluationIndex{state.evaluation});
    const at::Tensor latent =
        state.history.empty() ? state.latent : corrected(step_to(level, state.history, state.order), denoised);

    const int order = schedule.config.solver_order.value();
    SamplerState next = state;
    next.history = remembering(state.history, {denoised, level, latent}, static_cast<std::size_t>(order));
    const int allowed =
        schedule.config.lower_order_final.value() ? std::min(order, schedule.steps() - step.value) : order;
    next.order = std::min(allowed, static_cast<int>(next.history.size()));
    const NoiseLevel& to = schedule.levels.at(static_cast<std::size_t>(step.value) + 1);
    next.latent = predicted(step_to(to, next.history, next.order));
    next.evaluation += 1;
    return next;
  }
};

}  // namespace

std::unique_ptr<Sampler> make_unipc() {
  return std::make_unique<UniPc>();
}

}  // namespace tstitch
