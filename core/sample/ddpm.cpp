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
    const double alpha_bar = table_.alpha_cumprod(timestep);
    const double next_alpha_bar = next_cumulative(step, schedule);
    const double alpha = alpha_bar / next_alpha_bar;
    const double denoised_weight = std::sqrt(next_alpha_bar) * (1.0 - alpha) / (1.0 - alpha_bar);
    const double latent_weight = std::sqrt(alpha) * (1.0 - next_alpha_bar) / (1.0 - alpha_bar);

    const at::Tensor denoised = clipped(denoise(state.latent, level, evaluation), schedule.config);
    at::Tensor latent = denoised * denoised_weight + state.latent * latent_weight;
    if (timestep > 0) {
      const double small = std::max((1.0 - next_alpha_bar) / (1.0 - alpha_bar) * (1.0 - alpha), 1e-20);
      const double deviation = std::sqrt(has_large_variance(schedule.config) ? 1.0 - alpha : small);
      latent = latent + noise.step(evaluation, latent.sizes().vec()) * deviation;
    }
    return advanced(state, latent);
  }

 private:
  [[nodiscard]] double next_cumulative(StepIndex step, const SigmaSchedule& schedule) const {
    if (step.value + 1 == schedule.steps()) return 1.0;
    const NoiseLevel& next = schedule.levels.at(static_cast<std::size_t>(step.value) + 1);
    return table_.alpha_cumprod(static_cast<int>(next.timestep.value));
  }

  static bool has_large_variance(const SchedulerConfig& config) {
    const Variance variance = config.variance.value();
    TSTITCH_CHECK(variance != Variance::Learned && variance != Variance::LearnedRange);
    return variance == Variance::FixedLarge || variance == Variance::FixedLargeLog;
  }

  NoiseSchedule table_;
};

}  // namespace

std::unique_ptr<Sampler> make_ddpm(const SigmaSchedule& schedule) {
  return std::make_unique<Ddpm>(schedule);
}

}  // namespace tstitch
