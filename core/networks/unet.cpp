#include "core/networks/unet.h"

#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/silu.h>

#include "core/base/check.h"
#include "core/base/stop.h"

namespace tstitch {
namespace {

std::int64_t time_width(const UnetConfig& config) {
  return std::int64_t{4} * config.down.front().channels;
}

UnetBlockSettings block_settings(const UnetConfig& config) {
  return {.time_width = time_width(config),
          .norm_groups = config.norm_groups,
          .norm_eps = config.norm_eps,
          .downsample_padding = config.downsample_padding,
          .mid_block_scale_factor = config.mid_block_scale_factor,
          .linear_projection = config.use_linear_projection,
          .attention = config.upcast_attention ? AttentionPrecision::Upcast : AttentionPrecision::Compute};
}

SinusoidOrder sinusoid_order(const UnetConfig& config) {
  return config.flip_sin_to_cos ? SinusoidOrder::CosFirst : SinusoidOrder::SinFirst;
}

std::optional<std::int64_t> condition_width(const UnetConfig& config) {
  if (!config.time_cond_proj_dim) return std::nullopt;
  return *config.time_cond_proj_dim;
}

}  // namespace

Unet::Unet(const WeightScope& at, const UnetConfig& config)
    : config_(config),
      type_(at.options().type),
      conv_in_(at / "conv_in", {.in = config.in_channels, .out = config.down.front().channels}),
      time_embedding_(at / "time_embedding", config.down.front().channels, time_width(config), condition_width(config)),
      conv_norm_out_(at / "conv_norm_out", config.norm_groups, config.up.back().channels, config.norm_eps),
      conv_out_(at / "conv_out", {.in = config.up.back().channels, .out = config.out_channels}) {
  if (config.addition == Addition::TextTime) {
    add_embedding_.emplace(at / "add_embedding", config.projection_class_embeddings_input_dim, time_width(config));
  }
  const UnetBlockSettings settings = block_settings(config);
  std::vector<std::int64_t> skip_channels{config.down.front().channels};
  build_down(at, settings, skip_channels);
  if (config.mid != UnetMidBlock::None) mid_block_.emplace(at / "mid_block", config, settings);
  build_up(at, settings, std::move(skip_channels));
}

void Unet::build_down(const WeightScope& at, const UnetBlockSettings& settings,
                      std::vector<std::int64_t>& skip_channels) {
  std::int64_t channels = config_.down.front().channels;
  for (std::size_t i = 0; i < config_.down.size(); ++i) {
    const UnetLevel& level = config_.down[i];
    const bool downsample = i + 1 < config_.down.size();
    down_blocks_.emplace_back(at / "down_blocks" / static_cast<int>(i), level, channels, downsample, settings);
    channels = level.channels;
    skip_channels.insert(skip_channels.end(), static_cast<std::size_t>(level.layers + (downsample ? 1 : 0)), channels);
  }
}

void Unet::build_up(const WeightScope& at, const UnetBlockSettings& settings, std::vector<std::int64_t> skip_channels) {
  std::int64_t channels = config_.down.back().channels;
  for (std::size_t i = 0; i < config_.up.size(); ++i) {
    const UnetLevel& level = config_.up[i];
    TSTITCH_CHECK(skip_channels.size() >= static_cast<std::size_t>(level.layers), "up block ", i);
    const std::vector<std::int64_t> own(skip_channels.rbegin(), skip_channels.rbegin() + level.layers);
    skip_channels.resize(skip_channels.size() - own.size());
    up_blocks_.emplace_back(at / "up_blocks" / static_cast<int>(i), level, channels, own, i + 1 < config_.up.size(),
                            settings);
    channels = level.channels;
  }
  TSTITCH_CHECK(skip_channels.empty(), skip_channels.size(), " skips left over");
}

at::Tensor Unet::text_time_embedding(const Extras& extras) const {
  TSTITCH_CHECK(extras.pooled.defined() && extras.time_ids.defined(), "text_time needs pooled text and time ids");
  const at::Tensor ids = sinusoidal_embedding(extras.time_ids.flatten(), config_.addition_time_embed_dim,
                                              sinusoid_order(config_), config_.freq_shift);
  const at::Tensor rows = ids.view({extras.time_ids.size(0), -1});  // [B, 6 * addition_time_embed_dim]
  return (*add_embedding_)(at::cat({extras.pooled.to(at::kFloat), rows}, 1));
}

at::Tensor Unet::time_embedding(const at::Tensor& timesteps, std::int64_t batch, const Extras& extras) const {
  const at::Tensor sinusoids = sinusoidal_embedding(timesteps.expand({batch}), config_.down.front().channels,
                                                    sinusoid_order(config_), config_.freq_shift);
  at::Tensor embedding = time_embedding_(sinusoids, extras.guidance_embedding);
  if (add_embedding_) embedding = embedding + text_time_embedding(extras);
  return embedding;
}

at::Tensor Unet::operator()(const at::Tensor& x, const at::Tensor& timesteps, const at::Tensor& context,
                            const Extras& extras, const std::stop_token& stop) const {
  // Each resnet would apply the same silu to the embedding first; once is enough.
  const UnetConditioning conditioning{at::silu(time_embedding(timesteps, x.size(0), extras)).to(type_),
                                      context.to(type_)};
  at::Tensor h = conv_in_(x.to(type_));
  std::vector<at::Tensor> skips{h};
  for (const UnetDownBlock& block : down_blocks_) h = block(std::move(h), conditioning, skips, stop);
  if (mid_block_) h = (*mid_block_)(h, conditioning, stop);
  for (const UnetUpBlock& block : up_blocks_) h = block(std::move(h), conditioning, skips, stop);
  stop_point(stop);
  h = conv_norm_out_(h);
  return conv_out_(at::silu_(h)).to(at::kFloat).contiguous();
}

}  // namespace tstitch
