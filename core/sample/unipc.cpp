#include <algorithm>
#include <cmath>

#include <ATen/TensorOperators.h>

#include "core/sample/samplers.h"
#include "core/sample/update.h"

namespace tstitch {
namespace {

using Matrix = std::vector<std::vector<double>>;

/// Gaussian elimination with pivoting; the systems have at most four rows.
std::vector<double> solved(Matrix rows, std::vector<double> right) {
  const std::size_t size = right.size();
  for (std::size_t i = 0; i < size; ++i) {
    std::size_t pivot = i;
    for (std::size_t k = i + 1; k < size; ++k) {
      if (std::abs(rows[k][i]) > std::abs(rows[pivot][i])) pivot = k;
    }
    std::swap(rows[i], rows[pivot]);
    std::swap(right[i], right[pivot]);
    for (std::size_t k = i + 1; k < size; ++k) {
      const double factor = rows[k][i] / rows[i][i];
      for (std::size_t j = i; j < size; ++j) rows[k][j] -= factor * rows[i][j];
      right[k] -= factor * right[i];
    }
  }
  for (std::size_t i = size; i-- > 0;) {
    for (std::size_t j = i + 1; j < size; ++j) right[i] -= rows[i][j] * right[j];
    right[i] /= rows[i][i];
  }
  return right;
}

/// Places r of estimates on the step, in units of the step from its start (negative: before it), and what UniPC's
/// theorem demands of their weights: for i = 1..n, sum over m of weight_m * r_m^(i-1) = b_i (Zhao et al. 2023, equation
/// 5).
std::vector<double> weights_at(const std::vector<double>& places, double step) {
  const double decay = -step;
  const double scale = std::expm1(decay);
  double phi = scale / decay - 1.0;
  double factorial = 1.0;
  Matrix rows;
  std::vector<double> right;
  for (std::size_t i = 1; i <= places.size(); ++i) {
    rows.emplace_back();
    for (const double place : places) rows.back().push_back(std::pow(place, static_cast<double>(i - 1)));
    right.push_back(phi * factorial / scale);
    factorial *= static_cast<double>(i + 1);
    phi = phi / decay - 1.0 / factorial;
  }
  return solved(std::move(rows), std::move(right));
}

/// What predictor and corrector share: the step's start and the divided differences of the memories before it.
struct Span {
  double step = 0.0;
  std::vector<double> places;           ///< of the memories before the newest
  std::vector<at::Tensor> differences;  ///< (their estimate - the newest) / place
};

Span span_to(const NoiseLevel& to, const std::vector<Memory>& history, int order) {
  const Memory& start = history.back();
  Span span;
  span.step = lambda(to) - lambda(start.level);
  // Toward a clean level the step is infinite, and the memories before it count for nothing.
  if (std::isinf(span.step) || span.step == 0.0) return span;
  for (std::size_t i = 1; i < static_cast<std::size_t>(order) && i < history.size(); ++i) {
    const Memory& earlier = history[history.size() - 1 - i];
    const double place = (lambda(earlier.level) - lambda(start.level)) / span.step;
    if (place == 0.0) break;
    span.places.push_back(place);
    span.differences.push_back((earlier.denoised - start.denoised) / place);
  }
  return span;
}

/// The first-order step from the newest memory, less `residual` where it is defined.
at::Tensor stepped(const NoiseLevel& to, const Memory& start, double step, const at::Tensor& residual) {
  const double scale = std::expm1(-step);
  const at::Tensor plain = start.latent * (to.noise / start.level.noise) - start.denoised * (to.signal * scale);
  return residual.defined() ? plain - residual * (to.signal * scale) : plain;
}

/// UniP in its B2(h) form. Two memories have the fixed weight 1/2 (the paper's remark on order 2).
at::Tensor predicted(const NoiseLevel& to, const std::vector<Memory>& history, int order) {
  const Span span = span_to(to, history, order);
  at::Tensor residual;
  if (span.places.size() == 1) residual = span.differences[0] * 0.5;
  if (span.places.size() > 1) {
    const std::vector<double> weights = weights_at(span.places, span.step);
    residual = span.differences[0] * weights[0];
    for (std::size_t i = 1; i < weights.size(); ++i) residual = residual + span.differences[i] * weights[i];
  }
  return stepped(to, history.back(), span.step, residual);
}

/// UniC: the step that led here again, now with the estimate at its end.
at::Tensor corrected(const NoiseLevel& here, const std::vector<Memory>& history, int order,
                     const at::Tensor& denoised) {
  Span span = span_to(here, history, order);
  if (span.step == 0.0) return history.back().latent;
  span.places.push_back(1.0);
  span.differences.push_back(denoised - history.back().denoised);
  const std::vector<double> weights =
      span.places.size() == 1 ? std::vector<double>{0.5} : weights_at(span.places, span.step);
  at::Tensor residual = span.differences[0] * weights[0];
  for (std::size_t i = 1; i < weights.size(); ++i) residual = residual + span.differences[i] * weights[i];
  return stepped(here, history.back(), span.step, residual);
}

/// Zhao et al. 2023: each evaluation first corrects the step that led to it, then predicts the next one.
class UniPc final : public Sampler {
 public:
  SamplerState step(const SamplerState& state, StepIndex step, const SigmaSchedule& schedule, const Denoise& denoise,
                    const NoiseSource&) const override {
    const NoiseLevel& level = asked_level(state, schedule);
    const at::Tensor denoised = denoise(state.latent, level, EvaluationIndex{state.evaluation});
    const at::Tensor latent =
        state.history.empty() ? state.latent : corrected(level, state.history, state.order, denoised);

    const int order = schedule.config.solver_order.value();
    SamplerState next = state;
    next.history = remembering(state.history, {denoised, level, latent}, static_cast<std::size_t>(order));
    const int allowed =
        schedule.config.lower_order_final.value() ? std::min(order, schedule.steps() - step.value) : order;
    next.order = std::min(allowed, static_cast<int>(next.history.size()));
    const NoiseLevel& to = schedule.levels.at(static_cast<std::size_t>(step.value) + 1);
    next.latent = predicted(to, next.history, next.order);
    next.evaluation += 1;
    return next;
  }
};

}  // namespace

std::unique_ptr<Sampler> make_unipc() {
  return std::make_unique<UniPc>();
}

}  // namespace tstitch
