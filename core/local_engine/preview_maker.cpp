#include "core/local_engine/preview_maker.h"

#include <utility>

#include <ATen/ops/add.h>
#include <ATen/ops/div.h>
#include <ATen/ops/upsample_bilinear2d.h>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/local_engine/cache_file.h"
#include "core/local_engine/memory_need.h"
#include "core/networks/tensor_image.h"
#include "core/preview/linear_preview.h"
#include "core/preview/tiny_preview.h"

namespace tstitch {

namespace {

using nlohmann::json;

std::filesystem::path preview_file(const ResolvedRun& run, const std::filesystem::path& cache) {
  const std::string& fingerprint = run.vae.encoder_fingerprint;
  return cache / concat("linear-preview-", fingerprint.empty() ? "unknown" : fingerprint, ".json");
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

LinearPreview linear_preview_of(const ResolvedRun& run, const VaeConfig& config, Workshop& workshop,
                                const LoadOptions& load) {
  if (const auto known = known_linear_preview(config)) return *known;
  const auto file = preview_file(run, workshop.options.cache);
  if (const auto kept = kept_preview(file, config.latent_channels)) return *kept;
  LoadOptions plain = load;
  plain.device = at::kCPU;
  plain.type = at::kFloat;
  const LinearPreview fitted = fit_linear_preview(*workshop.store.kl_encoder(run.vae, plain), config, load.stop);
  write_cache_file(file, {{"matrix", fitted.matrix}, {"bias", fitted.bias}});
  return fitted;
}

/// fp16 overflows in decoders that say so; they are computed in fp32.
LoadOptions decoder_options(const VaeConfig& config, const LoadOptions& load) {
  LoadOptions options = load;
  if (config.force_upcast && load.type == at::kHalf) options.type = at::kFloat;
  return options;
}

at::Tensor full_decode(const ResolvedRun& run, const at::Tensor& latents, const VaeConfig& config, Workshop& workshop,
                       const LoadOptions& load, bool tiled) {
  const auto decoder = workshop.store.kl_decoder(run.vae, decoder_options(config, load));
  const at::Tensor z = at::add(at::div(latents, config.scaling_factor), config.shift_factor).to(load.device);
  return (tiled ? decoder->decode_tiled(z, load.stop) : (*decoder)(z, load.stop)).to(at::kCPU);
}

const VaeConfig* kl_config(const ResolvedRun& run) {
  return std::get_if<VaeConfig>(&run.vae.config);
}

const VaeConfig& require_kl(const ResolvedRun& run) {
  if (const VaeConfig* config = kl_config(run)) return *config;
  throw UsageError("the autoencoder is a tiny one, which has no linear preview.", "--decoder", "Choose tiny.");
}

void require_tiny(const ResolvedRun& run) {
  if (kl_config(run) == nullptr) return;
  throw UsageError("the tiny decoder needs an AutoencoderTiny.", "--decoder", "Give its folder with --vae.");
}

at::Tensor tiny_decode(const ResolvedRun& run, const at::Tensor& latents, Workshop& workshop, const LoadOptions& load) {
  return (*workshop.store.tiny_decoder(run.vae, load))(latents.to(load.device), load.stop).to(at::kCPU);
}

Image enlarged(const Image& image, const Extent& extent) {
  const at::Tensor large = at::upsample_bilinear2d(to_tensor(image), {extent.height, extent.width}, false);
  return to_image(large);
}

}  // namespace

PreviewMaker make_preview_maker(PreviewKind kind, const ResolvedRun& run, Workshop& workshop, const LoadOptions& load) {
  const VaeConfig* config = kl_config(run);
  if (kind == PreviewKind::None) return {};
  if (config == nullptr || kind == PreviewKind::Tiny) {
    require_tiny(run);
    return [&run, &workshop, load](const at::Tensor& denoised) {
      return std::make_shared<const Image>(to_preview_image(tiny_decode(run, denoised, workshop, load)));
    };
  }
  if (kind == PreviewKind::Full) {
    return [&run, &workshop, load, config](const at::Tensor& denoised) {
      return std::make_shared<const Image>(
          to_preview_image(full_decode(run, denoised, *config, workshop, load, false)));
    };
  }
  return [preview = linear_preview_of(run, *config, workshop, load)](const at::Tensor& denoised) {
    return std::make_shared<const Image>(preview(denoised));
  };
}

Image decoded_picture(const ResolvedRun& run, const at::Tensor& latents, Workshop& workshop, const LoadOptions& load,
                      std::int64_t available_memory) {
  if (run.request.decoder == DecoderKind::Linear) {
    return enlarged(linear_preview_of(run, require_kl(run), workshop, load)(latents), run.request.extent);
  }
  if (run.request.decoder == DecoderKind::Tiny) require_tiny(run);
  const VaeConfig* config = kl_config(run);
  if (config == nullptr) return to_image(tiny_decode(run, latents, workshop, load));
  return to_image(full_decode(run, latents, *config, workshop, load, needs_tiles(run, available_memory)));
}

}  // namespace tstitch
