#include "tests/support/family_pairs.h"

#include <cstdint>
#include <fstream>
#include <map>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "tests/support/lists/published_list.h"
#include "tests/support/model_folder.h"
#include "tests/support/network_golden.h"
#include "tests/support/tensor_files.h"

namespace tstitch::test {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Shapes = std::map<std::string, std::vector<std::int64_t>>;

constexpr const char* kWeights = "diffusion_pytorch_model";
constexpr int kTextWidth = 32;           // of each of the two encoders
constexpr int kAddedWidth = 32 + 6 * 8;  // pooled text and six numbers of width 8

json small_model_part(const std::string& golden_folder, const std::string& key) {
  return published_list(golden_folder, "small-model").at(key);
}

json text_of(const fs::path& file) {
  return json::parse(std::ifstream(file));
}

void write_json(const fs::path& file, const json& object) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << object.dump(2);
}

/// A text-to-image network that takes both encoders' texts side by side, their pooled text and SDXL's six numbers.
void write_xl_network(const fs::path& folder, json unet, std::uint64_t seed) {
  json& config = unet["config"];
  config["cross_attention_dim"] = 2 * kTextWidth;
  config["addition_embed_type"] = "text_time";
  config["addition_time_embed_dim"] = 8;
  config["projection_class_embeddings_input_dim"] = kAddedWidth;
  auto shapes = unet["tensors"].get<Shapes>();
  for (auto& [name, shape] : shapes) {
    const bool reads_text =
        name.find("attn2.to_k") != std::string::npos || name.find("attn2.to_v") != std::string::npos;
    if (reads_text) shape.back() = std::int64_t{2} * kTextWidth;
  }
  const std::int64_t width = shapes.at("time_embedding.linear_2.bias").front();
  shapes["add_embedding.linear_1.weight"] = {width, kAddedWidth};
  shapes["add_embedding.linear_2.weight"] = {width, width};
  shapes["add_embedding.linear_1.bias"] = shapes["add_embedding.linear_2.bias"] = {width};
  write_part(folder, kWeights, config.dump(), shapes, seed, at::kFloat);
}

/// A pipeline of SDXL's parts around write_xl_network().
void write_xl_model(const fs::path& folder, const std::string& golden_folder, const SmallModel& model) {
  write_model_folder(folder, golden_folder, model);
  write_xl_network(folder / "unet", small_model_part(golden_folder, model.unet), model.seed);
  json text = small_model_part(golden_folder, "text_encoder");
  text["config"]["architectures"] = {"CLIPTextModelWithProjection"};
  auto shapes = text["tensors"].get<Shapes>();
  shapes["text_projection.weight"] = {kTextWidth, kTextWidth};
  write_part(folder / "text_encoder_2", "model", text["config"].dump(), shapes, model.shared_seed + 1, at::kFloat);
  fs::copy(folder / "tokenizer", folder / "tokenizer_2");
  json index = text_of(folder / "model_index.json");
  index["_class_name"] = "StableDiffusionXLPipeline";
  index["text_encoder_2"] = {"transformers", "CLIPTextModelWithProjection"};
  index["tokenizer_2"] = {"transformers", "CLIPTokenizer"};
  write_json(folder / "model_index.json", index);
}

json manifest(const std::string& name, const std::string& title, const json& large, const json& small) {
  return {
      {"manifest", 1},  {"name", name},
      {"title", title}, {"large", large},
      {"small", small}, {"defaults", {{"ratio", 50}, {"steps", 6}, {"guidance", 3.0}, {"width", 64}, {"height", 64}}}};
}

/// A network's weights in a single file, as they were first published.
void write_checkpoint(const fs::path& file, const std::string& network) {
  const TensorWeights weights = NetworkGolden::load(network).weights;
  std::map<std::string, at::Tensor> tensors;
  for (const auto& entry : weights.entries()) tensors[entry.first] = weights.tensor(entry.first);
  fs::create_directories(file.parent_path());
  write_tensors(file, tensors);
}

}  // namespace

FamilyPairs::FamilyPairs(const std::string& golden_folder) {
  SmallModel small;
  small.unet = "unet_small";
  small.seed = 2;
  write_xl_model(folder() / "tiny-sdxl-files" / "large", golden_folder, {});
  write_xl_model(folder() / "tiny-sdxl-files" / "small", golden_folder, small);
  json xl = manifest("tiny-sdxl", "Tiny SDXL", "tiny-sdxl-files/large", "tiny-sdxl-files/small");
  xl["examples"] = {"a cat on a roof"};
  write_json(folder() / "tiny-sdxl.json", xl);

  write_model_folder(folder() / "misfit-files", golden_folder, {});
  write_json(folder() / "misfit.json", manifest("misfit", "Misfit", "tiny-sdxl-files/large", "misfit-files/unet"));

  fs::create_directories(folder() / "repositories");
  write_small_vae(folder() / "tiny-vae", golden_folder);
  write_repository("tiny-vae", {});
  write_class_pair("tiny-dit", "Tiny DiT", "dit-original");
  write_class_pair("tiny-ldm", "Tiny LDM", "ldm-original");
}

void FamilyPairs::write_class_pair(const std::string& name, const std::string& title,
                                   const std::string& network) const {
  const std::string file = "model.safetensors";
  for (const auto& [side, weights] :
       {std::pair(name + "-large", network), std::pair(name + "-small", network + "-small")}) {
    write_checkpoint(folder() / side / file, weights);
    write_repository(side, file);
  }
  json pair = manifest(name, title, {{"repository", name + "-large"}}, {{"repository", name + "-small"}});
  pair["vae"] = {{"repository", "tiny-vae"}};
  pair["defaults"]["width"] = pair["defaults"]["height"] = 32;  // 8 x 8 latents
  write_json(folder() / (name + ".json"), pair);
}

void FamilyPairs::write_repository(const std::string& name, const std::string& model) const {
  json entry{{"repository", 1}, {"title", name}, {"by_hand", "A test makes it."}};
  if (!model.empty()) entry["model"] = model;
  entry["files"] = {model.empty() ? "config.json" : model};
  write_json(folder() / "repositories" / (name + ".json"), entry);
}

}  // namespace tstitch::test
