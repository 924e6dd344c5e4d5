#pragma once

#include <functional>
#include <memory>

#include "core/base/image.h"
#include "core/engine/settings.h"
#include "core/local_engine/workshop.h"

namespace tstitch {

/// A preview whose copy to the host is under way (host_copies.h); the call waits for it.
using ComingPreview = std::function<std::shared_ptr<const Image>()>;

/// Denoised latents [1, C, h, w] -> the picture shown while a run goes on: of latent size for the linear decoder,
/// longest side at most 512 for the others.
using PreviewMaker = std::function<ComingPreview(const at::Tensor& denoised)>;

/// The preview of that kind for the run's latent space; empty for PreviewKind::None. A linear decoder of an unknown
/// family is fitted with the pair's own encoder once and kept in the cache folder. `run` and `workshop` must outlive
/// it. Throws where the kind is not possible_preview() or the autoencoder has no encoder to fit with.
PreviewMaker make_preview_maker(PreviewKind kind, const ResolvedRun& run, Workshop& workshop, const LoadOptions& load);

/// What is shown where that kind is wanted: the linear one where the run's autoencoder has no tiny decoder.
PreviewKind possible_preview(PreviewKind wanted, const ResolvedRun& run);

/// Latents [1, C, h, w] in the scaled latent space -> the final picture.
using LatentsToPicture = std::function<Image(const at::Tensor& latents)>;

/// The request's decoder, loaded; it works in tiles where `available_memory` is short. Throws UsageError when the run's
/// autoencoder has no decoder of that kind.
LatentsToPicture picture_decoder(const ResolvedRun& run, Workshop& workshop, const LoadOptions& load,
                                 std::int64_t available_memory);

}  // namespace tstitch
