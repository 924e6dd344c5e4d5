#pragma once

#include <cstdint>
#include <optional>

#include <ATen/core/Tensor.h>

#include "core/nn/conv2d.h"
#include "core/nn/linear.h"
#include "core/nn/norms.h"
#include "core/weights/weight_scope.h"

namespace tstitch {

struct ResnetShape {
  std::int64_t in = 0;
  std::int64_t out = 0;
  std::int64_t time_width = 0;  ///< 0: the block is not conditioned on the time (auto-encoders)
  std::int64_t norm_groups = 32;
  double eps = 1e-5;
  double output_scale_factor = 1.0;  ///< the sum of shortcut and residual is divided by it
};

/// diffusers' ResnetBlock2D: norm1, silu, conv1, + time, norm2, silu, conv2, + shortcut.
class ResnetBlock {
 public:
  ResnetBlock(const WeightScope& at, const ResnetShape& shape);

  /// `x` [B, in, h, w]; `time` [B, time_width] is the time embedding after its silu, undefined for blocks without time.
  /// Returns [B, out, h, w].
  at::Tensor operator()(const at::Tensor& x, const at::Tensor& time = {}) const;

 private:
  GroupNorm norm1_;
  Conv2d conv1_;
  std::optional<Linear> time_emb_proj_;
  GroupNorm norm2_;
  Conv2d conv2_;
  std::optional<Conv2d> conv_shortcut_;
  double output_scale_factor_;
};

/// diffusers' Upsample2D with a convolution: nearest neighbour, then `conv`.
class Upsample {
 public:
  Upsample(const WeightScope& at, std::int64_t channels);

  /// [B, channels, h, w] -> [B, channels, 2h, 2w].
  at::Tensor operator()(const at::Tensor& x) const;
  /// The same to a given size, for the up path of a picture that the strides do not divide.
  at::Tensor operator()(const at::Tensor& x, std::int64_t height, std::int64_t width) const;

 private:
  Conv2d conv_;
};

}  // namespace tstitch
