#pragma once

#include <array>
#include <stop_token>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/nn/conv2d.h"
#include "core/weights/weight_scope.h"

namespace tstitch {

/// Holistically-nested edge detection (Xie and Tu 2015) as ControlNet's authors retrained it: VGG-16's convolutions in
/// five blocks of halving resolution, an edge map of each. Names of ControlNetHED.pth, with
/// and without `netNetwork` in front.
class SoftEdgeNetwork {
 public:
  static constexpr std::size_t kBlocks = 5;

  /// `widths` are the blocks' channels.
  explicit SoftEdgeNetwork(const WeightScope& at, const std::array<int, kBlocks>& widths = {64, 128, 256, 512, 512});

  /// `picture` [B, 3, H, W], red, green, blue, 0..255, sides at least 16 -> how far each pixel is on an edge, before
  /// the sigmoid, at each resolution: [B, 1, H/2^i, W/2^i] fp32. Throws Interrupted between layers.
  [[nodiscard]] std::array<at::Tensor, kBlocks> operator()(const at::Tensor& picture,
                                                           const std::stop_token& stop) const;

 private:
  struct Block {
    std::vector<Conv2d> convs;
    Conv2d projection;
  };

  at::Tensor mean_;  ///< [1, 3, 1, 1], subtracted from the picture
  std::vector<Block> blocks_;
};

}  // namespace tstitch
