#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <unordered_map>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/configs/model_config.h"
#include "core/networks/resnet_block.h"
#include "core/nn/attention.h"
#include "core/nn/conv2d.h"
#include "core/nn/linear.h"
#include "core/nn/norms.h"
#include "core/weights/weight_scope.h"

namespace tstitch {

/// What all blocks of a U-Net have in common.
struct UnetBlockSettings {
  std::int64_t time_width = 0;
  std::int64_t norm_groups = 32;
  double norm_eps = 1e-5;
  std::int64_t downsample_padding = 1;
  double mid_block_scale_factor = 1.0;
  bool linear_projection = false;
  AttentionPrecision attention = AttentionPrecision::Compute;
};

/// Keys and values that attentions made of a context, kept as long as they are asked with the same one: text does not
/// change along a run. Belongs to those who ask, not to the network; of one thread.
class ContextKeys {
 public:
  struct Pair {
    at::Tensor keys, values;  ///< [B, tokens, width]
  };

  using Make = std::function<Pair(const at::Tensor& context)>;

  /// Forgets everything where this is not the context of before.
  void enter(const at::Tensor& context);
  /// What `attention` makes of that context in its own type, made at the first time. `make` is kept as well.
  const Pair& of(const void* attention, const at::Tensor& context, const Make& make);
  /// The context has other numbers at its place: everything is made anew, each at its own.
  void renew();

 private:
  struct Made {
    Pair pair;
    Make make;
  };

  at::Tensor context_;
  std::unordered_map<const void*, Made> made_;
};

/// What a block's layers are conditioned on.
struct UnetConditioning {
  at::Tensor time;              ///< [B, time_width], after its silu
  at::Tensor context;           ///< [B, tokens, cross_attention_dim]
  ContextKeys* keys = nullptr;  ///< of that context; null: they are made at each evaluation
};

/// One transformer: attention among the tokens (context = own width) or towards the text.
class UnetAttention {
 public:
  UnetAttention(const WeightScope& at, std::int64_t width, std::int64_t context_width, AttentionOptions options);

  /// `x` [B, N, width] among its own tokens.
  [[nodiscard]] at::Tensor among(const at::Tensor& x) const;
  /// `x` [B, N, width] towards the context [B, M, context_width] -> [B, N, width].
  [[nodiscard]] at::Tensor towards(const at::Tensor& x, const UnetConditioning& conditioning) const;

 private:
  [[nodiscard]] ContextKeys::Pair keys_of(const at::Tensor& context) const;

  Linear to_q_, to_k_, to_v_, to_out_;
  AttentionOptions options_;
};

/// diffusers' BasicTransformerBlock: self-attention, attention to the text, GEGLU feed-forward of 4 x width.
class TransformerBlock {
 public:
  TransformerBlock(const WeightScope& at, std::int64_t width, std::int64_t context_width, AttentionOptions options);

  /// [B, N, width] -> the same shape.
  at::Tensor operator()(const at::Tensor& x, const UnetConditioning& conditioning) const;

 private:
  [[nodiscard]] at::Tensor feed_forward(const at::Tensor& x) const;

  LayerNorm norm1_;
  UnetAttention attn1_;
  LayerNorm norm2_;
  UnetAttention attn2_;
  LayerNorm norm3_;
  Linear ff_in_, ff_out_;
};

struct SpatialTransformerShape {
  std::int64_t channels = 0;
  std::int64_t heads = 0;
  std::int64_t context_width = 0;
  int layers = 1;
};

/// diffusers' Transformer2DModel: the picture's places as tokens, `layers` transformer blocks, and the shortcut.
class SpatialTransformer {
 public:
  SpatialTransformer(const WeightScope& at, const SpatialTransformerShape& shape, const UnetBlockSettings& settings);

  /// `x` [B, channels, h, w] -> the same shape.
  at::Tensor operator()(const at::Tensor& x, const UnetConditioning& conditioning, const std::stop_token& stop) const;

 private:
  GroupNorm norm_;
  Linear proj_in_;
  std::vector<TransformerBlock> transformer_blocks_;
  Linear proj_out_;
};

/// CrossAttnDownBlock2D and DownBlock2D.
class UnetDownBlock {
 public:
  UnetDownBlock(const WeightScope& at, const UnetLevel& level, std::int64_t in_channels, bool downsample,
                const UnetBlockSettings& settings);

  /// `x` [B, in_channels, h, w] -> [B, level.channels, h or ceil(h/2), ...]; every layer's result is appended to
  /// `skips`. `feature` of a T2I-Adapter, [B or 1, level.channels, ...], is added to the last layer's result where the
  /// block has attention, behind the downsampler where it has none, and the skip of that place has it, too (diffusers);
  /// undefined: nothing.
  at::Tensor operator()(at::Tensor x, const UnetConditioning& conditioning, const at::Tensor& feature,
                        std::vector<at::Tensor>& skips, const std::stop_token& stop) const;

 private:
  [[nodiscard]] at::Tensor layer(std::size_t index, const at::Tensor& x, const UnetConditioning& conditioning,
                                 const std::stop_token& stop) const;

  std::vector<ResnetBlock> resnets_;
  std::vector<SpatialTransformer> attentions_;  ///< one per resnet, or none
  std::optional<Conv2d> downsampler_;
};

/// UNetMidBlock2DCrossAttn (two resnets around a transformer) and UNetMidBlock2D as U-Nets use it (one resnet).
class UnetMidStage {
 public:
  UnetMidStage(const WeightScope& at, const UnetConfig& config, const UnetBlockSettings& settings);

  /// [B, channels, h, w] -> the same shape.
  at::Tensor operator()(const at::Tensor& x, const UnetConditioning& conditioning, const std::stop_token& stop) const;

 private:
  std::vector<ResnetBlock> resnets_;
  std::optional<SpatialTransformer> attention_;
};

/// CrossAttnUpBlock2D and UpBlock2D.
class UnetUpBlock {
 public:
  /// `skip_channels`: widths of the skips that this block takes, in the order in which it takes them.
  UnetUpBlock(const WeightScope& at, const UnetLevel& level, std::int64_t in_channels,
              const std::vector<std::int64_t>& skip_channels, bool upsample, const UnetBlockSettings& settings);

  /// Takes its skips from the end of `skips`; then, unless it is the last block, grows to the size of the next skip:
  /// twice its own, or one less where a stride did not divide the size on the way down.
  at::Tensor operator()(at::Tensor x, const UnetConditioning& conditioning, std::vector<at::Tensor>& skips,
                        const std::stop_token& stop) const;

 private:
  std::vector<ResnetBlock> resnets_;
  std::vector<SpatialTransformer> attentions_;  ///< one per resnet, or none
  std::optional<Upsample> upsampler_;
};

}  // namespace tstitch
