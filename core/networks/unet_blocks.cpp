#include "core/networks/unet_blocks.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/gelu.h>

#include "core/base/check.h"
#include "core/base/stop.h"
#include "core/device/device_kernels.h"
#include "core/nn/pieces.h"

namespace tstitch {
namespace {

constexpr double kTransformerNormEps = 1e-6;
constexpr std::int64_t kFeedForwardFactor = 4;

ResnetShape resnet_shape(std::int64_t in, std::int64_t out, const UnetBlockSettings& settings) {
  return {.in = in,
          .out = out,
          .time_width = settings.time_width,
          .norm_groups = settings.norm_groups,
          .eps = settings.norm_eps};
}

Linear projection(const WeightScope& at, std::int64_t channels, const UnetBlockSettings& settings) {
  if (settings.linear_projection) return {at, channels, channels};
  return Linear::from_pointwise_convolution(at, channels, channels);
}

std::vector<SpatialTransformer> level_attentions(const WeightScope& at, const UnetLevel& level,
                                                 const UnetBlockSettings& settings) {
  std::vector<SpatialTransformer> attentions;
  if (level.block == UnetBlock::Plain) return attentions;
  TSTITCH_CHECK(level.transformer_layers.size() == static_cast<std::size_t>(level.layers), at.path());
  for (int i = 0; i < level.layers; ++i) {
    const SpatialTransformerShape shape{level.channels, level.heads, level.cross_attention_dim,
                                        level.transformer_layers[static_cast<std::size_t>(i)]};
    attentions.emplace_back(at / "attentions" / i, shape, settings);
  }
  return attentions;
}

at::Tensor take_last(std::vector<at::Tensor>& skips) {
  TSTITCH_CHECK(!skips.empty());
  at::Tensor last = std::move(skips.back());
  skips.pop_back();
  return last;
}

}  // namespace

UnetAttention::UnetAttention(const WeightScope& at, std::int64_t width, std::int64_t context_width,
                             AttentionOptions options)
    : to_q_(at / "to_q", width, width, Bias::None),
      to_k_(at / "to_k", context_width, width, Bias::None),
      to_v_(at / "to_v", context_width, width, Bias::None),
      to_out_(at / "to_out" / 0, width, width),
      options_(options) {}

void ContextKeys::enter(const at::Tensor& context) {
  if (context_.is_same(context)) return;
  made_.clear();
  context_ = context;
}

const ContextKeys::Pair& ContextKeys::of(const void* attention, const at::Tensor& context, const Make& make) {
  const auto known = made_.find(attention);
  return (known != made_.end() ? known : made_.emplace(attention, Made{make(context), make}).first)->second.pair;
}

void ContextKeys::renew() {
  for (auto& [attention, made] : made_) {
    const Pair anew = made.make(context_.to(made.pair.keys.scalar_type()));
    made.pair.keys.copy_(anew.keys);
    made.pair.values.copy_(anew.values);
  }
}

ContextKeys::Pair UnetAttention::keys_of(const at::Tensor& context) const {
  return {to_k_(context), to_v_(context)};
}

at::Tensor UnetAttention::among(const at::Tensor& x) const {
  return to_out_(attention(to_q_(x), to_k_(x), to_v_(x), options_));
}

at::Tensor UnetAttention::towards(const at::Tensor& x, const UnetConditioning& conditioning) const {
  const auto make = [this](const at::Tensor& context) { return keys_of(context); };
  const ContextKeys::Pair pair = conditioning.keys != nullptr ? conditioning.keys->of(this, conditioning.context, make)
                                                              : make(conditioning.context);
  return to_out_(attention(to_q_(x), pair.keys, pair.values, options_));
}

TransformerBlock::TransformerBlock(const WeightScope& at, std::int64_t width, std::int64_t context_width,
                                   AttentionOptions options)
    : norm1_(at / "norm1", width),
      attn1_(at / "attn1", width, width, options),
      norm2_(at / "norm2", width),
      attn2_(at / "attn2", width, context_width, options),
      norm3_(at / "norm3", width),
      ff_in_(at / "ff" / "net" / 0 / "proj", width, 2 * kFeedForwardFactor * width),
      ff_out_(at / "ff" / "net" / 2, kFeedForwardFactor * width, width) {}

at::Tensor TransformerBlock::operator()(const at::Tensor& x, const UnetConditioning& conditioning) const {
  at::Tensor h = attn1_.among(norm1_(x)).add_(x);
  h = attn2_.towards(norm2_(h), conditioning).add_(h);
  return feed_forward(norm3_(h)).add_(h);
}

/// By rows, so that what is widest here is never whole where there are very many, and on a CPU stays in its cache.
at::Tensor TransformerBlock::feed_forward(const at::Tensor& x) const {
  constexpr std::int64_t kCachedFloats = std::int64_t{1} << 22U;
  constexpr std::int64_t kLeastRows = 512;  // fewer do not pay for reading the weights again
  const auto width = static_cast<double>(x.size(-1));
  return detail::by_rows(
      x, 3 * kFeedForwardFactor * width * width,
      [this](const at::Tensor& rows) {
        const at::Tensor both = ff_in_(rows);
        if (const auto gated = device_geglu(both)) return ff_out_(*gated);
        const std::vector<at::Tensor> value_and_gate = both.chunk(2, -1);
        return ff_out_(at::gelu(value_and_gate[1]).mul_(value_and_gate[0]));
      },
      x.is_cpu() ? std::max(kLeastRows, kCachedFloats / (2 * kFeedForwardFactor * x.size(-1))) : x.numel());
}

SpatialTransformer::SpatialTransformer(const WeightScope& at, const SpatialTransformerShape& shape,
                                       const UnetBlockSettings& settings)
    : norm_(at / "norm", settings.norm_groups, shape.channels, kTransformerNormEps),
      proj_in_(projection(at / "proj_in", shape.channels, settings)),
      proj_out_(projection(at / "proj_out", shape.channels, settings)) {
  const AttentionOptions options{
      .heads = shape.heads, .precision = settings.attention, .fast_paths = at.options().fast_paths};
  for (int i = 0; i < shape.layers; ++i) {
    transformer_blocks_.emplace_back(at / "transformer_blocks" / i, shape.channels, shape.context_width, options);
  }
}

at::Tensor SpatialTransformer::operator()(const at::Tensor& x, const UnetConditioning& conditioning,
                                          const std::stop_token& stop) const {
  at::Tensor tokens = proj_in_(norm_(x).flatten(2).transpose(1, 2));  // [B, h*w, channels]
  for (const TransformerBlock& block : transformer_blocks_) {
    stop_point(stop);
    tokens = block(tokens, conditioning);
  }
  return x + proj_out_(tokens).transpose(1, 2).unflatten(2, {x.size(2), x.size(3)});
}

UnetDownBlock::UnetDownBlock(const WeightScope& at, const UnetLevel& level, std::int64_t in_channels, bool downsample,
                             const UnetBlockSettings& settings)
    : attentions_(level_attentions(at, level, settings)) {
  for (int i = 0; i < level.layers; ++i) {
    resnets_.emplace_back(at / "resnets" / i,
                          resnet_shape(i == 0 ? in_channels : level.channels, level.channels, settings));
  }
  if (!downsample) return;
  downsampler_.emplace(
      at / "downsamplers" / 0 / "conv",
      Conv2dShape{.in = level.channels, .out = level.channels, .stride = 2, .padding = settings.downsample_padding});
}

at::Tensor UnetDownBlock::layer(std::size_t index, const at::Tensor& x, const UnetConditioning& conditioning,
                                const std::stop_token& stop) const {
  stop_point(stop);
  const at::Tensor h = resnets_[index](x, conditioning.time);
  return attentions_.empty() ? h : attentions_[index](h, conditioning, stop);
}

at::Tensor UnetDownBlock::operator()(at::Tensor x, const UnetConditioning& conditioning, const at::Tensor& feature,
                                     std::vector<at::Tensor>& skips, const std::stop_token& stop) const {
  const bool before_downsampler = !attentions_.empty() || !downsampler_;
  const auto with_feature = [&](at::Tensor h) {
    return feature.defined() ? h + feature.to(h.scalar_type()) : std::move(h);
  };
  for (std::size_t i = 0; i < resnets_.size(); ++i) {
    x = layer(i, x, conditioning, stop);
    if (before_downsampler && i + 1 == resnets_.size()) x = with_feature(std::move(x));
    skips.push_back(x);
  }
  if (!downsampler_) return x;
  x = (*downsampler_)(x);
  if (!before_downsampler) x = with_feature(std::move(x));
  skips.push_back(x);
  return x;
}

UnetMidStage::UnetMidStage(const WeightScope& at, const UnetConfig& config, const UnetBlockSettings& settings) {
  const std::int64_t channels = config.down.back().channels;
  ResnetShape shape = resnet_shape(channels, channels, settings);
  shape.output_scale_factor = settings.mid_block_scale_factor;
  resnets_.emplace_back(at / "resnets" / 0, shape);
  if (config.mid != UnetMidBlock::CrossAttention) return;
  attention_.emplace(at / "attentions" / 0,
                     SpatialTransformerShape{channels, config.mid_heads, config.mid_cross_attention_dim,
                                             config.mid_transformer_layers},
                     settings);
  resnets_.emplace_back(at / "resnets" / 1, shape);
}

at::Tensor UnetMidStage::operator()(const at::Tensor& x, const UnetConditioning& conditioning,
                                    const std::stop_token& stop) const {
  stop_point(stop);
  at::Tensor h = resnets_.front()(x, conditioning.time);
  if (!attention_) return h;
  h = (*attention_)(h, conditioning, stop);
  stop_point(stop);
  return resnets_.back()(h, conditioning.time);
}

UnetUpBlock::UnetUpBlock(const WeightScope& at, const UnetLevel& level, std::int64_t in_channels,
                         const std::vector<std::int64_t>& skip_channels, bool upsample,
                         const UnetBlockSettings& settings)
    : attentions_(level_attentions(at, level, settings)) {
  for (int i = 0; i < level.layers; ++i) {
    const std::int64_t in = (i == 0 ? in_channels : level.channels) + skip_channels.at(static_cast<std::size_t>(i));
    resnets_.emplace_back(at / "resnets" / i, resnet_shape(in, level.channels, settings));
  }
  if (upsample) upsampler_.emplace(at / "upsamplers" / 0, level.channels);
}

at::Tensor UnetUpBlock::operator()(at::Tensor x, const UnetConditioning& conditioning, std::vector<at::Tensor>& skips,
                                   const std::stop_token& stop) const {
  for (std::size_t i = 0; i < resnets_.size(); ++i) {
    stop_point(stop);
    x = resnets_[i](at::cat({x, take_last(skips)}, 1), conditioning.time);
    if (!attentions_.empty()) x = attentions_[i](x, conditioning, stop);
  }
  if (!upsampler_) return x;
  TSTITCH_CHECK(!skips.empty());
  return (*upsampler_)(x, skips.back().size(2), skips.back().size(3));
}

}  // namespace tstitch
