#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace tstitch::test {

/// What write_model_folder() makes. The pipeline `small-model` of tests/golden/keys: U-Net of two levels (channels
/// 32 and 64, or 16 and 32 for the small one), text width 32, 16 tokens, latents 4 x 16 x 16, pictures of 64 x 64.
struct SmallModel {
  std::string unet = "unet_large";  ///< or `unet_small`
  std::uint64_t seed = 1;           ///< of the U-Net's weights
  std::uint64_t shared_seed = 7;    ///< of the autoencoder's and the text encoder's: equal ones stitch
  at::ScalarType type = at::kFloat;
  std::string variant;  ///< `fp16`: weights are called *.fp16.safetensors
  std::string scheduler_config = R"({"_class_name":"DDIMScheduler","beta_start":0.00085,"beta_end":0.012,)"
                                 R"("beta_schedule":"scaled_linear","clip_sample":false,"set_alpha_to_one":false,)"
                                 R"("steps_offset":1})";
};

/// Writes a complete diffusers folder: model_index.json, unet, vae, text_encoder, tokenizer and scheduler, with
/// generated weights. `golden_folder` is the test program's TSTITCH_GOLDEN_DIR.
void write_model_folder(const std::filesystem::path& folder, const std::string& golden_folder,
                        const SmallModel& model = {});

/// Writes the autoencoder of that model alone: 4 latent channels of a quarter of the picture's sides.
void write_small_vae(const std::filesystem::path& folder, const std::string& golden_folder,
                     std::uint64_t seed = SmallModel().shared_seed);

/// Writes `folder`/config.json and its weights under `stem`, generated from a config and shapes.
void write_part(const std::filesystem::path& folder, const std::string& stem, const std::string& config_json,
                const std::map<std::string, std::vector<std::int64_t>>& tensors, std::uint64_t seed,
                at::ScalarType type);

}  // namespace tstitch::test
