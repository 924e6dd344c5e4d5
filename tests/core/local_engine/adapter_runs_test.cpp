#include <fstream>
#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/configs/adapter_config.h"
#include "core/jobs/stored_request.h"
#include "core/local_engine/control_part.h"
#include "core/local_engine/resolved_run.h"
#include "tests/support/adapter_layouts.h"
#include "tests/support/device/simulated_device.h"
#include "tests/support/key_list.h"
#include "tests/support/original_layout.h"
#include "tests/support/refusal.h"
#include "tests/support/runs/runs_of_a_pair.h"
#include "tests/support/tensor_near.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Whole runs with T2I-Adapters against diffusers' (tests/golden/make_adapter_runs.py).
class AdapterRuns : public test::RunsOfAPair {
 protected:
  AdapterRuns() {
    for (const auto& [name, part] : golden_.json().at("adapters").items())
      pair_.add_network(name, part, part.at("seed"));
  }

  [[nodiscard]] nlohmann::json case_named(const std::string& name) const {
    for (const auto& entry : golden_.json().at("cases")) {
      if (entry.at("name") == name) return entry;
    }
    throw std::invalid_argument(name);
  }

  /// One adapter at its usual strength, on one denoiser or all.
  [[nodiscard]] GenerationRequest with(const std::string& adapter, const nlohmann::json& on = nullptr) const {
    return pair_.request({{"controls", {{adapter, 0.8, 0.0, 1.0, on}}}, {"loras", nlohmann::json::array()}});
  }

  void change_config(const std::string& adapter, const char* key, const nlohmann::json& value) const {
    const fs::path file = pair_.folder() / adapter / "config.json";
    nlohmann::json config = nlohmann::json::parse(std::ifstream(file));
    config[key] = value;
    std::ofstream(file) << config.dump();
  }

  /// The adapter `colour`, alone in a file, in its authors' layout or diffusers'.
  void write_adapter_file(const fs::path& file, bool original) const {
    const nlohmann::json& part = golden_.json().at("adapters").at("colour");
    std::map<std::string, at::Tensor> tensors;
    for (const auto& [name, shape] : part.at("tensors").get<TensorShapes>()) {
      const std::string there = original ? original_name(name) : name;
      tensors[there] = test::generated_tensor(name, shape, part.at("seed"));
    }
    test::write_tensors(file, tensors);
  }

  /// Two levels of two resnets, which the authors number through.
  static std::string original_name(const std::string& name) {
    const std::map<std::string, std::string> modules{
        {"adapter.conv_in", "conv_in"},         {"adapter.body.0.resnets.0", "body.0"},
        {"adapter.body.0.resnets.1", "body.1"}, {"adapter.body.1.in_conv", "body.2.in_conv"},
        {"adapter.body.1.resnets.0", "body.2"}, {"adapter.body.1.resnets.1", "body.3"}};
    for (const auto& [ours, theirs] : modules) {
      if (name.starts_with(ours + ".")) return theirs + name.substr(ours.size());
    }
    throw std::invalid_argument(name);
  }

  void expect_golden_runs() {
    ASSERT_EQ(golden_.json().at("cases").size(), 4U);
    for (const auto& entry : golden_.json().at("cases")) {
      const std::string name = entry.at("name");
      SCOPED_TRACE(name);
      const at::Tensor latents = latents_of(job_of(entry));
      ASSERT_TRUE(latents.defined());
      EXPECT_TENSOR_NEAR_RELATIVE(latents, golden_[name + ".latents"], entry.at("bound").get<double>());
    }
  }

  test::Golden golden_ = test::Golden::load(TSTITCH_GOLDEN_DIR, "adapter_runs");
};

TEST_F(AdapterRuns, endInTheLatentsOfDiffusers) {
  expect_golden_runs();
}

TEST_F(AdapterRuns, endInTheLatentsOfDiffusersOnADevice) {
  compute_on(test::simulated_device().str());
  expect_golden_runs();
}

/// Features are kept from run to run, each adapter's and each map's for itself.
TEST_F(AdapterRuns, keepTheirFeaturesApartInALongSession) {
  LocalEngineOptions options = pair_.options();
  options.keep_loaded = true;
  engine_ = make_local_engine(options);
  for (const char* name : {"adapter", "part", "mixed", "sides", "adapter"}) {
    SCOPED_TRACE(name);
    const nlohmann::json entry = case_named(name);
    const at::Tensor latents = latents_of(job_of(entry));
    ASSERT_TRUE(latents.defined());
    EXPECT_TENSOR_NEAR_RELATIVE(latents, golden_[std::string(name) + ".latents"], entry.at("bound").get<double>());
  }
}

TEST_F(AdapterRuns, takeAdaptersFromFilesAlike) {
  Job job = job_of(case_named("adapter"));
  const at::Tensor of_folder = latents_of(job);
  ASSERT_TRUE(of_folder.defined());
  for (const bool original : {false, true}) {
    job.request.controls[0].model.location = pair_.folder() / (original ? "adapter.pth" : "adapter.safetensors");
    write_adapter_file(job.request.controls[0].model.location, original);
    const at::Tensor of_file = latents_of(job);
    ASSERT_TRUE(of_file.defined());
    EXPECT_TENSOR_NEAR_RELATIVE(of_file, of_folder, 0.0);
  }
}

