#include <algorithm>
#include <array>
#include <cmath>

#include <ATen/TensorOperators.h>

#include "core/sample/samplers.h"
#include "core/sample/update.h"

namespace tstitch {
namespace {

/// Integral over sigma from `from` to `to` of the polynomial in log sigma that is 1 at sigmas[which] and 0 at the
/// others; one, two or three of them.
double coefficient(const std::vector<double>& sigmas, std::size_t which, double from, double to) {
  double scale = 1.0;
  std::vector<double> zeros;
  for (std::size_t k = 0; k < sigmas.size(); ++k) {
    if (k == which) continue;
    zeros.push_back(std::log(sigmas[k]));
    scale /= std::log(sigmas[which]) - std::log(sigmas[k]);
  }
  const auto primitive = [&](double sigma) {
    const double log = std::log(sigma);
    if (zeros.empty()) return sigma;
    if (zeros.size() == 1) return sigma * (log - 1.0 - zeros[0]);
    const double sum = zeros[0] + zeros[1];
    return sigma * (log * log - (2.0 + sum) * log + 2.0 + sum + zeros[0] * zeros[1]);
  };
  return scale * (primitive(to) - primitive(from));
}

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
    std::vector<double> sigmas;
    for (std::size_t i = 0; i < used; ++i) {
      const double sigma = history[history.size() - 1 - i].level.sigma().value;
      // A level that repeats tells nothing new.
      if (std::find(sigmas.begin(), sigmas.end(), sigma) != sigmas.end()) break;
      sigmas.push_back(sigma);
    }
    at::Tensor latent = state.latent * (to.signal / from.signal);
    for (std::size_t i = 0; i < sigmas.size(); ++i) {
      const double weight = to.signal * coefficient(sigmas, i, sigmas.front(), to.sigma().value);
      latent = latent + history[history.size() - 1 - i].noise * weight;
    }
    SamplerState next = advanced(state, latent);
    next.history = history;
    return next;
  }

 private:
  /// In a short run the last step is of first order and the one before of second.
  static std::size_t order_at(StepIndex step, const SigmaSchedule& schedule) {
    const bool careful = schedule.config.lower_order_final.value() && schedule.steps() < 15;
    const int left = schedule.steps() - step.value;
    return careful && left <= 2 ? static_cast<std::size_t>(left) : 3;
  }
};

}  // namespace

std::unique_ptr<Sampler> make_deis() {
  return std::make_unique<Deis>();
}

}  // namespace tstitch
