#pragma once

#include <string>
#include <vector>

#include <ATen/ops/full.h>
#include <nlohmann/json.hpp>

#include "core/local_engine/local_engine.h"
#include "core/request/names.h"
#include "tests/support/generated_weights.h"
#include "tests/support/golden.h"
#include "tests/support/model_folder.h"
#include "tests/support/runs/golden_run.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tensor_files.h"

namespace tstitch::test {

/// The pair, ControlNets (folders `a` and `b`), control picture (`control.png`) and LoRAs (`unet.safetensors`,
/// `text.safetensors`) of controlled_runs.json, in a folder of the test's own.
class ControlledPair {
 public:
  explicit ControlledPair(const std::string& golden_folder) : golden_(Golden::load(golden_folder, "controlled_runs")) {
    const nlohmann::json& all = golden_.json();
    SmallModel large;
    large.seed = all.at("seeds").at("large");
    large.shared_seed = all.at("seeds").at("shared");
    large.scheduler_config = all.at("scheduler").dump();
    write_model_folder(folder() / "large", golden_folder, large);
    for (const char* side : {"large", "small"}) {
      write_network(folder() / side / "unet", all.at("unets").at(side), all.at("seeds").at(side));
    }
    for (const auto& [name, seed] : all.at("controls").at("seeds").items()) {
      write_network(folder() / name, all.at("controls"), seed);
    }
    for (const auto& [name, lora] : all.at("loras").items()) write_lora(name, lora);
    write_picture(folder() / "control.png", golden_["control"]);
    write_tensors(folder() / "initial.safetensors", {{"latents", golden_["initial"]}});
  }

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  [[nodiscard]] const Golden& golden() const { return golden_; }

  [[nodiscard]] LocalEngineOptions options() const {
    LocalEngineOptions options;
    options.cache = folder() / "cache";
    return options;
  }

  [[nodiscard]] nlohmann::json case_named(const std::string& name) const {
    for (const auto& entry : golden_.json().at("cases")) {
      if (entry.at("name") == name) return entry;
    }
    throw std::invalid_argument(name);
  }

  [[nodiscard]] GenerationRequest request(const nlohmann::json& entry) const {
    GenerationRequest request = plain_request();
    for (const auto& control : entry.at("controls")) {
      const std::string name = control.at(0);
      request.controls.push_back({ControlKind::Canny,
                                  {"control.png", {}, folder() / "control.png"},
                                  {name, {}, {}, folder() / name},
                                  control.at(1),
                                  control.at(2),
                                  control.at(3),
                                  optional_name(control.at(4)),
                                  true});
    }
    for (const auto& lora : entry.at("loras")) {
      const std::string file = lora.at(0).get<std::string>() + ".safetensors";
      request.loras.push_back({{file, {}, {}, folder() / file}, lora.at(1), optional_name(lora.at(2))});
    }
    return request;
  }

  /// Writes a further network into the folder `name`.
  void add_network(const std::string& name, const nlohmann::json& part, std::uint64_t seed) const {
    write_network(folder() / name, part, seed);
  }

 private:
  static std::optional<DenoiserName> optional_name(const nlohmann::json& name) {
    return name.is_null() ? std::nullopt : std::optional(name.get<std::string>());
  }

  [[nodiscard]] GenerationRequest plain_request() const {
    const nlohmann::json& all = golden_.json();
    GenerationRequest request;
    request.prompt = all.at("prompt");
    request.negative_prompt = all.at("negative");
    request.denoisers = {{"small", {"small", {}, {}, folder() / "small" / "unet"}, std::nullopt},
                         {"large", {"large", {}, {}, folder() / "large"}, std::nullopt}};
    request.split = RatioSplit{{Percent{all.at("ratio").get<int>()}}, SplitRule::Floor};
    request.extent = {all.at("size").at(0), all.at("size").at(1)};
    request.steps = all.at("steps");
    request.sampler = *choice_named<SamplerKind>(all.at("sampler").get<std::string>());
    request.guidance_scale = all.at("guidance");
    return request;
  }

  static void write_network(const std::filesystem::path& place, const nlohmann::json& part, std::uint64_t seed) {
    write_part(place, "diffusion_pytorch_model", part.at("config").dump(),
               part.at("tensors").get<std::map<std::string, std::vector<std::int64_t>>>(), seed, at::kFloat);
  }

  void write_lora(const std::string& name, const nlohmann::json& lora) const {
    std::map<std::string, at::Tensor> tensors;
    for (const auto& [key, sides] : lora.at("tensors").items()) {
      const auto shape = sides.get<std::vector<std::int64_t>>();
      tensors[key] = shape.empty() ? at::full({}, golden_.json().at("alpha").get<double>(), at::kFloat)
                                   : generated_tensor(key, shape, lora.at("seed"));
    }
    write_tensors(folder() / (name + ".safetensors"), tensors);
  }

  TemporaryFolder folder_;
  Golden golden_;
};

}  // namespace tstitch::test
