#pragma once

#include <utility>

#include <ATen/core/Tensor.h>

namespace tstitch {

/// A denoiser's answer at one noise level. Converts from and to the estimate of x0, which is all that most update rules
/// ask for.
struct Estimate {
  Estimate(at::Tensor x0, at::Tensor variance = {}) : denoised(std::move(x0)), variance_range(std::move(variance)) {}
  operator const at::Tensor&() const { return denoised; }

  at::Tensor denoised;  ///< [B, C, h, w] fp32
  /// [B, C, h, w] fp32: where the variance of a DDPM step lies between its least (-1) and its largest (1), Nichol and
  /// Dhariwal 2021, equation 15. Undefined where the network does not predict it.
  at::Tensor variance_range;
};

}  // namespace tstitch
