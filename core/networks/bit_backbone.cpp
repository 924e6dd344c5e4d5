#include "core/networks/bit_backbone.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/sqrt.h>
#include <ATen/ops/var_mean.h>

#include "core/base/stop.h"

namespace tstitch {
namespace {

constexpr double kWeightEps = 1e-8;
constexpr double kNormEps = 1e-5;

/// The zeros before and after a side of `size` so that a window fits ceil(size / stride) times.
std::array<std::int64_t, 2> padding_of(std::int64_t size, std::int64_t kernel, std::int64_t stride) {
  const std::int64_t count = (size + stride - 1) / stride;
  const std::int64_t zeros = std::max<std::int64_t>((count - 1) * stride + kernel - size, 0);
  return {zeros / 2, zeros - zeros / 2};
}

at::Tensor padded(const at::Tensor& x, std::int64_t kernel, std::int64_t stride) {
  const auto [left, right] = padding_of(x.size(3), kernel, stride);
  const auto [top, bottom] = padding_of(x.size(2), kernel, stride);
  if (left + right + top + bottom == 0) return x;
  return at::constant_pad_nd(x, std::array<std::int64_t, 4>{left, right, top, bottom});
}

at::Tensor standardized(const at::Tensor& weight) {
  if (weight.is_meta()) return weight;
  const at::Tensor rows = weight.to(at::kFloat).flatten(1);  // [out, in * k * k]
  const auto [variance, mean] = at::var_mean(rows, at::OptionalIntArrayRef(1), /*correction=*/0, /*keepdim=*/true);
  return ((rows - mean) / at::sqrt(variance + kWeightEps)).view(weight.sizes()).to(weight.scalar_type());
}

/// A quarter of the channels, rounded to a multiple of eight that is not smaller by a tenth and more.
std::int64_t bottleneck_width(std::int64_t channels) {
  constexpr std::int64_t kMultiple = 8;
  const double wanted = static_cast<double>(channels) / 4;
  const std::int64_t nearest = (channels / 4 + kMultiple / 2) / kMultiple * kMultiple;
  const std::int64_t width = std::max(kMultiple, nearest);
  return static_cast<double>(width) < 0.9 * wanted ? width + kMultiple : width;
}

}  // namespace

StandardizedConv2d::StandardizedConv2d(const WeightScope& at, const Shape& shape)
    : weight_(standardized(at.take("weight", {shape.out, shape.in, shape.kernel, shape.kernel}))),
      kernel_(shape.kernel),
      stride_(shape.stride) {}

at::Tensor StandardizedConv2d::operator()(const at::Tensor& x) const {
  return at::conv2d(padded(x, kernel_, stride_), weight_, {}, std::array<std::int64_t, 2>{stride_, stride_});
}

BitBlock::BitBlock(const WeightScope& at, const Shape& shape)
    : conv1_(at / "conv1", {.in = shape.in, .out = bottleneck_width(shape.out)}),
      norm1_(at / "norm1", shape.groups, bottleneck_width(shape.out), kNormEps),
      conv2_(
          at / "conv2",
          {.in = bottleneck_width(shape.out), .out = bottleneck_width(shape.out), .kernel = 3, .stride = shape.stride}),
      norm2_(at / "norm2", shape.groups, bottleneck_width(shape.out), kNormEps),
      conv3_(at / "conv3", {.in = bottleneck_width(shape.out), .out = shape.out}),
      norm3_(at / "norm3", shape.groups, shape.out, kNormEps) {
  if (!shape.projects_shortcut) return;
  const WeightScope downsample = at / "downsample";
  downsample_.emplace(
      Projection{StandardizedConv2d(downsample / "conv", {.in = shape.in, .out = shape.out, .stride = shape.stride}),
                 GroupNorm(downsample / "norm", shape.groups, shape.out, kNormEps)});
}

at::Tensor BitBlock::operator()(const at::Tensor& x) const {
  const at::Tensor shortcut = downsample_ ? downsample_->norm(downsample_->conv(x)) : x;
  at::Tensor h = at::relu(norm1_(conv1_(x)));
  h = at::relu(norm2_(conv2_(h)));
  return at::relu(norm3_(conv3_(h)) + shortcut);
}

BitBackbone::BitBackbone(const WeightScope& at, const BitConfig& config)
    : convolution_(at / "bit" / "embedder" / "convolution",
                   {.in = 3, .out = config.embedding_size, .kernel = 7, .stride = 2}),
      norm_(at / "bit" / "embedder" / "norm", config.norm_groups, config.embedding_size, kNormEps) {
  std::int64_t in = config.embedding_size;
  for (std::size_t stage = 0; stage < config.depths.size(); ++stage) {
    const WeightScope layers = at / "bit" / "encoder" / "stages" / static_cast<int>(stage) / "layers";
    std::vector<BitBlock> blocks;
    for (int i = 0; i < config.depths[stage]; ++i) {
      const bool first = i == 0;
      blocks.emplace_back(layers / i, BitBlock::Shape{.in = in,
                                                      .out = config.hidden_sizes[stage],
                                                      .stride = first && stage > 0 ? 2 : 1,
                                                      .groups = config.norm_groups,
                                                      .projects_shortcut = first});
      in = config.hidden_sizes[stage];
    }
    stages_.push_back(std::move(blocks));
  }
}

std::vector<at::Tensor> BitBackbone::operator()(const at::Tensor& picture, const std::stop_token& stop) const {
  at::Tensor h = at::relu(norm_(convolution_(picture)));
  // What is padded is not negative, so that zeros never are the largest.
  h = at::max_pool2d(padded(h, 3, 2), std::array<std::int64_t, 2>{3, 3}, std::array<std::int64_t, 2>{2, 2});
  std::vector<at::Tensor> features;
  for (const std::vector<BitBlock>& blocks : stages_) {
    for (const BitBlock& block : blocks) {
      stop_point(stop);
      h = block(h);
    }
    features.push_back(h);
  }
  return features;
}

}  // namespace tstitch
