#include "core/networks/tiny_autoencoder.h"

#include <array>

#include <ATen/ops/relu.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/upsample_nearest2d.h>

#include "core/base/stop.h"

namespace tstitch {
namespace {

constexpr double kLatentLimit = 3.0;  // latents are squeezed into -3..3 by a tanh before they are decoded

Conv2dShape plain(std::int64_t in, std::int64_t out) {
  return {.in = in, .out = out};
}

}  // namespace

TinyBlock::TinyBlock(const WeightScope& at, std::int64_t channels)
    : first_(at / "conv" / 0, plain(channels, channels)),
      second_(at / "conv" / 2, plain(channels, channels)),
      third_(at / "conv" / 4, plain(channels, channels)) {}

at::Tensor TinyBlock::operator()(const at::Tensor& x) const {
  at::Tensor h = first_(x);
  h = second_(at::relu_(h));
  h = third_(at::relu_(h)).add_(x);
  return at::relu_(h);
}

// The numbers in the names are positions in one flat list, layers without weights included.
TinyEncoder::TinyEncoder(const WeightScope& at, const TinyVaeConfig& config) : type_(at.options().type) {
  const WeightScope layers = at / "encoder" / "layers";
  for (std::size_t stage = 0; stage < config.encoder_blocks.size(); ++stage) {
    const std::int64_t channels = config.encoder_channels[stage];
    const Conv2dShape down{.in = channels, .out = channels, .stride = 2, .bias = Bias::None};
    const Conv2dShape shape = stage == 0 ? plain(config.in_channels, channels) : down;
    layers_.emplace_back(Conv2d(layers / static_cast<int>(layers_.size()), shape));
    for (int i = 0; i < config.encoder_blocks[stage]; ++i) {
      layers_.emplace_back(TinyBlock(layers / static_cast<int>(layers_.size()), channels));
    }
  }
  layers_.emplace_back(
      Conv2d(layers / static_cast<int>(layers_.size()), plain(config.encoder_channels.back(), config.latent_channels)));
}

at::Tensor TinyEncoder::operator()(const at::Tensor& picture, const std::stop_token& stop) const {
  at::Tensor h = picture.to(type_).add(1).div(2);
  for (const auto& layer : layers_) {
    stop_point(stop);
    h = std::visit([&](const auto& apply) { return apply(h); }, layer);
  }
  return h.to(at::kFloat).contiguous();
}

TinyDecoder::TinyDecoder(const WeightScope& at, const TinyVaeConfig& config)
    : type_(at.options().type), growth_(config.upsampling_scaling_factor) {
  const WeightScope layers = at / "decoder" / "layers";
  layers_.emplace_back(Conv2d(layers / 0, plain(config.latent_channels, config.decoder_channels.front())));
  layers_.emplace_back(Relu{});
  for (std::size_t stage = 0; stage < config.decoder_blocks.size(); ++stage) {
    const bool last = stage + 1 == config.decoder_blocks.size();
    const std::int64_t channels = config.decoder_channels[stage];
    for (int i = 0; i < config.decoder_blocks[stage]; ++i) {
      layers_.emplace_back(TinyBlock(layers / static_cast<int>(layers_.size()), channels));
    }
    if (!last) layers_.emplace_back(Grow{});
    const Conv2dShape shape{
        .in = channels, .out = last ? config.out_channels : channels, .bias = last ? Bias::Learned : Bias::None};
    layers_.emplace_back(Conv2d(layers / static_cast<int>(layers_.size()), shape));
  }
}

at::Tensor TinyDecoder::operator()(const at::Tensor& latent, const std::stop_token& stop) const {
  struct Apply {
    const at::Tensor& x;
    std::int64_t growth;
    at::Tensor operator()(const Conv2d& conv) const { return conv(x); }
    at::Tensor operator()(const TinyBlock& block) const { return block(x); }
    at::Tensor operator()(const Relu&) const { return at::relu(x); }
    at::Tensor operator()(const Grow&) const {
      return at::upsample_nearest2d(x, std::array<std::int64_t, 2>{x.size(2) * growth, x.size(3) * growth});
    }
  };
  at::Tensor h = at::tanh(latent.to(type_).div(kLatentLimit)).mul(kLatentLimit);
  for (const auto& layer : layers_) {
    stop_point(stop);
    h = std::visit(Apply{h, growth_}, layer);
  }
  return h.mul(2).sub(1).to(at::kFloat).contiguous();
}

}  // namespace tstitch
