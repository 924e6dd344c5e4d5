#include "core/networks/picture_coder.h"

#include <array>
#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/constant_pad_nd.h>

#include "core/base/stop.h"

namespace tstitch {
namespace {

constexpr double kNormEps = 1e-6;

ResnetShape resnet_shape(std::int64_t in, std::int64_t out, std::int64_t norm_groups) {
  return {.in = in, .out = out, .norm_groups = norm_groups, .eps = kNormEps};
}

/// The part of an attention by its present name or, where the file has that one, by its older name.
WeightScope attention_part(const WeightScope& at, const char* older, const WeightScope& present) {
  return (at / older).has("weight") ? at / older : present;
}

bool has_attention(const PictureCoderShape& shape, std::size_t level) {
  return !shape.level_attention.empty() && shape.level_attention.at(level);
}

}  // namespace

PictureAttention::PictureAttention(const WeightScope& at, std::int64_t channels, std::int64_t norm_groups)
    : group_norm_(at / "group_norm", norm_groups, channels, kNormEps),
      to_q_(attention_part(at, "query", at / "to_q"), channels, channels),
      to_k_(attention_part(at, "key", at / "to_k"), channels, channels),
      to_v_(attention_part(at, "value", at / "to_v"), channels, channels),
      to_out_(attention_part(at, "proj_attn", at / "to_out" / 0), channels, channels),
      attention_{.fast_paths = at.options().fast_paths} {}

at::Tensor PictureAttention::operator()(const at::Tensor& x) const {
  const at::Tensor tokens = group_norm_(x).flatten(2).transpose(1, 2);  // [B, h*w, channels]
  const at::Tensor mixed = to_out_(attention(to_q_(tokens), to_k_(tokens), to_v_(tokens), attention_));
  return x + mixed.transpose(1, 2).unflatten(2, {x.size(2), x.size(3)});
}

PictureLevel::PictureLevel(const WeightScope& at, std::int64_t in, std::int64_t out, int layers, bool attention,
                           std::int64_t norm_groups) {
  for (int i = 0; i < layers; ++i) {
    resnets_.emplace_back(at / "resnets" / i, resnet_shape(i == 0 ? in : out, out, norm_groups));
    if (attention) attentions_.emplace_back(at / "attentions" / i, out, norm_groups);
  }
}

at::Tensor PictureLevel::operator()(at::Tensor x, const std::stop_token& stop) const {
  for (std::size_t i = 0; i < resnets_.size(); ++i) {
    stop_point(stop);
    x = resnets_[i](x);
    if (!attentions_.empty()) x = attentions_[i](x);
  }
  return x;
}

PictureMidBlock::PictureMidBlock(const WeightScope& at, const PictureCoderShape& shape)
    : first_(at / "resnets" / 0, resnet_shape(shape.channels.back(), shape.channels.back(), shape.norm_groups)),
      second_(at / "resnets" / 1, resnet_shape(shape.channels.back(), shape.channels.back(), shape.norm_groups)) {
  if (shape.mid_attention) attention_.emplace(at / "attentions" / 0, shape.channels.back(), shape.norm_groups);
}

at::Tensor PictureMidBlock::operator()(const at::Tensor& x, const std::stop_token& stop) const {
  stop_point(stop);
  at::Tensor h = first_(x);
  stop_point(stop);
  if (attention_) h = (*attention_)(h);
  stop_point(stop);
  return second_(h);
}

PictureEncoder::PictureEncoder(const WeightScope& at, const PictureCoderShape& shape)
    : conv_in_(at / "conv_in", {.in = shape.picture_channels, .out = shape.channels.front()}),
      mid_block_(at / "mid_block", shape),
      conv_norm_out_(at / "conv_norm_out", shape.norm_groups, shape.channels.back(), kNormEps),
      conv_out_(at / "conv_out", {.in = shape.channels.back(), .out = shape.latent_channels}) {
  std::int64_t channels = shape.channels.front();
  for (std::size_t i = 0; i < shape.channels.size(); ++i) {
    const WeightScope block = at / "down_blocks" / static_cast<int>(i);
    const std::int64_t out = shape.channels[i];
    Level level{{block, channels, out, shape.layers, has_attention(shape, i), shape.norm_groups}, std::nullopt};
    if (i + 1 < shape.channels.size()) {
      level.downsampler.emplace(block / "downsamplers" / 0 / "conv",
                                Conv2dShape{.in = out, .out = out, .stride = 2, .padding = 0});
    }
    levels_.push_back(std::move(level));
    channels = out;
  }
}

at::Tensor PictureEncoder::operator()(const at::Tensor& picture, const std::stop_token& stop) const {
  at::Tensor h = conv_in_(picture);
  for (const Level& level : levels_) {
    h = level.layers(std::move(h), stop);
    // One row and one column of zeros at the far sides only: where the encoder differs from the U-Net's way down.
    if (level.downsampler) h = (*level.downsampler)(at::constant_pad_nd(h, std::array<std::int64_t, 4>{0, 1, 0, 1}));
  }
  h = mid_block_(h, stop);
  return conv_out_(conv_norm_out_.then_silu(h));
}

PictureDecoder::PictureDecoder(const WeightScope& at, const PictureCoderShape& shape)
    : conv_in_(at / "conv_in", {.in = shape.latent_channels, .out = shape.channels.back()}),
      mid_block_(at / "mid_block", shape),
      conv_norm_out_(at / "conv_norm_out", shape.norm_groups, shape.channels.front(), kNormEps),
      conv_out_(at / "conv_out", {.in = shape.channels.front(), .out = shape.picture_channels}) {
  std::int64_t channels = shape.channels.back();
  const std::size_t count = shape.channels.size();
  for (std::size_t i = 0; i < count; ++i) {
    const WeightScope block = at / "up_blocks" / static_cast<int>(i);
    const std::size_t outer = count - 1 - i;
    const std::int64_t out = shape.channels[outer];
    Level level{{block, channels, out, shape.layers + 1, has_attention(shape, outer), shape.norm_groups}, std::nullopt};
    if (i + 1 < count) level.upsampler.emplace(block / "upsamplers" / 0, out);
    levels_.push_back(std::move(level));
    channels = out;
  }
}

at::Tensor PictureDecoder::operator()(const at::Tensor& z, const std::stop_token& stop) const {
  at::Tensor h = mid_block_(conv_in_(z), stop);
  for (const Level& level : levels_) {
    h = level.layers(std::move(h), stop);
    stop_point(stop);
    if (level.upsampler) h = (*level.upsampler)(h);
  }
  stop_point(stop);
  return conv_out_(conv_norm_out_.then_silu(h));
}

Conv2dShape pointwise(std::int64_t in, std::int64_t out) {
  return {.in = in, .out = out, .kernel = 1, .padding = 0};
}

}  // namespace tstitch
