#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "core/nn/prepacking.h"
#include "core/weights/weight_scope.h"

namespace tstitch::detail {

/// The terms that a layer adds to its own product (LoRA at run time); mostly none.
class LowRankTerms {
 public:
  /// Takes the terms of `weight` in the type in which the layer computes.
  LowRankTerms(const WeightScope& at, at::ScalarType type);

  /// `y` [..., out] of a linear layer, plus the terms' share for `x` [..., in].
  [[nodiscard]] at::Tensor linear(const at::Tensor& y, const at::Tensor& x) const;
  /// `y` [B, out, h', w'] of a convolution of that shape, plus the terms' share for `x` [B, in, h, w].
  [[nodiscard]] at::Tensor convolution(const at::Tensor& y, const at::Tensor& x, ConvolutionStride shape) const;

 private:
  std::vector<LowRankTerm> terms_;
};

}  // namespace tstitch::detail