TEST_F(AdapterRuns, areMadeAgainFromTheirPictures) {
  const at::Tensor first = latents_of(job_of(case_named("mixed")));
  const PictureRequest stored = stored_request(pair_.folder() / "picture.png");
  ASSERT_EQ(stored.request.controls.size(), 3U);
  EXPECT_EQ(stored.request.controls[0].model.files.at(0).role, "t2i-adapter");
  EXPECT_EQ(stored.request.controls[1].model.files.at(0).role, "controlnet");
  EXPECT_EQ(stored.request.controls[2].model.family, "t2i-adapter-light");
  engine_ = make_local_engine(pair_.options());
  Job again = job_of(case_named("mixed"));
  again.request = engine_->locate(stored.request);
  EXPECT_EQ(again.request.controls[0].model.location, pair_.folder() / "colour");
  const at::Tensor second = latents_of(again);
  ASSERT_TRUE(first.defined() && second.defined());
  EXPECT_TENSOR_NEAR_RELATIVE(second, first, 0.0);
}

TEST_F(AdapterRuns, sayWhichFeaturesHaveNoPlace) {
  EXPECT_THAT(resolve_run(with("colour"), {}).notes, IsEmpty());
  EXPECT_THAT(resolve_run(with("light", "large"), {}).notes,
              ElementsAre(HasSubstr("light acts on large by 2 of its 3 features")));
}

TEST_F(AdapterRuns, refuseAnAdapterForAnotherNetwork) {
  change_config("colour", "downscale_factor", 8);
  EXPECT_THROW((void)resolve_run(with("colour"), {}), BadInput) << "its weights are for squares of 4 pixels";
  nlohmann::json part = golden_.json().at("adapters").at("light");
  part.at("config")["channels"] = {32, 96};
  for (auto& [name, shape] : part.at("tensors").items()) {
    const bool second = name.starts_with("adapter.body.1.") || name.starts_with("adapter.body.2.");
    if (!second) continue;
    for (auto& side : shape) side = side == 16 ? 24 : side == 64 ? 96 : side.get<int>();
  }
  pair_.add_network("wide", part, 1);
  try {
    static_cast<void>(resolve_run(with("wide"), {}));
    FAIL() << "nothing was refused";
  } catch (const IncompatibleModels& refusal) {
    EXPECT_THAT(refusal.what(), HasSubstr("the T2I-Adapter does not fit the denoiser"));
    EXPECT_THAT(refusal.what(), HasSubstr("features of 32 at 1/4, 96 at 1/8, 96 at 1/16"));
    EXPECT_THAT(refusal.what(), HasSubstr("the levels there take 32 at 1/4, 64 at 1/8."));
  }
}

TEST_F(AdapterRuns, refuseASizeThatTheAdapterCannotGroup) {
  nlohmann::json part = golden_.json().at("adapters").at("grey");
  part.at("config")["downscale_factor"] = 16;
  part.at("tensors").at("adapter.conv_in.weight")[1] = 256;
  pair_.add_network("coarse", part, 1);
  GenerationRequest request = with("coarse");
  request.extent = {64, 40};
  try {
    static_cast<void>(resolve_run(request, {}));
    FAIL() << "nothing was refused";
  } catch (const UsageError& refusal) {
    EXPECT_THAT(refusal.what(), HasSubstr("coarse takes pictures whose sides are multiples of 16, not 64x40"));
    EXPECT_EQ(refusal.where(), "--size");
  }
}

TEST_F(AdapterRuns, refuseWhatAConfigContradicts) {
  change_config("colour", "in_channels", 4);
  EXPECT_THAT(test::refusal_in((pair_.folder() / "colour" / "config.json").string(),
                               [&] { return resolve_run(with("colour"), {}); }),
              HasSubstr("in_channels is"));
  change_config("grey", "num_res_blocks", 2);
  EXPECT_THROW((void)resolve_run(with("grey"), {}), BadInput) << "its weights hold one resnet a block";
}

TEST_F(AdapterRuns, inspectTheirAdapters) {
  const ModelFacts folder = engine_->inspect(pair_.folder() / "colour");
  EXPECT_EQ(folder.purpose, "a T2I-Adapter");
  EXPECT_EQ(folder.family, "t2i-adapter");
  EXPECT_GT(folder.parameters, 0);
  write_adapter_file(pair_.folder() / "adapter.pth", true);
  const ModelFacts file = engine_->inspect(pair_.folder() / "adapter.pth");
  EXPECT_EQ(file.purpose, folder.purpose);
  EXPECT_EQ(file.family, folder.family);
  EXPECT_EQ(file.parameters, folder.parameters);
}

struct PublishedAdapterFile {
  TensorShapes tensors;
  const char* base;
  const char* family;
  std::int64_t parameters;
};

// At full size, by names and shapes: every tensor is taken, and the published networks take all features.
TEST(PublishedAdapterFiles, areReadWhole) {
  const test::TemporaryFolder folder;
  const std::vector<PublishedAdapterFile> files{
      {test::original_adapter(192), "sd15", "t2i-adapter", 77369280},
      {test::original_adapter(64), "bk-sdm-base", "t2i-adapter", 77000640},
      {test::original_adapter(768), "sdxl", "t2i-adapter-sdxl", 79028160},
      {test::original_light_adapter(), "sd15", "t2i-adapter-light", 18689200}};
  for (const PublishedAdapterFile& each : files) {
    SCOPED_TRACE(concat(each.family, " on ", each.base));
    const fs::path file = folder.path() / "adapter.safetensors";
    fs::remove(file);
    test::write_sparse_weights(file, {{}, each.tensors}, at::kHalf);
    const ControlNetworkPart part = read_control_network(file, {});
    EXPECT_EQ(part.facts.family, each.family);
    EXPECT_EQ(part.facts.parameters, each.parameters);
    const UnetConfig base = parse_unet_config(test::published_config(TSTITCH_GOLDEN_DIR, each.base), "base");
    const auto map = std::get<AdapterMap>(require_fitting_places(part, base, 8, "large"));
    EXPECT_EQ(map.taken(), 4U);
  }
}

}  // namespace
}  // namespace tstitch
