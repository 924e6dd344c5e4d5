#include "core/networks/unet_encoder.h"

#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/silu.h>

#include "core/base/check.h"
#include "core/nn/embedding.h"

namespace tstitch {
namespace {

std::int64_t time_width(const UnetConfig& config) {
  return std::int64_t{4} * config.down.front().channels;
}

SinusoidOrder sinusoid_order(const UnetConfig& config) {
  return config.flip_sin_to_cos ? SinusoidOrder::CosFirst : SinusoidOrder::SinFirst;
}

std::optional<std::int64_t> condition_width(const UnetConfig& config) {
  if (!config.time_cond_proj_dim) return std::nullopt;
  return *config.time_cond_proj_dim;
}

}  // namespace

UnetBlockSettings unet_block_settings(const UnetConfig& config) {
  return {.time_width = time_width(config),
          .norm_groups = config.norm_groups,
          .norm_eps = config.norm_eps,
          .downsample_padding = config.downsample_padding,
          .mid_block_scale_factor = config.mid_block_scale_factor,
          .linear_projection = config.use_linear_projection,
          .attention = config.upcast_attention ? AttentionPrecision::Upcast : AttentionPrecision::Compute};
}

UnetEncoder::UnetEncoder(const WeightScope& at, const UnetConfig& config)
    : config_(config),
      type_(at.options().type),
      conv_in_(at / "conv_in", {.in = config.in_channels, .out = config.down.front().channels}),
      time_embedding_(at / "time_embedding", config.down.front().channels, time_width(config),
                      condition_width(config)) {
  if (config.addition == Addition::TextTime) {
    add_embedding_.emplace(at / "add_embedding", config.projection_class_embeddings_input_dim, time_width(config));
  }
  const UnetBlockSettings settings = unet_block_settings(config);
  build_down(at, settings);
  if (config.mid != UnetMidBlock::None) mid_block_.emplace(at / "mid_block", config, settings);
}

void UnetEncoder::build_down(const WeightScope& at, const UnetBlockSettings& settings) {
  std::int64_t channels = config_.down.front().channels;
  skip_channels_.push_back(channels);
  for (std::size_t i = 0; i < config_.down.size(); ++i) {
    const UnetLevel& level = config_.down[i];
    const bool downsample = i + 1 < config_.down.size();
    down_blocks_.emplace_back(at / "down_blocks" / static_cast<int>(i), level, channels, downsample, settings);
    channels = level.channels;
    skip_channels_.insert(skip_channels_.end(), static_cast<std::size_t>(level.layers) + (downsample ? 1 : 0),
                          channels);
  }
}

at::Tensor UnetEncoder::text_time_embedding(const UnetExtras& extras) const {
  TSTITCH_CHECK(extras.pooled.defined() && extras.time_ids.defined(), "text_time needs pooled text and time ids");
  const at::Tensor ids = sinusoidal_embedding(extras.time_ids.flatten(), config_.addition_time_embed_dim,
                                              sinusoid_order(config_), config_.freq_shift);
  const at::Tensor rows = ids.view({extras.time_ids.size(0), -1});  // [B, 6 * addition_time_embed_dim]
  return (*add_embedding_)(at::cat({extras.pooled.to(at::kFloat), rows}, 1));
}

UnetConditioning UnetEncoder::conditioning(const at::Tensor& timesteps, const at::Tensor& context,
                                           const UnetExtras& extras, std::int64_t batch) const {
  const at::Tensor sinusoids = sinusoidal_embedding(timesteps.expand({batch}), config_.down.front().channels,
                                                    sinusoid_order(config_), config_.freq_shift);
  at::Tensor embedding = time_embedding_(sinusoids, extras.guidance_embedding);
  if (add_embedding_) embedding = embedding + text_time_embedding(extras);
  // Each resnet would apply the same silu to the embedding first; once is enough.
  if (extras.context_keys != nullptr) extras.context_keys->enter(context);
  return {at::silu(embedding).to(type_), context.to(type_), extras.context_keys};
}

UnetEncoder::Output UnetEncoder::operator()(const at::Tensor& x, const UnetConditioning& conditioning,
                                            const Additions& additions, const std::stop_token& stop) const {
  at::Tensor h = conv_in_(x);
  if (additions.hint.defined()) h = h + additions.hint;
  Output output;
  output.skips.push_back(h);
  TSTITCH_CHECK(additions.levels.size() <= down_blocks_.size(), additions.levels.size());
  for (std::size_t i = 0; i < down_blocks_.size(); ++i) {
    const at::Tensor feature = i < additions.levels.size() ? additions.levels[i] : at::Tensor();
    h = down_blocks_[i](std::move(h), conditioning, feature, output.skips, stop);
  }
  output.middle = mid_block_ ? (*mid_block_)(h, conditioning, stop) : h;
  return output;
}

}  // namespace tstitch
