#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>

#include <ATen/core/Tensor.h>

#include "core/configs/model_config.h"
#include "core/networks/picture_coder.h"
#include "core/networks/tiling.h"
#include "core/nn/conv2d.h"
#include "core/weights/weight_scope.h"

namespace tstitch {

/// AutoencoderKL's `encoder` and `quant_conv`.
class KlEncoder {
 public:
  KlEncoder(const WeightScope& at, const VaeConfig& config);

  /// `picture` [B, 3, H, W] in -1..1, sides multiples of the factor -> the mean of the latent's distribution,
  /// [B, latent_channels, H/factor, W/factor] fp32, neither shifted nor scaled.
  at::Tensor operator()(const at::Tensor& picture, const std::stop_token& stop) const;

  /// The same in tiles, for pictures whose activations do not fit; see KlDecoder::decode_tiled.
  [[nodiscard]] at::Tensor encode_tiled(const at::Tensor& picture, const std::stop_token& stop,
                                        const Tiling& tiling = {}) const;

 private:
  at::ScalarType type_;
  std::int64_t factor_;
  std::int64_t latent_channels_;
  PictureEncoder encoder_;
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
  at::ScalarType type_;
  std::int64_t factor_;
  std::optional<Conv2d> post_quant_conv_;
  PictureDecoder decoder_;
};

}  // namespace tstitch
