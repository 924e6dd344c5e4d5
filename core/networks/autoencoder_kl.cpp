#include "core/networks/autoencoder_kl.h"

#include <array>
#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/silu.h>

#include "core/base/stop.h"
#include "core/nn/attention.h"

namespace tstitch {
namespace {

constexpr double kNormEps = 1e-6;

ResnetShape resnet_shape(std::int64_t in, std::int64_t out, const VaeConfig& config) {
  return {.in = in, .out = out, .norm_groups = config.norm_groups, .eps = kNormEps};
}

std::vector<ResnetBlock> level_resnets(const WeightScope& at, std::int64_t in, std::int64_t out, int count,
                                       const VaeConfig& config) {
  std::vector<ResnetBlock> resnets;
  for (int i = 0; i < count; ++i)
    resnets.emplace_back(at / "resnets" / i, resnet_shape(i == 0 ? in : out, out, config));
  return resnets;
}

/// The part of an attention by its present name or, where the file has that one, by its older name.
WeightScope attention_part(const WeightScope& at, const char* older, const WeightScope& present) {
  return (at / older).has("weight") ? at / older : present;
}

Conv2dShape pointwise(std::int64_t channels) {
  return {.in = channels, .out = channels, .kernel = 1, .padding = 0};
}

}  // namespace

PictureAttention::PictureAttention(const WeightScope& at, std::int64_t channels, std::int64_t norm_groups)
    : group_norm_(at / "group_norm", norm_groups, channels, kNormEps),
      to_q_(attention_part(at, "query", at / "to_q"), channels, channels),
      to_k_(attention_part(at, "key", at / "to_k"), channels, channels),
      to_v_(attention_part(at, "value", at / "to_v"), channels, channels),
      to_out_(attention_part(at, "proj_attn", at / "to_out" / 0), channels, channels) {}

at::Tensor PictureAttention::operator()(const at::Tensor& x) const {
  const at::Tensor tokens = group_norm_(x).flatten(2).transpose(1, 2);  // [B, h*w, channels]
  const at::Tensor mixed = to_out_(attention(to_q_(tokens), to_k_(tokens), to_v_(tokens), {.heads = 1}));
  return x + mixed.transpose(1, 2).unflatten(2, {x.size(2), x.size(3)});
}

KlMidBlock::KlMidBlock(const WeightScope& at, const VaeConfig& config)
    : first_(at / "resnets" / 0,
             resnet_shape(config.block_out_channels.back(), config.block_out_channels.back(), config)),
      second_(at / "resnets" / 1,
              resnet_shape(config.block_out_channels.back(), config.block_out_channels.back(), config)) {
  if (config.mid_attention) {
    attention_.emplace(at / "attentions" / 0, config.block_out_channels.back(), config.norm_groups);
  }
}

at::Tensor KlMidBlock::operator()(const at::Tensor& x, const std::stop_token& stop) const {
  stop_point(stop);
  at::Tensor h = first_(x);
  stop_point(stop);
  if (attention_) h = (*attention_)(h);
  stop_point(stop);
  return second_(h);
}

KlEncoder::KlEncoder(const WeightScope& at, const VaeConfig& config)
    : type_(at.options().type),
      latent_channels_(config.latent_channels),
      conv_in_(at / "encoder" / "conv_in", {.in = config.in_channels, .out = config.block_out_channels.front()}),
      mid_block_(at / "encoder" / "mid_block", config),
      conv_norm_out_(at / "encoder" / "conv_norm_out", config.norm_groups, config.block_out_channels.back(), kNormEps),
      conv_out_(at / "encoder" / "conv_out",
                {.in = config.block_out_channels.back(), .out = std::int64_t{2} * config.latent_channels}) {
  std::int64_t channels = config.block_out_channels.front();
  for (std::size_t i = 0; i < config.block_out_channels.size(); ++i) {
    const WeightScope block = at / "encoder" / "down_blocks" / static_cast<int>(i);
    const std::int64_t out = config.block_out_channels[i];
    Level level{level_resnets(block, channels, out, config.layers_per_block, config), std::nullopt};
    if (i + 1 < config.block_out_channels.size()) {
      level.downsampler.emplace(block / "downsamplers" / 0 / "conv",
                                Conv2dShape{.in = out, .out = out, .stride = 2, .padding = 0});
    }
    levels_.push_back(std::move(level));
    channels = out;
  }
  if (config.quant_conv) quant_conv_.emplace(at / "quant_conv", pointwise(std::int64_t{2} * config.latent_channels));
}

at::Tensor KlEncoder::operator()(const at::Tensor& picture, const std::stop_token& stop) const {
  at::Tensor h = conv_in_(picture.to(type_));
  for (const Level& level : levels_) {
    for (const ResnetBlock& resnet : level.resnets) {
      stop_point(stop);
      h = resnet(h);
    }
    // One row and one column of zeros at the far sides only: where the encoder differs from the U-Net's way down.
    if (level.downsampler) h = (*level.downsampler)(at::constant_pad_nd(h, std::array<std::int64_t, 4>{0, 1, 0, 1}));
  }
  h = mid_block_(h, stop);
  h = conv_norm_out_(h);
  h = conv_out_(at::silu_(h));
  if (quant_conv_) h = (*quant_conv_)(h);
  return h.narrow(1, 0, latent_channels_).to(at::kFloat).contiguous();
}

KlDecoder::KlDecoder(const WeightScope& at, const VaeConfig& config)
    : type_(at.options().type),
      factor_(config.factor()),
      conv_in_(at / "decoder" / "conv_in", {.in = config.latent_channels, .out = config.block_out_channels.back()}),
      mid_block_(at / "decoder" / "mid_block", config),
      conv_norm_out_(at / "decoder" / "conv_norm_out", config.norm_groups, config.block_out_channels.front(), kNormEps),
      conv_out_(at / "decoder" / "conv_out", {.in = config.block_out_channels.front(), .out = config.out_channels}) {
  if (config.post_quant_conv) post_quant_conv_.emplace(at / "post_quant_conv", pointwise(config.latent_channels));
  std::int64_t channels = config.block_out_channels.back();
  const std::size_t count = config.block_out_channels.size();
  for (std::size_t i = 0; i < count; ++i) {
    const WeightScope block = at / "decoder" / "up_blocks" / static_cast<int>(i);
    const std::int64_t out = config.block_out_channels[count - 1 - i];
    Level level{level_resnets(block, channels, out, config.layers_per_block + 1, config), std::nullopt};
    if (i + 1 < count) level.upsampler.emplace(block / "upsamplers" / 0, out);
    levels_.push_back(std::move(level));
    channels = out;
  }
}

at::Tensor KlDecoder::operator()(const at::Tensor& z, const std::stop_token& stop) const {
  at::Tensor h = z.to(type_);
  if (post_quant_conv_) h = (*post_quant_conv_)(h);
  h = mid_block_(conv_in_(h), stop);
  for (const Level& level : levels_) {
    for (const ResnetBlock& resnet : level.resnets) {
      stop_point(stop);
      h = resnet(h);
    }
    stop_point(stop);
    if (level.upsampler) h = (*level.upsampler)(h);
  }
  stop_point(stop);
  h = conv_norm_out_(h);
  return conv_out_(at::silu_(h)).to(at::kFloat).contiguous();
}

at::Tensor KlDecoder::decode_tiled(const at::Tensor& z, const std::stop_token& stop, const Tiling& tiling) const {
  return decode_in_tiles(z, factor_, tiling, [&](const at::Tensor& tile) { return (*this)(tile, stop); });
}

}  // namespace tstitch
