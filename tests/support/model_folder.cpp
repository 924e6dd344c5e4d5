#include "tests/support/model_folder.h"

#include <fstream>

#include <nlohmann/json.hpp>

#include "tests/support/generated_weights.h"
#include "tests/support/lists/published_list.h"
#include "tests/support/tensor_files.h"

namespace tstitch::test {
namespace {

namespace fs = std::filesystem;
using Shapes = std::map<std::string, std::vector<std::int64_t>>;

void write_text(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

constexpr const char* kModelIndex = R"({
  "_class_name": "StableDiffusionPipeline",
  "safety_checker": [null, null],
  "scheduler": ["diffusers", "DDIMScheduler"],
  "text_encoder": ["transformers", "CLIPTextModel"],
  "tokenizer": ["transformers", "CLIPTokenizer"],
  "unet": ["diffusers", "UNet2DConditionModel"],
  "vae": ["diffusers", "AutoencoderKL"]
}
)";

}  // namespace

void write_part(const fs::path& folder, const std::string& stem, const std::string& config_json, const Shapes& tensors,
                std::uint64_t seed, at::ScalarType type) {
  write_text(folder / "config.json", config_json);
  std::map<std::string, at::Tensor> weights;
  for (const auto& [name, shape] : tensors) weights[name] = generated_tensor(name, shape, seed).to(type);
  write_tensors(folder / (stem + ".safetensors"), weights);
}

void write_small_vae(const fs::path& folder, const std::string& golden_folder, std::uint64_t seed) {
  const auto vae = published_list(golden_folder, "small-model").at("vae");
  write_part(folder, "diffusion_pytorch_model", vae.at("config").dump(2), vae.at("tensors").get<Shapes>(), seed,
             at::kFloat);
}

void write_model_folder(const fs::path& folder, const std::string& golden_folder, const SmallModel& model) {
  const auto parts = published_list(golden_folder, "small-model");
  const std::string suffix = model.variant.empty() ? "" : "." + model.variant;
  const auto part = [&](const std::string& name, const std::string& key, const std::string& stem, std::uint64_t seed) {
    write_part(folder / name, stem + suffix, parts.at(key).at("config").dump(2),
               parts.at(key).at("tensors").get<Shapes>(), seed, model.type);
  };
  part("unet", model.unet, "diffusion_pytorch_model", model.seed);
  part("vae", "vae", "diffusion_pytorch_model", model.shared_seed);
  part("text_encoder", "text_encoder", "model", model.shared_seed);
  for (const auto& [name, text] : parts.at("files").items()) write_text(folder / name, text.get<std::string>());
  write_text(folder / "scheduler" / "scheduler_config.json", model.scheduler_config);
  write_text(folder / "model_index.json", kModelIndex);
}

}  // namespace tstitch::test
