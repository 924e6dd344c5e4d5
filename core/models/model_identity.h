#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/configs/dit_config.h"
#include "core/configs/model_config.h"
#include "core/formats/tensor_shapes.h"

namespace tstitch {

/// What a file is for.
enum class ModelRole {
  Pipeline,     ///< a denoiser with what it needs: autoencoder, text encoders or class embedding
  Denoiser,     ///< a denoising network alone
  Autoencoder,  ///< between pictures and latents
  TextEncoder,
  ControlNet,
  Adapter,    ///< a T2I-Adapter
  Lora,       ///< changes to a denoiser (and its text encoders)
  Embedding,  ///< a textual inversion: what stands in a text in the place of a word
  Annotator   ///< makes control maps from pictures
};

/// What a file of weights is, told by its tensors' names and shapes alone.
struct ModelIdentity {
  ModelRole role = ModelRole::Denoiser;
  /// A word for people and metadata: `sd1`, `sd2`, `bk-sdm-tiny`, `bk-sdm-v2-small`, `sdxl`, `sdxl-refiner`,
  /// `lcm-sdxl`, `ssd-1b`, `segmind-vega`, `koala-700m`, `dit-xl/2`, `ldm-class`, `kl-vae`, `clip-l`, ...
  std::string family;
  std::string layout;  ///< `diffusers`, `original`, `kohya`, `transformers`, `open_clip`, ...
  /// Models of one latent space can be stitched: `sd` (KL, factor 8, 4 channels, 0.18215), `sdxl` (the same shapes,
  /// 0.13025), `ldm-vq` (VQ, factor 8, 4 channels, 1). Empty where the tensors do not tell.
  std::string latent_space;
  std::int64_t parameters = 0;  ///< of all tensors
};

/// "a pipeline", "an autoencoder": for sentences.
std::string phrase_of(ModelRole role);

/// Throws BadInput naming `file` for the tensors of nothing that is known here; where it is known what they are (SD 3,
/// FLUX, another family's transformer, an optimiser's state) it says so.
ModelIdentity identify_tensors(const TensorShapes& tensors, const std::string& file);

/// The same for a place where something else was expected: what the file is, be it of no known kind, is said with that.
ModelIdentity identify_tensors(const TensorShapes& tensors, const std::string& file, std::string_view expected);

/// The family of a U-Net or a DiT by its structure.
std::string unet_family(const UnetConfig& unet);
std::string dit_family(const DitConfig& dit);

/// Opens a file (safetensors or torch's archive, as its content says), reads names and shapes, no numbers, and
/// identifies it. Throws BadInput for files of other kinds (weight_file_kind.h) and for damaged ones.
ModelIdentity identify_file(const std::filesystem::path& file);

/// Names and shapes of a file, safetensors or torch's archive. Throws BadInput.
TensorShapes read_tensor_shapes(const std::filesystem::path& file);

}  // namespace tstitch
