#pragma once

#include <filesystem>

namespace tstitch {

/// Folders of random weights (fp16) of a true shape, as diffusers writes them; what is there is left as it is.

/// TAESD's, for latents of that many channels.
void write_random_taesd(const std::filesystem::path& folder, int latent_channels);
/// DiT-XL/2 with Stable Diffusion's autoencoder in `folder`, the network of DiT-S/2 in `small`.
void write_random_dits(const std::filesystem::path& folder, const std::filesystem::path& small);

}  // namespace tstitch
