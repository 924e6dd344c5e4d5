#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "core/weights/weight_scope.h"

namespace tstitch {

/// Layer normalisation over the last dimension. Takes `weight` [width] and `bias` [width]; statistics are fp32 in every
/// compute type.
class LayerNorm {
 public:
  LayerNorm(const WeightScope& at, std::int64_t width, double eps = 1e-5);

  /// [..., width] -> the same shape.
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  at::Tensor weight_;
  at::Tensor bias_;
  double eps_;
};

}  // namespace tstitch
