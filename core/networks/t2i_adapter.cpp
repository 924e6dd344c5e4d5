#include "core/networks/t2i_adapter.h"

#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/pixel_unshuffle.h>
#include <ATen/ops/relu.h>

#include "core/base/stop.h"

namespace tstitch {
namespace {

constexpr int kLightQuotient = 4;  ///< a light block is that many times narrower inside

Conv2dShape point(int in, int out) {
  return {.in = in, .out = out, .kernel = 1, .padding = 0};
}

/// Means of two by two, of what is there at an odd edge.
at::Tensor halved(const at::Tensor& x) {
  return at::avg_pool2d(x, /*kernel_size=*/2, /*stride=*/2, /*padding=*/0, /*ceil_mode=*/true);
}

}  // namespace

T2iAdapter::T2iAdapter(const WeightScope& at, const AdapterConfig& config) : config_(config), type_(at.options().type) {
  const WeightScope root = at / "adapter";
  if (config.kind != AdapterKind::Light) {
    conv_in_.emplace(root / "conv_in", Conv2dShape{.in = config.unshuffled_channels(), .out = config.channels.front()});
  }
  int index = 0;
  for (const AdapterBlock& shape : config.blocks()) add_block(root / "body" / index++, shape);
}

void T2iAdapter::add_block(const WeightScope& at, const AdapterBlock& shape) {
  const bool light = config_.kind == AdapterKind::Light;
  const int width = light ? shape.out / kLightQuotient : shape.out;
  const Conv2dShape second = light ? Conv2dShape{.in = width, .out = width} : point(width, width);
  Block block;
  block.halves = shape.halves;
  if (shape.in != width || light) block.in_conv.emplace(at / "in_conv", point(shape.in, width));
  for (int i = 0; i < config_.resnets; ++i) {
    const WeightScope resnet = at / "resnets" / i;
    block.resnets.push_back(
        {Conv2d(resnet / "block1", {.in = width, .out = width}), Conv2d(resnet / "block2", second)});
  }
  if (light) block.out_conv.emplace(at / "out_conv", point(width, shape.out));
  body_.push_back(std::move(block));
}

at::Tensor T2iAdapter::pass(const Block& block, at::Tensor x, const std::stop_token& stop) {
  if (block.halves) x = halved(x);
  if (block.in_conv) x = (*block.in_conv)(x);
  for (const Resnet& resnet : block.resnets) {
    stop_point(stop);
    x = resnet.block2(at::relu(resnet.block1(x))) + x;
  }
  return block.out_conv ? (*block.out_conv)(x) : x;
}

std::vector<at::Tensor> T2iAdapter::operator()(const at::Tensor& picture, const std::stop_token& stop) const {
  at::Tensor x = at::pixel_unshuffle(picture.to(type_), config_.unshuffle);
  if (conv_in_) x = (*conv_in_)(x);
  std::vector<at::Tensor> features;
  for (const Block& block : body_) {
    x = pass(block, std::move(x), stop);
    features.push_back(x);
  }
  return features;
}

}  // namespace tstitch
