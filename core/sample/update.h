#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "core/sample/sampler.h"

namespace tstitch {

/// What the update rules share. Coefficients are doubles; tensors stay fp32.

/// The level of the evaluation that comes next.
const NoiseLevel& asked_level(const SamplerState& state, const SigmaSchedule& schedule);

/// alphas_cumprod of the level after step `step`, which is not the last.
double next_alpha_cumprod(StepIndex step, const SigmaSchedule& schedule, const NoiseSchedule& table);

/// The successor of `state`: another latent, `evaluations` more evaluations made, the history kept.
SamplerState advanced(const SamplerState& state, at::Tensor latent, int evaluations = 1);

/// Appends a memory and forgets the oldest beyond `limit`.
std::vector<Memory> remembering(std::vector<Memory> history, Memory memory, std::size_t limit);

/// The denoised estimate for a latent in Euler's state x0 + sigma*noise.
at::Tensor denoise_exploding(const at::Tensor& latent, const NoiseLevel& level, EvaluationIndex evaluation,
                             const Denoise& denoise);

/// (latent - denoised) / sigma: the slope of Euler's state over sigma (Karras et al. 2022, equation 3).
at::Tensor slope(const at::Tensor& latent, const at::Tensor& denoised, Sigma sigma);

/// The noise in a variance-preserving latent: (x - signal*x0) / noise.
at::Tensor predicted_noise(const at::Tensor& x, const at::Tensor& denoised, const NoiseLevel& level);

/// Clamped to the config's range when it clips, else as it is.
at::Tensor clipped(const at::Tensor& denoised, const SchedulerConfig& config);

/// log(signal / noise), half the log-SNR; infinite for a clean level.
double lambda(const NoiseLevel& level);

}  // namespace tstitch
