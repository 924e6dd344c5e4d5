#include <algorithm>
#include <cmath>

#include <ATen/TensorOperators.h>
#include <ATen/ops/linalg_solve.h>
#include <ATen/ops/tensor.h>

#include "core/sample/samplers.h"
#include "core/sample/update.h"

namespace tstitch {
namespace {

/// What the config asks for: integrate the estimate or the noise, and the form of B(h).
struct Form {
  explicit Form(const SchedulerConfig& config)
      : on_noise(!config.predict_x0.value()), plain(config.solver_type == "bh1") {}

  [[nodiscard]] const at::Tensor& value(const Memory& memory) const {
    return on_noise ? memory.noise : memory.denoised;
  }

  bool on_noise;
  bool plain;  ///< B1(h) = h, else B2(h) = exp(h) - 1
};

/// A step of the B(h) form: from the newest memory to `to`, `h` apart in lambda.
struct Step {
  const Memory& start;
  const NoiseLevel& to;
  double h = 0.0;                       ///< negative where the estimate is integrated
  std::vector<double> places;           ///< of earlier memories, in units of the way from the start (negative)
  std::vector<at::Tensor> differences;  ///< (their value - the newest) / place
};

/// Up to `order` - 1 earlier memories; one whose level repeats ends them.
Step step_to(const Form& form, const NoiseLevel& to, const std::vector<Memory>& history, int order) {
  const Memory& start = history.back();
  const double way = lambda(to) - lambda(start.level);
  Step step{start, to, form.on_noise ? way : -way, {}, {}};
  // Toward a clean level the step is infinite, and what lies before it counts for nothing.
  if (way == 0.0 || std::isinf(way)) return step;
  for (std::size_t back = 2; back <= std::min(history.size(), static_cast<std::size_t>(order)); ++back) {
    const Memory& before = history[history.size() - back];
    const double place = (lambda(before.level) - lambda(start.level)) / way;
    if (place == 0.0 || std::find(step.places.begin(), step.places.end(), place) != step.places.end()) break;
    step.places.push_back(place);
    step.differences.push_back((form.value(before) - form.value(start)) / place);
  }
  return step;
}

/// B(h) times what scales a residual: signal for the estimate, noise for the noise.
double residual_scale(const Form& form, const Step& step) {
  const double unit = form.on_noise ? step.to.noise : step.to.signal;
  return unit * (form.plain ? step.h : std::expm1(step.h));
}

/// Where the step ends: the first-order one, less what the residual adds.
at::Tensor arrived(const Form& form, const Step& step, const at::Tensor& residual) {
  const NoiseLevel& from = step.start.level;
  const NoiseLevel& to = step.to;
  // The noise's own scale, to.noise * (exp(h) - 1), is finite for a clean level too.
  const double scale = form.on_noise ? to.signal * from.noise / from.signal - to.noise : to.signal * std::expm1(step.h);
  const double kept = form.on_noise ? to.signal / from.signal : to.noise / from.noise;
  const at::Tensor plain = step.start.latent * kept - form.value(step.start) * scale;
  return residual.defined() ? plain - residual * residual_scale(form, step) : plain;
}

/// Weights of the differences at `places`: sum of w * place^(k-1) = b_k for every k (Zhao et al. 2023, equation 5).
std::vector<double> weights_at(const Form& form, const std::vector<double>& places, double h) {
  const auto count = static_cast<std::int64_t>(places.size());
  const double unit = form.plain ? h : std::expm1(h);
  std::vector<double> rows;
  std::vector<double> sums;
  double phi = std::expm1(h) / h - 1.0;
  double factorial = 1.0;
  for (std::int64_t k = 1; k <= count; ++k) {
    for (const double place : places) rows.push_back(std::pow(place, static_cast<double>(k - 1)));
    sums.push_back(phi * factorial / unit);
    factorial *= static_cast<double>(k + 1);
    phi = phi / h - 1.0 / factorial;
  }
  const at::Tensor solved = at::linalg_solve(at::tensor(at::ArrayRef<double>(rows)).reshape({count, count}),
                                             at::tensor(at::ArrayRef<double>(sums)));
  return {solved.const_data_ptr<double>(), solved.const_data_ptr<double>() + count};
}

at::Tensor weighted_sum(const std::vector<at::Tensor>& differences, const std::vector<double>& weights) {
  at::Tensor sum = differences.front() * weights.front();
  for (std::size_t i = 1; i < differences.size(); ++i) sum = sum + differences[i] * weights[i];
  return sum;
}

/// UniP: one difference has the fixed weight 1/2.
at::Tensor predicted(const Form& form, const Step& step) {
  if (step.differences.empty()) return arrived(form, step, {});
  const bool alone = step.differences.size() == 1;
  const std::vector<double> weights = alone ? std::vector{0.5} : weights_at(form, step.places, step.h);
  return arrived(form, step, weighted_sum(step.differences, weights));
}

/// UniC: the step that led here again, now with the value at its end. A single difference has the weight 1/2.
at::Tensor corrected(const Form& form, Step step, const Memory& end) {
  if (step.h == 0.0) return step.start.latent;
  step.places.push_back(1.0);
  step.differences.push_back(form.value(end) - form.value(step.start));
  const bool alone = step.differences.size() == 1;
  const std::vector<double> weights = alone ? std::vector{0.5} : weights_at(form, step.places, step.h);
  return arrived(form, step, weighted_sum(step.differences, weights));
}

/// Zhao et al. 2023: each evaluation first corrects the step that led to it, then predicts the next one.
class UniPc final : public Sampler {
 public:
  explicit UniPc(const SigmaSchedule& schedule) : form_(schedule.config) {}

  SamplerState step(const SamplerState& state, StepIndex step, const SigmaSchedule& schedule, const Denoise& denoise,
                    const NoiseSource&) const override {
    const SchedulerConfig& config = schedule.config;
    const NoiseLevel& level = asked_level(state, schedule);
    Memory now{denoise(state.latent, level, EvaluationIndex{state.evaluation}), level, state.latent, {}};
    if (form_.on_noise) now.noise = predicted_noise(state.latent, now.denoised, level);
    if (!state.history.empty() && is_corrected(step, schedule)) {
      now.latent = corrected(form_, step_to(form_, level, state.history, state.order), now);
    }

    const int order = config.solver_order.value();
    SamplerState next = state;
    next.history = remembering(state.history, now, static_cast<std::size_t>(order));
    const int allowed = config.lower_order_final.value() ? std::min(order, schedule.steps() - step.value) : order;
    next.order = std::min(allowed, static_cast<int>(next.history.size()));
    const NoiseLevel& to = schedule.levels.at(static_cast<std::size_t>(step.value) + 1);
    next.latent = predicted(form_, step_to(form_, to, next.history, next.order));
    next.evaluation += 1;
    return next;
  }

 private:
  static bool is_corrected(StepIndex step, const SigmaSchedule& schedule) {
    const auto& spared = schedule.config.disable_corrector;
    const int before = static_cast<int>(schedule.skipped.size()) + step.value - 1;
    return std::find(spared.begin(), spared.end(), before) == spared.end();
  }

  Form form_;
};

}  // namespace

std::unique_ptr<Sampler> make_unipc(const SigmaSchedule& schedule, double /*eta*/) {
  return std::make_unique<UniPc>(schedule);
}

}  // namespace tstitch
