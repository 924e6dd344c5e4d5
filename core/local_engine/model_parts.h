#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/configs/dit_config.h"
#include "core/configs/model_config.h"
#include "core/configs/vq_config.h"
#include "core/models/model_facts.h"
#include "core/text/text_conditioner.h"

namespace tstitch {

/// The decoder and encoder of a latent space: AutoencoderKL, AutoencoderTiny in its place, or one with a codebook.
struct VaePart {
  std::filesystem::path folder;  ///< or the file of an autoencoder or a whole model
  std::variant<VaeConfig, TinyVaeConfig, VqConfig> config;
  std::vector<FileStamp> files;     ///< of its weights
  std::string stamp;                ///< of its folder or file (place_stamp), taken before it was read
  std::int64_t elements = 0;        ///< of its weights
  std::string encoder_fingerprint;  ///< empty for an AutoencoderTiny
  bool scale_known = true;          ///< false for the file of an autoencoder alone: its user's scale counts

  [[nodiscard]] LatentSpace latent_space() const;
  /// For an autoencoder whose file does not tell scale and shift.
  void take_scale_of(const LatentSpace& space);
};

struct TextPart {
  std::string role;                      ///< `text_encoder` or `text_encoder_2`
  std::filesystem::path encoder_folder;  ///< or the file of a whole model
  ClipTextConfig config;
  std::filesystem::path tokenizer_folder;
  std::size_t index = 0;      ///< in the file of a whole model
  std::int64_t elements = 0;  ///< of its weights
  std::optional<TokenizerConfig>
      published_tokenizer;       ///< such a file has none: CLIP's published one, with these tokens
  std::vector<FileStamp> files;  ///< of its weights
  std::string stamp;             ///< of the encoder's and the tokenizer's folders, taken before they were read
};

/// A model's text encoders in the order of their states: one (SD 1, SD 2), two (SDXL), the second alone (its refiner).
struct TextParts {
  std::vector<TextPart> encoders;
  TextRecipe recipe;

  [[nodiscard]] int width() const;         ///< of the joined states
  [[nodiscard]] int pooled_width() const;  ///< 0 where the recipe has none
  [[nodiscard]] std::int64_t elements() const;
};

/// What denoises. Latent diffusion's class-conditional U-Nets have an embedder of classes beside them
/// (ModelFacts::class_count x context_width).
using NetworkConfig = std::variant<UnetConfig, DitConfig>;

/// A model on disk: where its parts are and what their configs say. A bare network folder has the network only.
struct ModelParts {
  ModelFacts facts;
  std::filesystem::path network_folder;  ///< or the file of a network or a whole model
  std::string stamp;                     ///< of that place, taken before it was read
  NetworkConfig network;
  WeightChoice weights = WeightChoice::Auto;  ///< of the network
  std::optional<VaePart> vae;
  std::optional<TextParts> text;
  std::optional<SchedulerConfig> scheduler;
  bool original_layout = false;  ///< of a DiT, as it was first published

  /// Throws IncompatibleModels where the network is no U-Net, saying that it takes no `addition`.
  [[nodiscard]] const UnetConfig& unet_for(const char* addition) const;
};

/// Reads the configs and the headers of the weight files at a place: a diffusers folder, a bare network folder or one
/// file with a whole model or a network (single_file_parts.h).
/// Throws BadInput naming the file and the fact: what is missing, unknown or contradictory.
ModelParts read_model_parts(const std::filesystem::path& place, const std::string& variant,
                            WeightChoice weights = WeightChoice::Auto);

/// Reads the model's tokenizers, which read_model_parts() leaves to the run: throws BadInput as a run would.
void require_tokenizers(const ModelParts& parts);

/// The autoencoder for `--vae`: a `vae/` folder, a diffusers folder, or a file that holds one.
VaePart read_vae_part(const std::filesystem::path& place, const std::string& variant);

/// What is known of the autoencoder at such a place.
ModelFacts read_vae_facts(const std::filesystem::path& place);

/// The weight files of the network at a place; empty when they cannot be read. For comparing hashes.
std::vector<std::filesystem::path> network_files(const std::filesystem::path& place);

}  // namespace tstitch
