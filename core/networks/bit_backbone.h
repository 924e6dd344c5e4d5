#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/configs/depth_config.h"
#include "core/nn/norms.h"
#include "core/weights/weight_scope.h"

namespace tstitch {

/// A convolution without bias whose weights are brought to mean 0 and variance 1 per output channel (Qiao et al. 2019),
/// once, when they are loaded. Zeros are added around the picture so that a side n becomes ceil(n / stride), the odd
/// one after it, as TensorFlow's SAME.
class StandardizedConv2d {
 public:
  struct Shape {
    std::int64_t in = 0;
    std::int64_t out = 0;
    std::int64_t kernel = 1;
    std::int64_t stride = 1;
  };

  StandardizedConv2d(const WeightScope& at, const Shape& shape);

  /// [B, in, h, w] -> [B, out, ceil(h / stride), ceil(w / stride)].
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  at::Tensor weight_;
  std::int64_t kernel_, stride_;
};

/// A bottleneck: pointwise, 3x3 and pointwise convolution, each normalised, and a shortcut.
class BitBlock {
 public:
  struct Shape {
    std::int64_t in = 0;
    std::int64_t out = 0;
    std::int64_t stride = 1;
    std::int64_t groups = 32;
    bool projects_shortcut = false;
  };

  BitBlock(const WeightScope& at, const Shape& shape);

  /// [B, in, h, w] -> [B, out, ceil(h / stride), ceil(w / stride)].
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  struct Projection {
    StandardizedConv2d conv;
    GroupNorm norm;
  };
  std::optional<Projection> downsample_;
  StandardizedConv2d conv1_;
  GroupNorm norm1_;
  StandardizedConv2d conv2_;
  GroupNorm norm2_;
  StandardizedConv2d conv3_;
  GroupNorm norm3_;
};

/// transformers' BitBackbone with bottleneck layers and SAME padding.
class BitBackbone {
 public:
  BitBackbone(const WeightScope& at, const BitConfig& config);

  /// `picture` [B, 3, H, W] -> what each stage makes of it, finest first: [B, hidden_sizes[i], H/4/2^i, W/4/2^i].
  /// Throws Interrupted between blocks.
  [[nodiscard]] std::vector<at::Tensor> operator()(const at::Tensor& picture, const std::stop_token& stop) const;

 private:
  StandardizedConv2d convolution_;
  GroupNorm norm_;
  std::vector<std::vector<BitBlock>> stages_;
};

}  // namespace tstitch
