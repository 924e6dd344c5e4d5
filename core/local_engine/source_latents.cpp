#include "core/local_engine/source_latents.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/upsample_nearest2d.h>

#include "core/base/text.h"
#include "core/device/crossing.h"
#include "core/local_engine/residency.h"
#include "core/networks/tensor_image.h"

namespace tstitch {

namespace {

enum class Cut { Whole, Tiles };

template <class Encoder>
at::Tensor encoded(const Encoder& encoder, const at::Tensor& picture, const LoadOptions& load, Cut cut) {
  return cut == Cut::Tiles ? encoder.encode_tiled(picture, load.stop) : encoder(picture, load.stop);
}

/// Neither shifted nor scaled.
at::Tensor encoded(const ResolvedRun& run, const at::Tensor& picture, Workshop& workshop, const LoadOptions& load,
                   Cut cut) {
  const at::Tensor placed = to_device(picture, load.device, Crossing::Start);
  if (const auto* kl = std::get_if<VaeConfig>(&run.vae.config)) {
    return encoded(*workshop.store.kl_encoder(run.vae, autoencoder_options(*kl, load)), placed, load, cut);
  }
  if (std::holds_alternative<VqConfig>(run.vae.config)) {
    return encoded(*workshop.store.vq_encoder(run.vae, load), placed, load, cut);
  }
  return (*workshop.store.tiny_encoder(run.vae, load))(placed, load.stop);
}

at::Tensor encoded_tensor(const ResolvedRun& run, const at::Tensor& picture, Workshop& workshop,
                          const LoadOptions& load, Cut cut) {
  const LatentSpace space = run.latent_space();
  return (to_host(encoded(run, picture, workshop, load, cut), Crossing::Start) - space.shift) * space.scale;
}

Cut cut_for(const ResolvedRun& run, std::int64_t available_memory) {
  return encodes_in_tiles(run, available_memory) ? Cut::Tiles : Cut::Whole;
}

/// What decides about a picture's latents besides the picture.
std::string key_of(const ResolvedRun& run, const char* what, const LoadOptions& load, Cut cut) {
  const Extent& extent = run.request.extent;
  const FileStamp mask = run.source->mask ? run.source->mask_file : FileStamp{};
  return concat(what, '\x1f', text_of(run.source->picture_file), '\x1f', text_of(mask), '\x1f', run.vae.stamp, '\x1f',
                extent.width, 'x', extent.height, '\x1f', at::toString(load.type), '\x1f', load.device.str(), '\x1f',
                static_cast<int>(cut));
}

/// What `make` makes, once for all runs with that key.
template <class Make>
at::Tensor kept_latents(const std::string& key, Workshop& workshop, const Make& make) {
  constexpr std::size_t kMostKept = 16;  // of 1024x1024 pixels 256 KB each
  const auto known = workshop.source_latents.find(key);
  if (known != workshop.source_latents.end()) return known->second;
  if (workshop.source_latents.size() >= kMostKept) workshop.source_latents.clear();
  return workshop.source_latents[key] = make();
}

bool inpaints(const ResolvedRun& run, const DenoiserName& denoiser) {
  const auto* unet = std::get_if<UnetConfig>(&run.models.at(denoiser).network);
  return unet != nullptr && unet->inpaints();
}

}  // namespace

LoadOptions autoencoder_options(const VaeConfig& config, const LoadOptions& load) {
  LoadOptions options = load;
  if (config.force_upcast && load.type == at::kHalf) options.type = at::kFloat;
  return options;
}

LoadOptions decoder_options(const VaeConfig& config, const LoadOptions& load) {
  LoadOptions options = load;
  if (config.force_upcast && load.type == at::kHalf) options.type = load.wide;
  return options;
}

at::Tensor encoded_picture(const ResolvedRun& run, const Image& picture, Workshop& workshop, const LoadOptions& load,
                           std::int64_t available_memory) {
  return encoded_tensor(run, to_tensor(picture), workshop, load, cut_for(run, available_memory));
}

RunSource run_source(const ResolvedRun& run, const at::Tensor& latents, Workshop& workshop, const LoadOptions& load,
                     std::int64_t available_memory) {
  const Cut cut = cut_for(run, available_memory);
  RunSource source;
  source.walk.latents = latents;
  if (!run.source) return source;
  const auto fitted = [&] { return fitted_source(*run.source->picture, run.request.extent); };
  if (!latents.defined()) {
    source.walk.latents = kept_latents(key_of(run, "whole", load, cut), workshop,
                                       [&] { return encoded_tensor(run, to_tensor(fitted()), workshop, load, cut); });
  }
  if (!run.source->mask) return source;
  const at::Tensor mask = fitted_mask(*run.source, run.request.extent);
  const std::vector<std::int64_t> shape = run.latent_shape();
  source.walk.mask = at::upsample_nearest2d(mask, {shape[1], shape[2]});
  for (const DenoiserName& name : run.trajectory.denoisers()) {
    if (inpaints(run, name)) source.walk.told.insert(name);
  }
  if (source.walk.told.empty()) return source;
  const at::Tensor masked = kept_latents(key_of(run, "masked", load, cut), workshop, [&] {
    return encoded_tensor(run, to_tensor(fitted()) * (1 - mask), workshop, load, cut);
  });
  source.inpainting = at::cat({source.walk.mask, masked}, 1);
  return source;
}

}  // namespace tstitch
