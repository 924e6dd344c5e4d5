#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/engine/outcome.h"

namespace tstitch {

/// The unit noise of `--init-latents`: key `latents`, float32 [B, C, h, w] with the run's [C, h, w] and B pictures.
/// Throws BadInput for another key, type, rank or shape and for non-finite numbers, naming the file.
HostTensor read_initial_latents(const std::filesystem::path& file, int pictures,
                                const std::vector<std::int64_t>& shape);

/// The unit noise of `--step-noise`: key `noise`, float32 [N, B, C, h, w] with one entry per evaluation.
HostTensor read_step_noise(const std::filesystem::path& file, int evaluations, int pictures,
                           const std::vector<std::int64_t>& shape);

/// The part of a tensor with `index` in dimension `dimension`, which stays, with one entry.
HostTensor entry_of(const HostTensor& tensor, std::size_t dimension, std::int64_t index);

/// Throws BadInput when the file cannot come into being there: said before sampling starts.
void require_writable(const std::filesystem::path& file);

/// Key `latents`, float32 [B, C, h, w]: those of B pictures [1, C, h, w] one after the other.
void save_latents(const std::filesystem::path& file, const std::vector<HostTensor>& pictures);

/// `step.0` .. `step.N`, `denoised.i`, `model.i` (app/cli/README.md, *Output*); `order` gives each denoiser its number.
void save_trajectory(const std::filesystem::path& file, const std::vector<EvaluationRecord>& record,
                     const HostTensor& final_latent, const std::vector<DenoiserName>& order);

}  // namespace tstitch
