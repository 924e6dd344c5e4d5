#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "core/denoise/denoiser.h"
#include "core/networks/class_embedder.h"

namespace tstitch {

/// How many latent channels the original DiT guides; diffusers' pipeline guides all 4.
constexpr std::int64_t kOriginalGuidedChannels = 3;

/// For networks that look classes up themselves and have a null class (DiT). Throws UsageError naming `--class` for a
/// label that is not in 0..null_class-1.
Conditioning label_conditioning(std::int64_t label, std::int64_t null_class);

/// For latent diffusion, whose denoisers have an embedder each, of different widths, and no null class. `unconditional`
/// stands for it: [1, 1, n] numbers drawn once a picture (NoiseSource::uniform) for the narrowest denoiser of the run,
/// which wider ones repeat (nearest neighbour), so that all are told the same; undefined = the mean of all classes.
/// Throws UsageError naming `--class` for a label that the embedder does not have.
Conditioning class_context_conditioning(const ClassEmbedder& embedder, std::int64_t label,
                                        const at::Tensor& unconditional);

}  // namespace tstitch
