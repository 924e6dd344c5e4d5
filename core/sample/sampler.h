#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/denoise/estimate.h"
#include "core/sample/noise_source.h"
#include "core/schedule/sigma_schedule.h"

namespace tstitch {

/// What a multistep sampler remembers of an earlier evaluation: always the denoised estimate and its level, so that the
/// memory crosses a seam between models of different predictions (core/sample/README.md).
struct Memory {
  at::Tensor denoised;
  NoiseLevel level;
  at::Tensor latent;  ///< the state it belongs to, where a sampler needs it again (LMS, PNDM, UniPC); else undefined
  at::Tensor noise;   ///< what the latent that was shown held beside the estimate, where a rule integrates that (DEIS)
};

/// A run between two steps. A value: tensors in it are never written in place, so a copy is a snapshot. Grids with
/// shared prefixes, branching and resuming are copies of it.
struct SamplerState {
  at::Tensor latent;            ///< [B, C, h, w] fp32, in diffusers' state of that sampler
  std::vector<Memory> history;  ///< newest last, bounded by the sampler's order
  int evaluation = 0;           ///< evaluations made so far
  int order = 0;                ///< UniPC: the order of the step that led here, which its corrector repeats
};

/// The same point without memory of how it was reached: the next step is of first order (`--seam reset`).
SamplerState without_history(SamplerState state);

/// Whom a sampler asks. `EvaluationIndex` tells who answers; the sampler does not know.
class Denoise {
 public:
  /// The estimate for a variance-preserving latent (Denoiser::denoise without its stop token), asked once per
  /// evaluation.
  using Answer = std::function<Estimate(const at::Tensor& x, const NoiseLevel& level, EvaluationIndex evaluation)>;
  /// What becomes of a latent between two evaluations of one step, in diffusers' state: inpainting puts its picture
  /// back after every evaluation.
  using Between = std::function<at::Tensor(const at::Tensor& latent, EvaluationIndex next)>;

  /// A function that returns an estimate, or the denoised tensor alone, is one.
  template <class Function>
  Denoise(Function answer) : answer_(std::move(answer)) {}  // NOLINT(google-explicit-constructor)
  Denoise(Answer answer, Between between) : answer_(std::move(answer)), between_(std::move(between)) {}

  Estimate operator()(const at::Tensor& x, const NoiseLevel& level, EvaluationIndex evaluation) const {
    return answer_(x, level, evaluation);
  }
  /// Every rule passes the latents through it that it shows within a step, but for the step's first.
  [[nodiscard]] at::Tensor between(const at::Tensor& latent, EvaluationIndex next) const {
    return between_ ? between_(latent, next) : latent;
  }

 private:
  Answer answer_;
  Between between_;
};

/// An update rule: one step from a noise level to the next. Stateless; one object may serve many runs.
class Sampler {
 public:
  virtual ~Sampler() = default;

  /// The state before the first evaluation from unit noise [B, C, h, w].
  [[nodiscard]] virtual SamplerState start(const at::Tensor& unit_noise, const SigmaSchedule& schedule) const;

  /// Makes step `step` (all its evaluations) and returns the new state.
  [[nodiscard]] virtual SamplerState step(const SamplerState& state, StepIndex step, const SigmaSchedule& schedule,
                                          const Denoise& denoise, const NoiseSource& noise) const = 0;
};

/// The sampler that `schedule.sampler` names. `eta` is used by DDIM and TCD.
std::unique_ptr<Sampler> make_sampler(const SigmaSchedule& schedule, double eta);

}  // namespace tstitch
