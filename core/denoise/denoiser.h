#pragma once

#include <optional>
#include <stop_token>

#include <ATen/core/Tensor.h>

#include "core/denoise/estimate.h"
#include "core/schedule/noise_schedule.h"

namespace tstitch {

/// What a denoiser is conditioned on, ready for the network. Batch 1 each. Networks that look classes up themselves
/// have labels and no context; those of latent diffusion have a context of one token (class_conditioning.h).
struct Conditioning {
  at::Tensor positive;           ///< [1, tokens, width]
  at::Tensor negative;           ///< [1, tokens, width]; undefined = no guidance needed
  at::Tensor positive_pooled;    ///< [1, pooled]; undefined where the family has none
  at::Tensor negative_pooled;    ///< [1, pooled]
  at::Tensor time_ids;           ///< [1, 6] (refiner: [1, 5]); undefined where the family has none
  at::Tensor negative_time_ids;  ///< of the negative half, where they differ; else undefined
  at::Tensor positive_label;     ///< [1] int64; undefined where there is a context
  at::Tensor negative_label;     ///< [1] int64, the null class; undefined = no guidance needed
};

/// Maps a noisy latent to the denoised estimate. Prediction type, preconditioning, the mapping from sigma to the own
/// timestep and guidance end here (core/denoise/README.md).
class Denoiser {
 public:
  virtual ~Denoiser() = default;

  /// `x`: [B, C, h, w] fp32 in the variance-preserving state x = level.signal*x0 + level.noise*e.
  /// Returns the (guided) estimate of x0, [B, C, h, w] fp32, and what else the network predicts. Throws Interrupted
  /// when `stop` is asked for.
  [[nodiscard]] virtual Estimate denoise(const at::Tensor& x, const NoiseLevel& level,
                                         const std::stop_token& stop) const = 0;
};

}  // namespace tstitch
