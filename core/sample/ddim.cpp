#include <algorithm>
#include <cmath>

#include <ATen/TensorOperators.h>

#include "core/device/weighted_sum.h"
#include "core/sample/samplers.h"
#include "core/sample/update.h"

namespace tstitch {
namespace {

/// Song et al. 2021, equations 12 and 16. The level that a step arrives at is one stride below its timestep, which is
/// the next level of the run only for the leading grid; diffusers does so for every spacing. In a respaced process it
/// is the next level.
class Ddim final : public Sampler {
 public:
  Ddim(const SigmaSchedule& schedule, double eta) : table_(schedule.config), eta_(eta) {}

  SamplerState step(const SamplerState& state, StepIndex step, const SigmaSchedule& schedule, const Denoise& denoise,
                    const NoiseSource& noise) const override {
    const NoiseLevel& level = asked_level(state, schedule);
    const EvaluationIndex evaluation{state.evaluation};
    const auto timestep = static_cast<int>(level.timestep.value);
    const double alpha = table_.alpha_cumprod(timestep);
    const double next_alpha = arrival(timestep, step, schedule);
    const double variance = (1.0 - next_alpha) / (1.0 - alpha) * (1.0 - alpha / next_alpha);
    const double deviation = eta_ * std::sqrt(variance);

    const at::Tensor denoised = denoise(state.latent, level, evaluation);
    // The direction keeps the unclipped estimate, as the network gave it.
    const double signal = std::sqrt(next_alpha);
    const double direction_weight = std::sqrt(std::max(1.0 - next_alpha - deviation * deviation, 0.0));
    const double share = direction_weight / level.noise;
    const at::Tensor shown = clipped(denoised, schedule.config);
    const at::Tensor fresh = deviation > 0.0 ? noise.step(evaluation, state.latent.sizes().vec()) : at::Tensor();
    const bool is_clipped = !shown.is_same(denoised);
    const double back = -share * level.signal;
    return advanced(state, weighted_sum({{state.latent, share},
                                         {denoised, is_clipped ? back : signal + back},
                                         {shown, is_clipped ? signal : 0.0},
                                         {fresh, deviation}},
                                        [&] {
                                          const at::Tensor direction = predicted_noise(state.latent, denoised, level);
                                          const at::Tensor latent = shown * signal + direction * direction_weight;
                                          return fresh.defined() ? latent + fresh * deviation : latent;
                                        }));
  }

 private:
  [[nodiscard]] double arrival(int timestep, StepIndex step, const SigmaSchedule& schedule) const {
    if (schedule.config.respaced) {
      return step.value + 1 == schedule.steps() ? 1.0 : next_alpha_cumprod(step, schedule, table_);
    }
    const int next = timestep - table_.size() / schedule.asked_steps;
    if (next >= 0) return table_.alpha_cumprod(next);
    return schedule.config.set_alpha_to_one.value() ? 1.0 : table_.alpha_cumprod(0);
  }

  NoiseSchedule table_;
  double eta_;
};

}  // namespace

std::unique_ptr<Sampler> make_ddim(const SigmaSchedule& schedule, double eta) {
  return std::make_unique<Ddim>(schedule, eta);
}

}  // namespace tstitch
