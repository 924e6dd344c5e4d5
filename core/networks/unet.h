#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/formats/model_config.h"
#include "core/networks/timestep_embedding.h"
#include "core/networks/unet_blocks.h"
#include "core/nn/conv2d.h"
#include "core/nn/embedding.h"
#include "core/nn/group_norm.h"
#include "core/weights/weight_scope.h"

namespace tstitch {

/// diffusers' UNet2DConditionModel for the families of Stable Diffusion 1, 2 and XL and their distilled relatives.
class Unet {
 public:
  /// Takes every tensor of the checkpoint; the caller then asks the root for `require_complete`.
  Unet(const WeightScope& at, const UnetConfig& config);

  /// What some families are conditioned on besides time and text; undefined where a family has none.
  struct Extras {
    at::Tensor pooled;    ///< [B, pooled width] of the text encoder (text_time)
    at::Tensor time_ids;  ///< [B, 6]: original height, width, crop top, left, target height, width (text_time)
    at::Tensor guidance_embedding;  ///< [B, time_cond_proj_dim] (LCM); undefined does as if there were no cond_proj
  };

  /// `x` [B, in_channels, h, w] of any h and w, `timesteps` [B] (or [1] for all), `context` [B, tokens, width], any
  /// floating type. Returns the network's prediction, [B, out_channels, h, w] fp32. Throws Interrupted between layers.
  at::Tensor operator()(const at::Tensor& x, const at::Tensor& timesteps, const at::Tensor& context,
                        const Extras& extras, const std::stop_token& stop) const;

  [[nodiscard]] const UnetConfig& config() const { return config_; }

 private:
  void build_down(const WeightScope& at, const UnetBlockSettings& settings, std::vector<std::int64_t>& skip_channels);
  void build_up(const WeightScope& at, const UnetBlockSettings& settings, std::vector<std::int64_t> skip_channels);
  [[nodiscard]] at::Tensor time_embedding(const at::Tensor& timesteps, std::int64_t batch, const Extras& extras) const;
  [[nodiscard]] at::Tensor text_time_embedding(const Extras& extras) const;

  UnetConfig config_;
  at::ScalarType type_;
  Conv2d conv_in_;
  TimestepEmbedding time_embedding_;
  std::optional<TimestepEmbedding> add_embedding_;
  std::vector<UnetDownBlock> down_blocks_;
  std::optional<UnetMidStage> mid_block_;
  std::vector<UnetUpBlock> up_blocks_;
  GroupNorm conv_norm_out_;
  Conv2d conv_out_;
};

}  // namespace tstitch
