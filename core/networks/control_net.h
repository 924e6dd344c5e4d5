#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/configs/model_config.h"
#include "core/networks/unet.h"
#include "core/networks/unet_encoder.h"
#include "core/nn/conv2d.h"
#include "core/weights/weight_scope.h"

namespace tstitch {

/// diffusers' ControlNetModel (Zhang et al. 2023): a copy of a U-Net's way down that sees a hint picture and adds to
/// the U-Net's skips and middle.
class ControlNet {
 public:
  ControlNet(const WeightScope& at, const ControlNetConfig& config);

  /// The hint as the network sees it, once for all steps. `picture` [1, 3, H, W], RGB in 0..1, at the picture's size ->
  /// [1, channels of conv_in, H/8, W/8].
  [[nodiscard]] at::Tensor embedded_hint(const at::Tensor& picture, const std::stop_token& stop) const;

  /// Arguments as the U-Net's. What it adds at strength 1: one residual for each skip of a U-Net with its encoder's
  /// shape, and the middle's. Compute type. Throws Interrupted between layers.
  [[nodiscard]] UnetResiduals operator()(const at::Tensor& x, const at::Tensor& timesteps, const at::Tensor& context,
                                         const UnetExtras& extras, const at::Tensor& embedded_hint,
                                         const std::stop_token& stop) const;

  [[nodiscard]] const ControlNetConfig& config() const { return config_; }

 private:
  ControlNetConfig config_;
  at::ScalarType type_;
  UnetEncoder encoder_;
  std::vector<Conv2d> hint_convs_;
  std::vector<Conv2d> down_projections_;  ///< controlnet_down_blocks: 1x1, born as zeros
  Conv2d middle_projection_;
};

}  // namespace tstitch
