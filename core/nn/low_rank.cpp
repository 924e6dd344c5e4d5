#include "core/nn/low_rank.h"

#include <array>
#include <cstdint>

#include <ATen/TensorOperators.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/linear.h>

namespace tstitch::detail {

LowRankTerms::LowRankTerms(const WeightScope& at, at::ScalarType type) : terms_(at.low_rank("weight")) {
  for (LowRankTerm& term : terms_) term = {term.down.to(type), term.up.to(type)};
}

at::Tensor LowRankTerms::linear(const at::Tensor& y, const at::Tensor& x) const {
  at::Tensor sum = y;
  for (const LowRankTerm& term : terms_) {
    // A 1x1 convolution between tokens keeps the sides of its kernel.
    sum = sum + at::linear(at::linear(x, term.down.flatten(1)), term.up);
  }
  return sum;
}

at::Tensor LowRankTerms::convolution(const at::Tensor& y, const at::Tensor& x, ConvolutionStride shape) const {
  const std::array<std::int64_t, 2> stride{shape.stride, shape.stride};
  const std::array<std::int64_t, 2> padding = shape.paddings();
  at::Tensor sum = y;
  for (const LowRankTerm& term : terms_) {
    const at::Tensor small = at::conv2d(x, term.down, {}, stride, padding);
    sum = sum + at::conv2d(small, term.up.unsqueeze(-1).unsqueeze(-1));
  }
  return sum;
}

}  // namespace tstitch::detail
