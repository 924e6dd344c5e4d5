#include "core/networks/autoencoder_kl.h"

namespace tstitch {
namespace {

/// `latent_channels` is twice the latent's in the encoder, which gives mean and log-variance.
PictureCoderShape coder_shape(const VaeConfig& config, std::int64_t picture_channels, std::int64_t latent_channels) {
  return {.picture_channels = picture_channels,
          .latent_channels = latent_channels,
          .channels = {config.block_out_channels.begin(), config.block_out_channels.end()},
          .layers = config.layers_per_block,
          .norm_groups = config.norm_groups,
          .mid_attention = config.mid_attention};
}

}  // namespace

KlEncoder::KlEncoder(const WeightScope& at, const VaeConfig& config)
    : type_(at.options().type),
      factor_(config.factor()),
      latent_channels_(config.latent_channels),
      encoder_(at / "encoder", coder_shape(config, config.in_channels, 2 * latent_channels_)) {
  if (config.quant_conv) quant_conv_.emplace(at / "quant_conv", pointwise(2 * latent_channels_, 2 * latent_channels_));
}

at::Tensor KlEncoder::operator()(const at::Tensor& picture, const std::stop_token& stop) const {
  at::Tensor h = encoder_(picture.to(type_), stop);
  if (quant_conv_) h = (*quant_conv_)(h);
  return h.narrow(1, 0, latent_channels_).to(at::kFloat).contiguous();
}

at::Tensor KlEncoder::encode_tiled(const at::Tensor& picture, const std::stop_token& stop, const Tiling& tiling) const {
  return encode_in_tiles(picture, factor_, tiling, [&](const at::Tensor& tile) { return (*this)(tile, stop); });
}

KlDecoder::KlDecoder(const WeightScope& at, const VaeConfig& config)
    : type_(at.options().type),
      factor_(config.factor()),
      decoder_(at / "decoder", coder_shape(config, config.out_channels, config.latent_channels)) {
  if (config.post_quant_conv) {
    post_quant_conv_.emplace(at / "post_quant_conv", pointwise(config.latent_channels, config.latent_channels));
  }
}

at::Tensor KlDecoder::operator()(const at::Tensor& z, const std::stop_token& stop) const {
  at::Tensor h = z.to(type_);
  if (post_quant_conv_) h = (*post_quant_conv_)(h);
  return decoder_(h, stop).to(at::kFloat).contiguous();
}

at::Tensor KlDecoder::decode_tiled(const at::Tensor& z, const std::stop_token& stop, const Tiling& tiling) const {
  return decode_in_tiles(z, factor_, tiling, [&](const at::Tensor& tile) { return (*this)(tile, stop); });
}

}  // namespace tstitch
