#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/configs/model_config.h"
#include "core/device/replayed_calls.h"
#include "core/networks/unet_blocks.h"
#include "core/networks/unet_encoder.h"
#include "core/nn/conv2d.h"
#include "core/nn/norms.h"
#include "core/weights/weight_scope.h"

namespace tstitch {

/// What control networks add to a U-Net: T2I-Adapters to the levels on its way down, outermost first, ControlNets to
/// its skips, in their order, when it is down, and both to what leaves its middle. Each [B or 1, channels, height and
/// width of what it is added to]; an undefined one adds nothing.
struct UnetResiduals {
  std::vector<at::Tensor> skips;  ///< as many as there are skips, or none
  at::Tensor middle;
  std::vector<at::Tensor> levels = {};  ///< at most as many as there are levels (UnetDownBlock)
};

/// diffusers' UNet2DConditionModel for the families of Stable Diffusion 1, 2 and XL and their distilled relatives.
class Unet {
 public:
  /// Takes every tensor of the checkpoint; the caller then asks the root for `require_complete`.
  Unet(const WeightScope& at, const UnetConfig& config);

  /// `x` [B, in_channels, h, w] of any h and w, `timesteps` [B] (or [1] for all), `context` [B, tokens, width], any
  /// floating type. Returns the network's prediction, [B, out_channels, h, w] fp32. Throws Interrupted between layers.
  at::Tensor operator()(const at::Tensor& x, const at::Tensor& timesteps, const at::Tensor& context,
                        const UnetExtras& extras, const UnetResiduals& residuals, const std::stop_token& stop) const;

  [[nodiscard]] const UnetConfig& config() const { return config_; }
  /// Recordings of its evaluations, which go before its weights.
  [[nodiscard]] ReplayedCalls& replays() const { return *replays_; }

 private:
  void build_up(const WeightScope& at);

  UnetConfig config_;
  at::ScalarType type_;
  UnetEncoder encoder_;
  std::vector<UnetUpBlock> up_blocks_;
  GroupNorm conv_norm_out_;
  Conv2d conv_out_;
  std::unique_ptr<ReplayedCalls> replays_ = std::make_unique<ReplayedCalls>();
};

}  // namespace tstitch
