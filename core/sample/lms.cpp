#include <array>
#include <cmath>

#include <ATen/TensorOperators.h>

#include "core/sample/samplers.h"
#include "core/sample/update.h"

namespace tstitch {
namespace {

constexpr std::size_t kOrder = 4;

/// Integral from `from` to `to` of the Lagrange polynomial that is 1 at the newest-but-`which` of `sigmas` (newest
/// first). Two Gauss points are exact for its degree, at most 3.
double coefficient(const std::vector<double>& sigmas, std::size_t which, double from, double to) {
  const auto polynomial = [&](double at) {
    double product = 1.0;
    for (std::size_t k = 0; k < sigmas.size(); ++k) {
      if (k != which) product *= (at - sigmas[k]) / (sigmas[which] - sigmas[k]);
    }
    return product;
  };
  const double middle = (from + to) / 2.0;
  const double half = (to - from) / 2.0;
  const double offset = half / std::sqrt(3.0);
  return half * (polynomial(middle - offset) + polynomial(middle + offset));
}

/// Linear multistep over the slopes of the last four evaluations (Adams-Bashforth on an uneven grid). A run that enters
/// late counts the levels before it among its nodes, as diffusers does, though nobody was asked there.
class Lms final : public Sampler {
 public:
  SamplerState step(const SamplerState& state, StepIndex step, const SigmaSchedule& schedule, const Denoise& denoise,
                    const NoiseSource&) const override {
    const NoiseLevel& level = asked_level(state, schedule);
    const at::Tensor denoised = denoise_exploding(state.latent, level, EvaluationIndex{state.evaluation}, denoise);
    const std::vector<Memory> history = remembering(state.history, {denoised, level, state.latent, {}}, kOrder);
    std::vector<double> sigmas;
    for (auto memory = history.rbegin(); memory != history.rend(); ++memory) {
      sigmas.push_back(memory->level.sigma().value);
    }
    const bool remembers_all = static_cast<int>(history.size()) == step.value + 1;
    for (auto before = schedule.skipped.rbegin(); remembers_all && before != schedule.skipped.rend(); ++before) {
      if (sigmas.size() < kOrder) sigmas.push_back(before->sigma().value);
    }

    const double to = schedule.levels.at(static_cast<std::size_t>(step.value) + 1).sigma().value;
    at::Tensor latent = state.latent;
    for (std::size_t i = 0; i < history.size(); ++i) {
      const Memory& memory = history[history.size() - 1 - i];
      const at::Tensor direction = slope(memory.latent, memory.denoised, memory.level.sigma());
      latent = latent + direction * coefficient(sigmas, i, sigmas.front(), to);
    }
    SamplerState next = advanced(state, latent);
    next.history = history;
    return next;
  }
};

}  // namespace

std::unique_ptr<Sampler> make_lms(const SigmaSchedule& /*schedule*/, double /*eta*/) {
  return std::make_unique<Lms>();
}

}  // namespace tstitch
