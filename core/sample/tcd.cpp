#include <cmath>

#include <ATen/TensorOperators.h>

#include "core/sample/samplers.h"
#include "core/sample/update.h"

namespace tstitch {
namespace {

/// Zheng et al. 2024 (trajectory consistency distillation), algorithm 2: every evaluation jumps to a level below the
/// next one, from where noise brings it back up. With eta 0 it lands on the next level itself.
class Tcd final : public Sampler {
 public:
  Tcd(const SigmaSchedule& schedule, double eta) : table_(schedule.config), eta_(eta) {}

  SamplerState step(const SamplerState& state, StepIndex step, const SigmaSchedule& schedule, const Denoise& denoise,
                    const NoiseSource& noise) const override {
    const NoiseLevel& level = asked_level(state, schedule);
    const EvaluationIndex evaluation{state.evaluation};
    const NoiseLevel& next = schedule.levels.at(static_cast<std::size_t>(step.value) + 1);
    const NoiseLevel landing = table_.level(landing_timestep(next));

    const at::Tensor denoised = denoise(state.latent, level, evaluation);
    at::Tensor latent = denoised * landing.signal + predicted_noise(state.latent, denoised, level) * landing.noise;
    const bool last = step.value + 1 == schedule.steps();
    if (eta_ > 0.0 && !last) {
      const double kept =
          table_.alpha_cumprod(static_cast<int>(next.timestep.value)) / (landing.signal * landing.signal);
      latent = latent * std::sqrt(kept) + noise.step(evaluation, latent.sizes().vec()) * std::sqrt(1.0 - kept);
    }
    return advanced(state, latent);
  }

 private:
  /// In float32, as the reference multiplies: its rounding decides where the product is nearly whole.
  [[nodiscard]] int landing_timestep(const NoiseLevel& next) const {
    return static_cast<int>(std::floor(static_cast<float>(1.0 - eta_) * static_cast<float>(next.timestep.value)));
  }

  NoiseSchedule table_;
  double eta_;
};

}  // namespace

std::unique_ptr<Sampler> make_tcd(const SigmaSchedule& schedule, double eta) {
  return std::make_unique<Tcd>(schedule, eta);
}

}  // namespace tstitch
