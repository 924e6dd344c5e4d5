#include "core/local_engine/preview_maker.h"

#include <utility>

#include <ATen/ops/add.h>
#include <ATen/ops/div.h>
#include <ATen/ops/upsample_bilinear2d.h>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/device/crossing.h"
#include "core/device/host_copies.h"
#include "core/formats/sha256.h"
#include "core/local_engine/residency.h"
#include "core/local_engine/source_latents.h"
#include "core/networks/tensor_image.h"
#include "core/preview/linear_preview.h"
#include "core/preview/tiny_preview.h"
#include "core/system/cache_file.h"

namespace tstitch {

namespace {

using nlohmann::json;

std::filesystem::path preview_file(const ResolvedRun& run, const std::filesystem::path& cache) {
  constexpr std::size_t kEnough = 16;
  return cache / concat("linear-preview-", sha256_of(text_of(run.vae.files)).substr(0, kEnough), ".json");
}

std::optional<LinearPreview> kept_preview(const std::filesystem::path& file, int channels) {
  const json kept = read_cache_file(file);
  LinearPreview preview;
  try {
    kept.at("matrix").get_to(preview.matrix);
    kept.at("bias").get_to(preview.bias);
  } catch (const json::exception&) {
    return std::nullopt;
  }
  for (const auto& row : preview.matrix) {
    if (row.size() != static_cast<std::size_t>(channels)) return std::nullopt;
  }
  return preview;
}

LinearPreview fitted_preview(const ResolvedRun& run, Workshop& workshop, const LoadOptions& load) {
  LoadOptions plain = load;
  plain.device = at::kCPU;
  plain.type = at::kFloat;
  if (const auto* kl = std::get_if<VaeConfig>(&run.vae.config)) {
    return fit_linear_preview(*workshop.store.kl_encoder(run.vae, plain), *kl, load.stop);
  }
  const auto& vq = std::get<VqConfig>(run.vae.config);
  return fit_linear_preview(*workshop.store.vq_encoder(run.vae, plain), vq, load.stop);
}

LinearPreview linear_preview_of(const ResolvedRun& run, Workshop& workshop, const LoadOptions& load) {
  const auto* kl = std::get_if<VaeConfig>(&run.vae.config);
  if (const auto known = kl == nullptr ? std::nullopt : known_linear_preview(*kl)) return *known;
  const auto file = preview_file(run, workshop.options.cache);
  if (const auto kept = kept_preview(file, run.latent_space().channels)) return *kept;
  LinearPreview fitted = fitted_preview(run, workshop, load);
  write_cache_file(file, {{"matrix", fitted.matrix}, {"bias", fitted.bias}});
  return fitted;
}

template <class Decoder>
at::Tensor decoded(const Decoder& decoder, const at::Tensor& z, const LoadOptions& load, bool tiled) {
  return tiled ? decoder.decode_tiled(z, load.stop) : decoder(z, load.stop);
}

/// Scaled latents -> pixels, both on the device.
using LatentsToPixels = std::function<at::Tensor(const at::Tensor& latents)>;

LatentsToPixels loaded_decoder(const ResolvedRun& run, Workshop& workshop, const LoadOptions& load, bool tiled) {
  if (const auto* kl = std::get_if<VaeConfig>(&run.vae.config)) {
    const auto decoder = workshop.store.kl_decoder(run.vae, decoder_options(*kl, load));
    return [decoder, load, tiled, scale = kl->scaling_factor, shift = kl->shift_factor](const at::Tensor& latents) {
      return decoded(*decoder, at::add(at::div(latents, scale), shift), load, tiled);
    };
  }
  if (const auto* vq = std::get_if<VqConfig>(&run.vae.config)) {
    const auto decoder = workshop.store.vq_decoder(run.vae, load);
    return [decoder, load, tiled, scale = vq->scaling_factor](const at::Tensor& latents) {
      return decoded(*decoder, at::div(latents, scale), load, tiled);
    };
  }
  const auto decoder = workshop.store.tiny_decoder(run.vae, load);
  return [decoder, load](const at::Tensor& latents) { return (*decoder)(latents, load.stop); };
}

bool has_tiny_decoder(const ResolvedRun& run) {
  return std::holds_alternative<TinyVaeConfig>(run.vae.config);
}

void require_tiny(const ResolvedRun& run) {
  if (has_tiny_decoder(run)) return;
  throw UsageError("the tiny decoder needs an AutoencoderTiny.", "--decoder", "Give its folder with --vae.");
}

Image enlarged(const Image& image, const Extent& extent) {
  const at::Tensor large = at::upsample_bilinear2d(to_tensor(image), {extent.height, extent.width}, false);
  return to_image(large);
}

}  // namespace

PreviewKind possible_preview(PreviewKind wanted, const ResolvedRun& run) {
  return wanted == PreviewKind::Tiny && !has_tiny_decoder(run) ? PreviewKind::Linear : wanted;
}

PreviewMaker make_preview_maker(PreviewKind kind, const ResolvedRun& run, Workshop& workshop, const LoadOptions& load) {
  if (kind == PreviewKind::None) return {};
  if (kind == PreviewKind::Tiny) require_tiny(run);
  const auto copies = std::make_shared<HostCopies>(load.device);
  if (kind == PreviewKind::Linear && !has_tiny_decoder(run)) {
    return [copies, preview = linear_preview_of(run, workshop, load)](const at::Tensor& denoised) -> ComingPreview {
      return [preview, arrival = copies->start(denoised, Crossing::Preview)] {
        return std::make_shared<const Image>(preview(arrival()));
      };
    };
  }
  return [&run, &workshop, load, copies](const at::Tensor& denoised) -> ComingPreview {
    const at::Tensor placed = to_device(denoised, load.device, Crossing::Preview);
    const at::Tensor levels = preview_levels(loaded_decoder(run, workshop, load, false)(placed));
    return [arrival = copies->start(levels, Crossing::Preview)] {
      return std::make_shared<const Image>(image_of(arrival()));
    };
  };
}

LatentsToPicture picture_decoder(const ResolvedRun& run, Workshop& workshop, const LoadOptions& load,
                                 std::int64_t available_memory) {
  if (run.request.decoder == DecoderKind::Linear) {
    if (has_tiny_decoder(run)) {
      throw UsageError("the autoencoder is a tiny one, which has no linear preview.", "--decoder", "Choose tiny.");
    }
    return [preview = linear_preview_of(run, workshop, load), extent = run.request.extent](const at::Tensor& latents) {
      return enlarged(preview(latents), extent);
    };
  }
  if (run.request.decoder == DecoderKind::Tiny) require_tiny(run);
  return [decoder = loaded_decoder(run, workshop, load, needs_tiles(run, available_memory)), device = load.device](
             const at::Tensor& latents) { return to_image(decoder(to_device(latents, device, Crossing::Result))); };
}

}  // namespace tstitch
