#pragma once

#include <cstdint>
#include <stop_token>

#include <ATen/core/Tensor.h>

#include "core/configs/vq_config.h"
#include "core/networks/picture_coder.h"
#include "core/networks/tiling.h"
#include "core/nn/conv2d.h"
#include "core/weights/weight_scope.h"

namespace tstitch {

/// The table of codes to which a latent is rounded (van den Oord et al. 2017).
class Codebook {
 public:
  Codebook(const WeightScope& at, std::int64_t codes, std::int64_t width);

  /// `z` [B, width, h, w] -> the nearest code at every place, the same shape, fp32.
  at::Tensor operator()(const at::Tensor& z) const;

 private:
  at::Tensor codes_;  ///< [codes, width] fp32: distances between neighbouring codes leave sixteen bits
};

/// VQModel's `encoder` and `quant_conv`.
class VqEncoder {
 public:
  VqEncoder(const WeightScope& at, const VqConfig& config);

  /// `picture` [B, 3, H, W] in -1..1, sides multiples of the factor -> the latent before it is rounded to codes, which
  /// is what diffusion works on: [B, code_width, H/factor, W/factor] fp32, not scaled.
  at::Tensor operator()(const at::Tensor& picture, const std::stop_token& stop) const;

  /// The same in tiles, as KlDecoder::decode_tiled.
  [[nodiscard]] at::Tensor encode_tiled(const at::Tensor& picture, const std::stop_token& stop,
                                        const Tiling& tiling = {}) const;

 private:
  at::ScalarType type_;
  std::int64_t factor_;
  PictureEncoder encoder_;
  Conv2d quant_conv_;
};

/// VQModel's `quantize`, `post_quant_conv` and `decoder`.
class VqDecoder {
 public:
  VqDecoder(const WeightScope& at, const VqConfig& config);

  /// `z` [B, code_width, h, w], unscaled (the caller divides by scaling_factor), is rounded to the codes and decoded:
  /// [B, 3, h*factor, w*factor] fp32, around -1..1.
  at::Tensor operator()(const at::Tensor& z, const std::stop_token& stop) const;

  /// The same in tiles, as KlDecoder::decode_tiled.
  [[nodiscard]] at::Tensor decode_tiled(const at::Tensor& z, const std::stop_token& stop,
                                        const Tiling& tiling = {}) const;

 private:
  at::ScalarType type_;
  std::int64_t factor_;
  Codebook quantize_;
  Conv2d post_quant_conv_;
  PictureDecoder decoder_;
};

}  // namespace tstitch
