#include "tests/support/runs/xl_runs.h"

#include <fstream>
#include <map>
#include <stdexcept>
#include <vector>

#include <ATen/ops/full.h>

#include "core/networks/autoencoder_kl.h"
#include "core/networks/clip_text.h"
#include "core/networks/control_net.h"
#include "core/networks/unet.h"
#include "core/request/names.h"
#include "tests/support/generated_weights.h"
#include "tests/support/lists/published_list.h"
#include "tests/support/model_folder.h"
#include "tests/support/runs/golden_run.h"
#include "tests/support/tensor_files.h"

namespace tstitch::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Shapes = std::map<std::string, std::vector<std::int64_t>>;

constexpr const char* kStem = "diffusion_pytorch_model";
constexpr const char* kRefiner = "refiner";

/// What networks of a config take.
template <class... Networks, class Config>
Shapes shapes_taken(const Config& config) {
  const GeneratedWeights none({}, 0);
  const WeightScope root(none, {.device = at::kMeta});
  (static_cast<void>(Networks(root, config)), ...);
  return root.taken();
}

json of_class(json config, const char* name) {
  config["_class_name"] = name;
  return config;
}

/// `text_model.` stands before all but the projection in published files.
Shapes published_names(const Shapes& text) {
  Shapes published;
  for (const auto& [name, shape] : text) {
    published[name.starts_with("text_projection") ? name : "text_model." + name] = shape;
  }
  return published;
}

json pipeline_index(bool refiner, bool zeros_for_missing_negative) {
  json index{{"_class_name", refiner ? "StableDiffusionXLImg2ImgPipeline" : "StableDiffusionXLPipeline"},
             {"force_zeros_for_empty_prompt", zeros_for_missing_negative},
             {"scheduler", {"diffusers", "EulerDiscreteScheduler"}},
             {"text_encoder", {"transformers", "CLIPTextModel"}},
             {"text_encoder_2", {"transformers", "CLIPTextModelWithProjection"}},
             {"tokenizer", {"transformers", "CLIPTokenizer"}},
             {"tokenizer_2", {"transformers", "CLIPTokenizer"}},
             {"unet", {"diffusers", "UNet2DConditionModel"}},
             {"vae", {"diffusers", "AutoencoderKL"}}};
  if (refiner) index["text_encoder"] = index["tokenizer"] = {nullptr, nullptr};
  return index;
}

void write_file(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

/// The toy tokenizer; SDXL's second one pads with `!`.
void write_tokenizer(const fs::path& folder, const json& files, const std::string& pad) {
  for (const auto& [name, content] : files.items()) {
    std::string text = content.get<std::string>();
    if (name.ends_with("_config.json") || name.ends_with("_map.json")) {
      json said = json::parse(text);
      said["pad_token"] = pad;
      text = said.dump();
    }
    write_file(folder / fs::path(name).filename(), text);
  }
}

}  // namespace

XlRuns::XlRuns(const std::string& golden_folder) : golden_(Golden::load(golden_folder, "xl_runs")) {
  for (const auto& [kind, config] : golden_.json().at("unets").items()) write_pipeline(kind);
  const json files = published_list(golden_folder, "small-model").at("files");
  for (const auto& [kind, config] : golden_.json().at("unets").items()) {
    write_tokenizer(folder() / kind / "tokenizer_2", files, "!");
    if (kind != kRefiner) write_tokenizer(folder() / kind / "tokenizer", files, "<|endoftext|>");
  }
  for (const auto& [name, config] : golden_.json().at("controls").items()) write_control(name);
  write_lora();
  write_picture(folder() / "control.png", golden_["control"]);
  write_tensors(folder() / "initial.safetensors", {{"latents", golden_["initial"]}});
}

json XlRuns::case_named(const std::string& name) const {
  for (const json& entry : golden_.json().at("cases")) {
    if (entry.at("name") == name) return entry;
  }
  throw std::invalid_argument(name);
}

