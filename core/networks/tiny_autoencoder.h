#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <variant>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/configs/model_config.h"
#include "core/nn/conv2d.h"
#include "core/weights/weight_scope.h"

namespace tstitch {

/// Three convolutions with a shortcut, relu between and after.
class TinyBlock {
 public:
  TinyBlock(const WeightScope& at, std::int64_t channels);

  /// [B, channels, h, w] -> the same shape.
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  Conv2d first_, second_, third_;
};

/// AutoencoderTiny's encoder (TAESD): pictures to latents that are already scaled.
class TinyEncoder {
 public:
  TinyEncoder(const WeightScope& at, const TinyVaeConfig& config);

  /// `picture` [B, 3, H, W] in -1..1 -> [B, latent_channels, H/8, W/8] fp32 (8 for the published configuration).
  at::Tensor operator()(const at::Tensor& picture, const std::stop_token& stop) const;

 private:
  at::ScalarType type_;
  std::vector<std::variant<Conv2d, TinyBlock>> layers_;
};

/// AutoencoderTiny's decoder (TAESD): for previews at any step and for cheap decoding.
class TinyDecoder {
 public:
  TinyDecoder(const WeightScope& at, const TinyVaeConfig& config);

  /// `latent` [B, latent_channels, h, w] as the sampler has it: scaled, whatever the full decoder's scaling is.
  /// -> [B, 3, 8h, 8w] fp32, around -1..1.
  at::Tensor operator()(const at::Tensor& latent, const std::stop_token& stop) const;

 private:
  struct Relu {};
  struct Grow {};  ///< nearest neighbour by the configured factor

  at::ScalarType type_;
  std::int64_t growth_;
  std::vector<std::variant<Conv2d, TinyBlock, Relu, Grow>> layers_;
};

}  // namespace tstitch
