#pragma once

#include <ATen/core/Tensor.h>

namespace tstitch {

/// Classifier-free guidance is made of two passes only above 1; at and below it the conditional output stands alone, as
/// diffusers' `do_classifier_free_guidance` has it.
constexpr bool is_guided(double scale) {
  return scale > 1.0;
}

/// unconditional + scale * (conditional - unconditional) of network outputs (Ho and Salimans 2022, equation 6, with
/// scale = 1 + w).
at::Tensor guided(const at::Tensor& unconditional, const at::Tensor& conditional, double scale);

}  // namespace tstitch
