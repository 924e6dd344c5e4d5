#include <algorithm>
#include <cmath>

#include <ATen/TensorOperators.h>

#include "core/sample/samplers.h"
#include "core/sample/update.h"

namespace tstitch {
namespace {

/// Integrals over sigma of the polynomials in log sigma that are 1 at one of the given sigmas and 0 at the others. In
/// float32 and in the reference's order: where logarithms lie close its rounding becomes part of the result.
class LogRho {
 public:
  /// Takes an earlier sigma, newest first, up to three. False for one whose logarithm is no other than one taken
  /// before: it tells nothing new.
  bool take(Sigma sigma) {
    const float value = rho(sigma);
    const auto is_known = [&](float known) { return std::log(known) == std::log(value); };
    if (std::any_of(rhos_.begin(), rhos_.end(), is_known)) return false;
    rhos_.push_back(value);
    return true;
  }

  /// From the newest sigma to `to`, one weight each.
  [[nodiscard]] std::vector<double> weights(Sigma to) const {
    const float end = rho(to);
    const auto between = [&](auto... places) { return primitive(end, places...) - primitive(rhos_[0], places...); };
    if (rhos_.size() == 1) return {static_cast<double>(end) - static_cast<double>(rhos_[0])};
    if (rhos_.size() == 2) return {between(rhos_[0], rhos_[1]), between(rhos_[1], rhos_[0])};
    return {between(rhos_[0], rhos_[1], rhos_[2]), between(rhos_[1], rhos_[2], rhos_[0]),
            between(rhos_[2], rhos_[0], rhos_[1])};
  }

 private:
  static float rho(Sigma sigma) {
    const auto value = static_cast<float>(sigma.value);
    const float signal = 1.0F / std::sqrt(value * value + 1.0F);
    return value * signal / signal;
  }

  /// Of the line that is 1 at `one` and 0 at `zero`.
  static float primitive(float at, float one, float zero) {
    return at * (-std::log(zero) + std::log(at) - 1.0F) / (std::log(one) - std::log(zero));
  }

  /// Of the parabola that is 1 at `one` and 0 at the other two.
  static float primitive(float at, float one, float zero, float other) {
    const float log_at = std::log(at);
    const float log_zero = std::log(zero);
    const float log_other = std::log(other);
    const float numerator = at * (log_zero * (log_other - log_at + 1.0F) - log_other * log_at + log_other +
                                  log_at * log_at - 2.0F * log_at + 2.0F);
    return numerator / ((std::log(one) - log_zero) * (std::log(one) - log_other));
  }

  std::vector<float> rhos_;
};

/// Zhang and Chen 2023 (DEIS in log rho): Adams-Bashforth of order 1 to 3 over the noise of the last evaluations.
class Deis final : public Sampler {
 public:
  SamplerState step(const SamplerState& state, StepIndex step, const SigmaSchedule& schedule, const Denoise& denoise,
                    const NoiseSource&) const override {
    const NoiseLevel& from = asked_level(state, schedule);
    const NoiseLevel& to = schedule.levels.at(static_cast<std::size_t>(step.value) + 1);
    const at::Tensor denoised = denoise(state.latent, from, EvaluationIndex{state.evaluation});
    const auto order = static_cast<std::size_t>(std::clamp(schedule.config.solver_order.value(), 1, 3));
    const std::vector<Memory> history =
        remembering(state.history, {denoised, from, {}, predicted_noise(state.latent, denoised, from)}, order);

    const std::size_t used = std::min(order_at(step, schedule), history.size());
    LogRho rhos;
    for (std::size_t i = 0; i < used; ++i) {
      if (!rhos.take(history[history.size() - 1 - i].level.sigma())) break;
    }
    at::Tensor latent = state.latent * (to.signal / from.signal);
    const std::vector<double> weights = rhos.weights(to.sigma());
    for (std::size_t i = 0; i < weights.size(); ++i) {
      latent = latent + history[history.size() - 1 - i].noise * (to.signal * weights[i]);
    }
    SamplerState next = advanced(state, latent);
    next.history = history;
    return next;
  }

 private:
  /// In a short run the last step is of first order and the one before of second.
  static std::size_t order_at(StepIndex step, const SigmaSchedule& schedule) {
    const bool careful = schedule.config.lower_order_final.value() && schedule.whole_steps() < 15;
    const int left = schedule.steps() - step.value;
    return careful && left <= 2 ? static_cast<std::size_t>(left) : 3;
  }
};

}  // namespace

std::unique_ptr<Sampler> make_deis(const SigmaSchedule& /*schedule*/, double /*eta*/) {
  return std::make_unique<Deis>();
}

}  // namespace tstitch
