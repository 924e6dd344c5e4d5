#pragma once

#include <optional>
#include <stop_token>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/configs/adapter_config.h"
#include "core/nn/conv2d.h"
#include "core/weights/weight_scope.h"

namespace tstitch {

/// diffusers' T2IAdapter (Mou et al. 2023): what a picture adds to the levels of a U-Net's way down. It sees nothing of
/// the run, so one call serves all of its evaluations.
class T2iAdapter {
 public:
  T2iAdapter(const WeightScope& at, const AdapterConfig& config);

  /// `picture` [1, picture_channels, H, W], 0..1, sides multiples of `unshuffle` -> one feature for each of the
  /// config's blocks, [1, out, H / stride, W / stride], halves rounded up; compute type. Throws Interrupted between
  /// layers.
  [[nodiscard]] std::vector<at::Tensor> operator()(const at::Tensor& picture, const std::stop_token& stop) const;

 private:
  struct Resnet {
    Conv2d block1, block2;
  };
  struct Block {
    bool halves = false;
    std::optional<Conv2d> in_conv;
    std::vector<Resnet> resnets;
    std::optional<Conv2d> out_conv;
  };

  void add_block(const WeightScope& at, const AdapterBlock& shape);
  static at::Tensor pass(const Block& block, at::Tensor x, const std::stop_token& stop);

  AdapterConfig config_;
  at::ScalarType type_;
  std::optional<Conv2d> conv_in_;  ///< full adapters'
  std::vector<Block> body_;
};

}  // namespace tstitch
