#pragma once

#include <ATen/core/Tensor.h>

#include "core/schedule/noise_schedule.h"

namespace tstitch {

/// What a network of that prediction is given and what its output means, for a latent of the variance-preserving state
/// x = signal*x0 + noise*e (core/denoise/README.md). Pure arithmetic, fp32.

/// x as the network was trained to see it: unchanged, except for flow, which lives on (1-s)*x0 + s*e with
/// s = sigma/(1+sigma).
at::Tensor network_input(Prediction prediction, const at::Tensor& x, const NoiseLevel& level);

/// The denoised estimate as a weighted sum, x * of_x + output * of_output.
struct DenoisedWeights {
  double of_x = 0.0;
  double of_output = 1.0;
};
DenoisedWeights denoised_weights(Prediction prediction, const NoiseLevel& level);

/// The denoised estimate from x (not its network_input) and the network's output, both [B, C, h, w]. Infinite where
/// noise prediction meets a level without signal.
at::Tensor denoised_from(Prediction prediction, const at::Tensor& x, const at::Tensor& output, const NoiseLevel& level);

}  // namespace tstitch
