#include <algorithm>
#include <cmath>

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros_like.h>

#include "core/sample/samplers.h"
#include "core/sample/update.h"

namespace tstitch {
namespace {

constexpr std::size_t kMemories = 4;

/// Liu et al. 2022: an optional Runge-Kutta start of three steps (algorithm 2), then linear multistep (PLMS).
/// The network's raw outputs are combined, for a v model its v: that is what diffusers does, and it differs from
/// combining noise. Outputs are rebuilt from (denoised, level, latent), so that memory of another prediction enters
/// correctly.
class Pndm final : public Sampler {
 public:
  explicit Pndm(const SigmaSchedule& schedule)
      : table_(schedule.config),
        skips_runge_kutta_(schedule.config.skip_prk_steps.value()),
        predicts_v_(schedule.config.prediction == Prediction::V),
        final_alpha_(schedule.config.set_alpha_to_one.value() ? 1.0 : table_.alpha_cumprod(0)),
        stride_(table_.size() / schedule.asked_steps) {}

  SamplerState step(const SamplerState& state, StepIndex step, const SigmaSchedule& schedule, const Denoise& denoise,
                    const NoiseSource&) const override {
    if (!skips_runge_kutta_ && step.value < 3) return runge_kutta_step(state, step, schedule, denoise);
    const NoiseLevel& level = asked_level(state, schedule);
    const Memory memory{denoise(state.latent, level, EvaluationIndex{state.evaluation}), level, state.latent, {}};
    if (skips_runge_kutta_ && step.value == 1) return corrected_first_step(state, memory);
    return multistep(state, memory);
  }

 private:
  [[nodiscard]] at::Tensor output(const Memory& memory) const {
    if (!predicts_v_) return predicted_noise(memory.latent, memory.denoised, memory.level);
    return (memory.latent * memory.level.signal - memory.denoised) / memory.level.noise;
  }

  [[nodiscard]] SamplerState multistep(const SamplerState& state, const Memory& memory) const {
    SamplerState next = state;
    next.history = remembering(state.history, memory, kMemories);
    const int timestep = static_cast<int>(memory.level.timestep.value);
    next.latent = moved(state.latent, timestep, timestep - stride_, combined(next.history));
    next.evaluation += 1;
    return next;
  }

  /// Adams-Bashforth of order 1 to 4, newest last.
  [[nodiscard]] at::Tensor combined(const std::vector<Memory>& history) const {
    const auto newest = [&](std::size_t i) { return output(history[history.size() - 1 - i]); };
    switch (history.size()) {
      case 1:
        return newest(0);
      case 2:
        return (newest(0) * 3.0 - newest(1)) / 2.0;
      case 3:
        return (newest(0) * 23.0 - newest(1) * 16.0 + newest(2) * 5.0) / 12.0;
      default:
        return (newest(0) * 55.0 - newest(1) * 59.0 + newest(2) * 37.0 - newest(3) * 9.0) / 24.0;
    }
  }

  /// Makes the first step again, from where it began, with the mean of the outputs at its two ends.
  [[nodiscard]] SamplerState corrected_first_step(const SamplerState& state, const Memory& memory) const {
    // A seam that dropped the history left nothing to correct; the step to here stands.
    if (state.history.empty()) return advanced(state, state.latent);
    const Memory& first = state.history.back();
    const int timestep = static_cast<int>(memory.level.timestep.value);
    const at::Tensor mean = (output(memory) + output(first)) / 2.0;
    return advanced(state, moved(first.latent, timestep + stride_, timestep, mean));
  }

  /// A run that enters late may end within such a step, at the latent that would have been shown next.
  [[nodiscard]] SamplerState runge_kutta_step(const SamplerState& state, StepIndex step, const SigmaSchedule& schedule,
                                              const Denoise& denoise) const {
    const at::Tensor& x = state.latent;
    const int from = start_of(state, step, schedule);
    const int asked = std::min(4, static_cast<int>(schedule.evaluations.size()) - state.evaluation);
    SamplerState next = state;
    at::Tensor mean = at::zeros_like(x), latent = x;
    for (int i = 0; i < asked; ++i) {
      const EvaluationIndex evaluation{state.evaluation + i};
      const NoiseLevel& level = schedule.evaluations.at(static_cast<std::size_t>(evaluation.value)).level;
      if (i > 0) latent = denoise.between(latent, evaluation);
      const Memory memory{denoise(latent, level, evaluation), level, latent, {}};
      if (i == 0) next.history = remembering(state.history, memory, kMemories);
      const at::Tensor along = output(memory);
      mean = mean + along * (i == 0 || i == 3 ? 1.0 / 6.0 : 1.0 / 3.0);
      // The first and the third look lead half-way on, the others to the level that they were asked at.
      const int to = static_cast<int>(level.timestep.value) - (i % 2 == 0 ? stride_ / 2 : 0);
      latent = moved(x, from, to, i == 3 ? mean : along);
    }
    next.latent = latent;
    next.evaluation += asked;
    return next;
  }

  /// Of a late run the steps start where those of the whole run do.
  [[nodiscard]] static int start_of(const SamplerState& state, StepIndex step, const SigmaSchedule& schedule) {
    const bool late = !schedule.skipped.empty();
    const NoiseLevel& level =
        late ? schedule.skipped.at(static_cast<std::size_t>(step.value)) : asked_level(state, schedule);
    return static_cast<int>(level.timestep.value);
  }

  [[nodiscard]] double alpha_or_final(int timestep) const {
    return timestep >= 0 ? table_.alpha_cumprod(timestep) : final_alpha_;
  }

  /// Equation 9: from one timestep to another along the given output.
  [[nodiscard]] at::Tensor moved(const at::Tensor& x, int from, int to, const at::Tensor& along) const {
    const double alpha = table_.alpha_cumprod(from);
    const double next = alpha_or_final(to);
    const at::Tensor noise = predicts_v_ ? along * std::sqrt(alpha) + x * std::sqrt(1.0 - alpha) : along;
    const double denominator = alpha * std::sqrt(1.0 - next) + std::sqrt(alpha * (1.0 - alpha) * next);
    return x * std::sqrt(next / alpha) - noise * ((next - alpha) / denominator);
  }

  NoiseSchedule table_;
  bool skips_runge_kutta_;
  bool predicts_v_;
  double final_alpha_;
  int stride_;
};

}  // namespace

std::unique_ptr<Sampler> make_pndm(const SigmaSchedule& schedule, double /*eta*/) {
  return std::make_unique<Pndm>(schedule);
}

}  // namespace tstitch
