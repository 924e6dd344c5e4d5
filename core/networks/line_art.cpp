#include "core/networks/line_art.h"

#include <array>

#include <ATen/TensorOperators.h>
#include <ATen/ops/conv_transpose2d.h>
#include <ATen/ops/instance_norm.h>
#include <ATen/ops/reflection_pad2d.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/sigmoid.h>

#include "core/base/check.h"
#include "core/base/stop.h"

namespace tstitch {
namespace {

constexpr int kBlocks = 3;
constexpr int kHalvings = 2;
constexpr double kNormEps = 1e-5;

/// Without padding of its own: the picture's edge is mirrored before.
Conv2dShape valid(std::int64_t in, std::int64_t out, std::int64_t kernel) {
  return {.in = in, .out = out, .kernel = kernel, .padding = 0};
}

at::Tensor mirrored(const at::Tensor& x, std::int64_t border) {
  return at::reflection_pad2d(x, std::array<std::int64_t, 4>{border, border, border, border});
}

/// Each channel of each picture at mean 0 and variance 1.
at::Tensor normed(const at::Tensor& x) {
  return at::instance_norm(x, {}, {}, {}, {}, /*use_input_stats=*/true, /*momentum=*/0.0, kNormEps,
                           /*cudnn_enabled=*/true);
}

at::Tensor grown(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  const std::array<std::int64_t, 2> two{2, 2};
  const std::array<std::int64_t, 2> one{1, 1};
  return at::conv_transpose2d(x, weight, bias, /*stride=*/two, /*padding=*/one, /*output_padding=*/one);
}

}  // namespace

LineArtNetwork::LineArtNetwork(const WeightScope& at, std::int64_t width)
    : type_(at.options().type),
      in_(at / "model0" / 1, valid(3, width, 7)),
      out_(at / "model4" / 1, valid(width, 1, 7)) {
  // The numbers in the names count norms and activations too: three entries a convolution.
  std::int64_t channels = width;
  for (int i = 0; i < kHalvings; ++i) {
    shrinking_.emplace_back(at / "model1" / (3 * i), Conv2dShape{.in = channels, .out = 2 * channels, .stride = 2});
    channels *= 2;
  }
  for (int i = 0; i < kBlocks; ++i) {
    const WeightScope block = at / "model2" / i / "conv_block";
    blocks_.push_back(
        {Conv2d(block / 1, valid(channels, channels, 3)), Conv2d(block / 5, valid(channels, channels, 3))});
  }
  for (int i = 0; i < kHalvings; ++i) {
    const WeightScope place = at / "model3" / (3 * i);
    growing_.push_back({place.take("weight", {channels, channels / 2, 3, 3}), place.take("bias", {channels / 2})});
    channels /= 2;
  }
}

at::Tensor LineArtNetwork::operator()(const at::Tensor& picture, const std::stop_token& stop) const {
  constexpr int kMultiple = 1 << kHalvings;
  TSTITCH_CHECK(picture.size(2) % kMultiple == 0 && picture.size(3) % kMultiple == 0, picture.size(3), "x",
                picture.size(2));
  at::Tensor h = at::relu(normed(in_(mirrored(picture.to(type_), 3))));
  for (const Conv2d& layer : shrinking_) {
    stop_point(stop);
    h = at::relu(normed(layer(h)));
  }
  for (const Block& block : blocks_) {
    stop_point(stop);
    const at::Tensor middle = at::relu(normed(block.first(mirrored(h, 1))));
    h = h + normed(block.second(mirrored(middle, 1)));
  }
  for (const Growth& layer : growing_) {
    stop_point(stop);
    h = at::relu(normed(grown(h, layer.weight, layer.bias)));
  }
  return at::sigmoid(out_(mirrored(h, 3))).to(at::kFloat).contiguous();
}

}  // namespace tstitch
