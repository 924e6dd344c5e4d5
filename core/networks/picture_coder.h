#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/networks/resnet_block.h"
#include "core/nn/attention.h"
#include "core/nn/conv2d.h"
#include "core/nn/linear.h"
#include "core/nn/norms.h"
#include "core/weights/weight_scope.h"

namespace tstitch {

/// Sizes of the convolutional halves that the autoencoders with KL and with vector quantisation have in common.
struct PictureCoderShape {
  std::int64_t picture_channels = 3;
  std::int64_t latent_channels = 4;     ///< that leave the encoder or enter the decoder
  std::vector<std::int64_t> channels;   ///< per level, outermost first; each level but the last halves the sides
  std::vector<bool> level_attention{};  ///< per level, outermost first: attention after each resnet; empty = none
  int layers = 1;                       ///< resnets per level of the encoder; the decoder has one more
  std::int64_t norm_groups = 32;
  bool mid_attention = true;
};

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
  AttentionOptions attention_;
};

/// One level of either half: resnets, where the level has them each followed by its attention.
class PictureLevel {
 public:
  PictureLevel(const WeightScope& at, std::int64_t in, std::int64_t out, int layers, bool attention,
               std::int64_t norm_groups);

  /// [B, in, h, w] -> [B, out, h, w].
  at::Tensor operator()(at::Tensor x, const std::stop_token& stop) const;

 private:
  std::vector<ResnetBlock> resnets_;
  std::vector<PictureAttention> attentions_;
};

/// The middle of both halves: resnet, attention (some autoencoders have none), resnet.
class PictureMidBlock {
 public:
  PictureMidBlock(const WeightScope& at, const PictureCoderShape& shape);

  /// [B, channels, h, w] -> the same shape.
  at::Tensor operator()(const at::Tensor& x, const std::stop_token& stop) const;

 private:
  ResnetBlock first_;
  std::optional<PictureAttention> attention_;
  ResnetBlock second_;
};

/// diffusers' Encoder: from the picture to what the quantisation layers take.
class PictureEncoder {
 public:
  PictureEncoder(const WeightScope& at, const PictureCoderShape& shape);

  /// `picture` [B, picture_channels, H, W], sides multiples of the factor -> [B, latent_channels, H/factor, W/factor],
  /// both of the compute type.
  at::Tensor operator()(const at::Tensor& picture, const std::stop_token& stop) const;

 private:
  struct Level {
    PictureLevel layers;
    std::optional<Conv2d> downsampler;
  };

  Conv2d conv_in_;
  std::vector<Level> levels_;
  PictureMidBlock mid_block_;
  GroupNorm conv_norm_out_;
  Conv2d conv_out_;
};

/// diffusers' Decoder: the way back.
class PictureDecoder {
 public:
  PictureDecoder(const WeightScope& at, const PictureCoderShape& shape);

  /// `z` [B, latent_channels, h, w] -> [B, picture_channels, h*factor, w*factor], both of the compute type.
  at::Tensor operator()(const at::Tensor& z, const std::stop_token& stop) const;

 private:
  struct Level {
    PictureLevel layers;
    std::optional<Upsample> upsampler;
  };

  Conv2d conv_in_;
  PictureMidBlock mid_block_;
  std::vector<Level> levels_;
  GroupNorm conv_norm_out_;
  Conv2d conv_out_;
};

/// The 1x1 convolution between a half and the latent (`quant_conv`, `post_quant_conv`).
Conv2dShape pointwise(std::int64_t in, std::int64_t out);

}  // namespace tstitch
