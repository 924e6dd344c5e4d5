#include <algorithm>
#include <cmath>

#include <ATen/TensorOperators.h>

#include "core/base/check.h"
#include "core/sample/samplers.h"
#include "core/sample/update.h"

namespace tstitch {
namespace {

/// Ho et al. 2020, algorithm 2 and equation 7, between the levels of the run.
class Ddpm final : public Sampler {
 public:
  explicit Ddpm(const SigmaSchedule& schedule) : table_(schedule.config) {}

  SamplerState step(const SamplerState& state, StepIndex step, const SigmaSchedule& schedule, const Denoise& denoise,
                    const NoiseSource& noise) const override {
    const NoiseLevel& level = asked_level(state, schedule);
    const EvaluationIndex evaluation{state.evaluation};
    const auto timestep = static_cast<int>(level.timestep.value);
    const bool last = step.value + 1 == schedule.steps();
    const double alpha_bar = table_.alpha_cumprod(timestep);
    const double next_alpha_bar = last ? 1.0 : next_alpha_cumprod(step, schedule, table_);
    const double alpha = alpha_bar / next_alpha_bar;
    const double denoised_weight = std::sqrt(next_alpha_bar) * (1.0 - alpha) / (1.0 - alpha_bar);
    const double latent_weight = std::sqrt(alpha) * (1.0 - next_alpha_bar) / (1.0 - alpha_bar);

    const Estimate estimate = denoise(state.latent, level, evaluation);
    const at::Tensor denoised = clipped(estimate.denoised, schedule.config);
    at::Tensor latent = denoised * denoised_weight + state.latent * latent_weight;
    if (timestep > 0) {
      const VarianceBounds bounds{std::max((1.0 - next_alpha_bar) / (1.0 - alpha_bar) * (1.0 - alpha), kLeastVariance),
                                  1.0 - alpha};
      latent = latent + scaled(noise.step(evaluation, latent.sizes().vec()), bounds, estimate.variance_range, schedule);
    }
    return advanced(state, latent);
  }

 private:
  static constexpr double kLeastVariance = 1e-20;

  /// The posterior's variance and the step's own beta: what is right for clean and for wholly unknown pictures.
  struct VarianceBounds {
    double least;
    double largest;
  };

  /// Unit noise with the step's deviation. A learned range where the network says nothing is its lower bound.
  static at::Tensor scaled(const at::Tensor& noise, const VarianceBounds& bounds, const at::Tensor& range,
                           const SigmaSchedule& schedule) {
    const Variance variance = schedule.config.variance.value();
    TSTITCH_CHECK(variance != Variance::Learned);
    if (variance == Variance::LearnedRange && range.defined()) {
      const at::Tensor fraction = (range + 1.0) / 2.0;
      const double least = std::log(bounds.least);
      return noise * ((fraction * (std::log(bounds.largest) - least) + least) * 0.5).exp();
    }
    const bool large = variance == Variance::FixedLarge || variance == Variance::FixedLargeLog;
    return noise * std::sqrt(large ? bounds.largest : bounds.least);
  }

  NoiseSchedule table_;
};

}  // namespace

std::unique_ptr<Sampler> make_ddpm(const SigmaSchedule& schedule, double /*eta*/) {
  return std::make_unique<Ddpm>(schedule);
}

}  // namespace tstitch