Job XlRuns::job(const json& entry) const {
  const std::string large = entry.at("large"), small = entry.at("small");
  write_file(folder() / large / "model_index.json", pipeline_index(large == kRefiner, entry.at("zeros")).dump());
  GenerationRequest request;
  request.prompt = golden_.json().at("prompt");
  if (!entry.at("negative").is_null()) request.negative_prompt = entry.at("negative").get<std::string>();
  // The refiner's text serves no other network: its partner comes with its own.
  const fs::path small_place = large == kRefiner ? folder() / small : folder() / small / "unet";
  request.denoisers = {{"small", {"small", {}, {}, small_place}, std::nullopt},
                       {"large", {"large", {}, {}, folder() / large}, std::nullopt}};
  request.split = RatioSplit{{Percent{entry.at("ratio").get<int>()}}, SplitRule::Floor};
  request.extent = {golden_.json().at("size").at(0), golden_.json().at("size").at(1)};
  request.steps = entry.at("steps");
  request.sampler = *choice_named<SamplerKind>(entry.at("sampler").get<std::string>());
  request.guidance_scale = entry.at("guidance");
  if (!entry.at("embedding").get<bool>()) request.guidance_embedding = GuidanceEmbedding::Off;
  if (const json& control = entry.at("control"); !control.is_null()) {
    ControlChoice choice;
    choice.picture = {"control.png", {}, folder() / "control.png"};
    choice.model = {"control", {}, {}, folder() / control.at(0).get<std::string>()};
    choice.scale = control.at(1);
    choice.is_map = true;
    request.controls.push_back(choice);
  }
  if (const json& strength = entry.at("lora"); !strength.is_null()) {
    request.loras.push_back({{"lora", {}, {}, folder() / "lora.safetensors"}, strength, std::nullopt});
  }
  Job job = golden_job(request, folder());
  if (request.sampler != SamplerKind::Lcm) return job;
  job.tensors.step_noise = folder() / "noise.safetensors";
  write_tensors(*job.tensors.step_noise, {{"noise", golden_["noise"].narrow(0, 0, request.steps).contiguous()}});
  return job;
}

void XlRuns::write_pipeline(const std::string& kind) const {
  const json& all = golden_.json();
  const fs::path model = folder() / kind;
  const json unet = of_class(all.at("unets").at(kind), "UNet2DConditionModel");
  write_part(model / "unet", kStem, unet.dump(), shapes_taken<Unet>(parse_unet_config(unet.dump(), kind)), seed(kind),
             at::kFloat);
  const json vae = of_class(all.at("vae"), "AutoencoderKL");
  write_part(model / "vae", kStem, vae.dump(), shapes_taken<KlEncoder, KlDecoder>(parse_vae_config(vae.dump(), "vae")),
             seed("shared"), at::kFloat);
  if (kind != kRefiner) write_text(model, "text_encoder");
  write_text(model, "text_encoder_2");
  write_file(model / "scheduler" / "scheduler_config.json", all.at("scheduler").dump());
  write_file(model / "model_index.json", pipeline_index(kind == kRefiner, kind != kRefiner).dump());
}

void XlRuns::write_text(const fs::path& model, const std::string& part) const {
  json config = golden_.json().at("texts").at(part);
  config["architectures"] = {part == "text_encoder" ? "CLIPTextModel" : "CLIPTextModelWithProjection"};
  const Shapes shapes = shapes_taken<ClipTextModel>(parse_clip_text_config(config.dump(), part));
  write_part(model / part, "model", config.dump(), published_names(shapes), seed("shared"), at::kFloat);
}

void XlRuns::write_control(const std::string& name) const {
  const json config = of_class(golden_.json().at("controls").at(name), "ControlNetModel");
  const Shapes shapes = shapes_taken<ControlNet>(parse_control_net_config(config.dump(), name));
  write_part(folder() / name, kStem, config.dump(), shapes, seed(name), at::kFloat);
}

void XlRuns::write_lora() const {
  const json& lora = golden_.json().at("lora");
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [key, sides] : lora.at("tensors").items()) {
    const auto shape = sides.get<std::vector<std::int64_t>>();
    tensors[key] = shape.empty() ? at::full({}, lora.at("alpha").get<double>(), at::kFloat)
                                 : generated_tensor(key, shape, lora.at("seed"));
  }
  write_tensors(folder() / "lora.safetensors", tensors);
}

}  // namespace tstitch::test
