#include "core/networks/vq_autoencoder.h"

#include <ATen/ops/argmin.h>
#include <ATen/ops/cdist.h>
#include <ATen/ops/embedding.h>

namespace tstitch {
namespace {

PictureCoderShape coder_shape(const VqConfig& config, std::int64_t picture_channels) {
  return {.picture_channels = picture_channels,
          .latent_channels = config.latent_channels,
          .channels = {config.block_out_channels.begin(), config.block_out_channels.end()},
          .level_attention = config.level_attention,
          .layers = config.layers_per_block,
          .norm_groups = config.norm_groups,
          .mid_attention = config.mid_attention};
}

}  // namespace

Codebook::Codebook(const WeightScope& at, std::int64_t codes, std::int64_t width)
    : codes_(at.take("weight", {codes, width}).to(at::kFloat)) {}

at::Tensor Codebook::operator()(const at::Tensor& z) const {
  const at::Tensor places = z.to(at::kFloat).movedim(1, -1);  // [B, h, w, width]
  const at::Tensor nearest = at::argmin(at::cdist(places.reshape({-1, z.size(1)}), codes_), 1);
  return at::embedding(codes_, nearest).view(places.sizes()).movedim(-1, 1).contiguous();
}

VqEncoder::VqEncoder(const WeightScope& at, const VqConfig& config)
    : type_(at.options().type),
      factor_(config.factor()),
      encoder_(at / "encoder", coder_shape(config, config.in_channels)),
      quant_conv_(at / "quant_conv", pointwise(config.latent_channels, config.code_width)) {}

at::Tensor VqEncoder::operator()(const at::Tensor& picture, const std::stop_token& stop) const {
  return quant_conv_(encoder_(picture.to(type_), stop)).to(at::kFloat).contiguous();
}

at::Tensor VqEncoder::encode_tiled(const at::Tensor& picture, const std::stop_token& stop, const Tiling& tiling) const {
  return encode_in_tiles(picture, factor_, tiling, [&](const at::Tensor& tile) { return (*this)(tile, stop); });
}

VqDecoder::VqDecoder(const WeightScope& at, const VqConfig& config)
    : type_(at.options().type),
      factor_(config.factor()),
      quantize_(at / "quantize" / "embedding", config.codes, config.code_width),
      post_quant_conv_(at / "post_quant_conv", pointwise(config.code_width, config.latent_channels)),
      decoder_(at / "decoder", coder_shape(config, config.out_channels)) {}

at::Tensor VqDecoder::operator()(const at::Tensor& z, const std::stop_token& stop) const {
  return decoder_(post_quant_conv_(quantize_(z).to(type_)), stop).to(at::kFloat).contiguous();
}

at::Tensor VqDecoder::decode_tiled(const at::Tensor& z, const std::stop_token& stop, const Tiling& tiling) const {
  return decode_in_tiles(z, factor_, tiling, [&](const at::Tensor& tile) { return (*this)(tile, stop); });
}

}  // namespace tstitch
