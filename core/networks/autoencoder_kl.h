#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/formats/model_config.h"
#include "core/networks/resnet_block.h"
#include "core/networks/tiling.h"
#include "core/nn/conv2d.h"
#include "core/nn/group_norm.h"
#include "core/nn/linear.h"
#include "core/weights/weight_scope.h"

namespace tstitch {

/// Self-attention over the places of a picture, one head. Reads both spellings of its tensors: `to_q, to_k, to_v,
/// to_out.0` and the older `query, key, value, proj_attn`.
class PictureAttention {
 public:
  PictureAttention(const WeightScope& at, std::int64_t channels, std::int64_t norm_groups);

  /// [B, channels, h, w] -> the same shape.
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  GroupNorm group_norm_;
  Linear to_q_, to_k_, to_v_, to_out_;
};

/// The middle of both halves: resnet, attention (some auto-encoders have none), resnet.
class KlMidBlock {
 public:
  KlMidBlock(const WeightScope& at, const VaeConfig& config);

  /// [B, channels, h, w] -> the same shape.
  at::Tensor operator()(const at::Tensor& x, const std::stop_token& stop) const;

 private:
  ResnetBlock first_;
  std::optional<PictureAttention> attention_;
  ResnetBlock second_;
};

/// AutoencoderKL's `encoder` and `quant_conv`.
class KlEncoder {
 public:
  KlEncoder(const WeightScope& at, const VaeConfig& config);

  /// `picture` [B, 3, H, W] in -1..1, sides multiples of the factor -> the mean of the latent's distribution,
  /// [B, latent_channels, H/factor, W/factor] fp32, neither shifted nor scaled.
  at::Tensor operator()(const at::Tensor& picture, const std::stop_token& stop) const;

 private:
  struct Level {
    std::vector<ResnetBlock> resnets;
    std::optional<Conv2d> downsampler;
  };

  at::ScalarType type_;
  std::int64_t latent_channels_;
  Conv2d conv_in_;
  std::vector<Level> levels_;
  KlMidBlock mid_block_;
  GroupNorm conv_norm_out_;
  Conv2d conv_out_;
  std::optional<Conv2d> quant_conv_;
};

/// AutoencoderKL's `post_quant_conv` and `decoder`.
class KlDecoder {
 public:
  KlDecoder(const WeightScope& at, const VaeConfig& config);

  /// `z` [B, latent_channels, h, w], unscaled (the caller divides by scaling_factor and adds shift_factor)
  /// -> [B, 3, h*factor, w*factor] fp32, around -1..1.
  at::Tensor operator()(const at::Tensor& z, const std::stop_token& stop) const;

  /// The same in tiles, for pictures whose activations do not fit: memory follows the tile, not the picture. Tone may
  /// differ slightly between tiles, since the middle attention and the norms see one tile only.
  [[nodiscard]] at::Tensor decode_tiled(const at::Tensor& z, const std::stop_token& stop,
                                        const Tiling& tiling = {}) const;

 private:
  struct Level {
    std::vector<ResnetBlock> resnets;
    std::optional<Upsample> upsampler;
  };

  at::ScalarType type_;
  std::int64_t factor_;
  std::optional<Conv2d> post_quant_conv_;
  Conv2d conv_in_;
  KlMidBlock mid_block_;
  std::vector<Level> levels_;
  GroupNorm conv_norm_out_;
  Conv2d conv_out_;
};

}  // namespace tstitch
