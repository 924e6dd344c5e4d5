#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/nn/conv2d.h"
#include "core/weights/weight_scope.h"

namespace tstitch {

/// The generator of "Learning to generate line drawings that convey geometry and semantics" (Chan et al. 2022) with
/// three residual blocks: convolutions to a quarter of the resolution and back, each followed by instance
/// normalisation without weights. Names of sk_model.pth and sk_model2.pth.
class LineArtNetwork {
 public:
  /// `width`: channels at the full resolution.
  explicit LineArtNetwork(const WeightScope& at, std::int64_t width = 64);

  /// `picture` [B, 3, H, W], red, green, blue, 0..1, sides multiples of 4 and at least 8 -> [B, 1, H, W] fp32, 0..1,
  /// dark lines on white. Throws Interrupted between layers.
  at::Tensor operator()(const at::Tensor& picture, const std::stop_token& stop) const;

 private:
  struct Block {
    Conv2d first, second;
  };
  struct Growth {
    at::Tensor weight, bias;  ///< of a transposed convolution, [in, out, 3, 3] and [out]
  };

  at::ScalarType type_;
  Conv2d in_;
  std::vector<Conv2d> shrinking_;
  std::vector<Block> blocks_;
  std::vector<Growth> growing_;
  Conv2d out_;
};

}  // namespace tstitch
