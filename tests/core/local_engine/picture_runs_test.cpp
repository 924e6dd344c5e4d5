#include <fstream>
#include <limits>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "core/local_engine/local_engine.h"
#include "core/request/names.h"
#include "core/request/option_text.h"
#include "core/weights/weight_source.h"
#include "tests/support/device/simulated_device.h"
#include "tests/support/generated_weights.h"
#include "tests/support/golden.h"
#include "tests/support/model_folder.h"
#include "tests/support/runs/golden_run.h"
#include "tests/support/runs/xl_runs.h"
#include "tests/support/tensor_files.h"
#include "tests/support/tensor_near.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::int64_t kBlock = 16;  ///< pixels of the pictures' blocks
const std::string kWeights = "diffusion_pytorch_model.safetensors";

/// Runs that start from a picture, and runs in pieces, against diffusers' (tests/golden/make_picture_runs.py).
class PictureRuns : public ::testing::Test {
 protected:
  PictureRuns() {
    test::SmallModel large;
    large.scheduler_config = golden_.json().at("scheduler").dump();
    test::write_model_folder(folder() / "sd-large", TSTITCH_GOLDEN_DIR, large);
    test::SmallModel small = large;
    small.unet = "unet_small";
    small.seed = 2;
    test::write_model_folder(folder() / "sd-small", TSTITCH_GOLDEN_DIR, small);
    for (const char* pair : {"sd", "xl"}) {
      for (const char* what : {"picture", "mask"}) {
        const at::Tensor blocks = golden_[std::string(pair) + "." + what];
        test::write_picture(file(pair, what), blocks.repeat_interleave(kBlock, 0).repeat_interleave(kBlock, 1));
      }
    }
    test::write_tensors(folder() / "initial.safetensors", {{"latents", golden_["initial"]}});
  }

  [[nodiscard]] const fs::path& folder() const { return xl_.folder(); }
  [[nodiscard]] fs::path file(const std::string& pair, const std::string& what) const {
    return folder() / (pair + "-" + what + ".png");
  }
  [[nodiscard]] fs::path model(const std::string& pair, const std::string& side) const {
    if (pair == "sd") return folder() / ("sd-" + side);
    return folder() / (side == "large" ? "sdxl" : "ssd-1b");
  }

  [[nodiscard]] static std::map<std::string, at::Tensor> tensors_in(const fs::path& path) {
    const auto stored = open_weight_file(path);
    std::map<std::string, at::Tensor> tensors;
    for (const auto& [name, entry] : stored->entries()) tensors[name] = stored->read(name, at::kFloat);
    return tensors;
  }

  /// Gives a network so many channels, with the weights that the recipe generates for that shape.
  void set_channels(const std::string& pair, const std::string& side, int channels) const {
    const fs::path unet = model(pair, side) / "unet";
    json config = json::parse(std::ifstream(unet / "config.json"));
    if (config.value("in_channels", 4) == channels) return;
    config["in_channels"] = channels;
    std::ofstream(unet / "config.json") << config.dump();
    auto tensors = tensors_in(unet / kWeights);
    std::vector<std::int64_t> shape = tensors.at("conv_in.weight").sizes().vec();
    shape[1] = channels;
    const std::map<std::string, std::uint64_t> seeds{
        {"sd-large", 1}, {"sd-small", 2}, {"xl-large", 1}, {"xl-small", 2}};
    tensors["conv_in.weight"] = test::generated_tensor("conv_in.weight", shape, seeds.at(pair + "-" + side));
    test::write_tensors(unet / kWeights, tensors);
  }

  [[nodiscard]] json case_named(const std::string& name) const {
    for (const json& entry : golden_.json().at("cases")) {
      if (entry.at("name") == name) return entry;
    }
    throw std::invalid_argument(name);
  }

  [[nodiscard]] Job job_of(const json& entry) const {
    const json& all = golden_.json();
    const std::string pair = entry.at("pair");
    for (const char* side : {"small", "large"}) set_channels(pair, side, entry.at("channels").at(side));
    GenerationRequest request;
    if (pair == "xl") request = xl_.job(xl_.case_named("euler-40")).request;
    request.prompt = all.at("prompt");
    request.negative_prompt = all.at("negative");
    request.denoisers = {{"small", {"small", {}, {}, model(pair, "small") / "unet"}, std::nullopt},
                         {"large", {"large", {}, {}, model(pair, "large")}, std::nullopt}};
    request.split = RatioSplit{{Percent{entry.at("ratio").get<int>()}}, SplitRule::Floor};
    request.extent = {entry.at("size").at(0), entry.at("size").at(1)};
    request.steps = all.at("steps");
    request.sampler = *choice_named<SamplerKind>(entry.at("sampler").get<std::string>());
    request.guidance_scale = all.at("guidance");
    request.source = SourceChoice{{"picture", {}, file(pair, "picture")}, entry.at("strength"), std::nullopt, 0};
    if (entry.at("mask")) request.source->mask = PictureReference{"mask", {}, file(pair, "mask")};
    read_words(entry.at("words"), request);
    Job job = test::golden_job(request, folder());
    job.tensors.step_noise = folder() / "noise.safetensors";
    test::write_tensors(*job.tensors.step_noise,
                        {{"noise", golden_["noise"].narrow(0, 0, entry.at("evaluations").get<int>()).contiguous()}});
    return job;
  }

  /// `--segments LIST` and `--segment-prompt I=TEXT`.
  static void read_words(const json& words, GenerationRequest& request) {
    for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
      const std::string value = words.at(i + 1);
      if (words.at(i) == "--segments") {
        request.split = SegmentSplit{parse_segments(value)};
      } else {
        const SegmentPrompt prompt = parse_segment_prompt(value);
        std::get<SegmentSplit>(request.split).segments.at(prompt.index).prompt = prompt.text;
      }
    }
  }

  at::Tensor latents_of(const Job& job) {
    LocalEngineOptions options;
    options.cache = folder() / "cache";
    options.device = device_;
    return test::final_latents(*make_local_engine(options), job);
  }

  double distance(const std::string& name) {
    const at::Tensor latents = latents_of(job_of(case_named(name)));
    return latents.defined() ? test::relative_difference(latents, golden_[name])
                             : std::numeric_limits<double>::infinity();
  }

  void expect_golden_runs() {
    ASSERT_GE(golden_.json().at("cases").size(), 22U);
    for (const json& entry : golden_.json().at("cases")) {
      const std::string name = entry.at("name");
      EXPECT_LE(distance(name), entry.at("bound").get<double>()) << name;
    }
  }

  test::XlRuns xl_{TSTITCH_GOLDEN_DIR};
  test::Golden golden_ = TSTITCH_GOLDEN("picture_runs");
  std::string device_;  ///< LibTorch's name; empty = the CPU
};

TEST_F(PictureRuns, endInTheLatentsOfDiffusers) {
  expect_golden_runs();
}

TEST_F(PictureRuns, endInTheLatentsOfDiffusersOnADevice) {
  device_ = test::simulated_device().str();
  expect_golden_runs();
}

/// One tensor times 1.01, in the file that the run reads: what encodes the picture, and what sees the mask.
TEST_F(PictureRuns, noticeAWrongWeight) {
  struct Wrong {
    std::string run, part, tensor;
  };
  for (const auto& [run, part, tensor] :
       {Wrong{"img2img-ddim", "vae", "encoder.conv_in.weight"}, Wrong{"img2img-ddim", "vae", "quant_conv.weight"},
        Wrong{"inpaint-ddim", "vae", "encoder.conv_out.weight"},
        Wrong{"inpaint9-euler", "vae", "encoder.mid_block.resnets.0.conv1.weight"},
        Wrong{"inpaint9-euler", "unet", "conv_in.weight"}, Wrong{"xl-img2img", "vae", "encoder.conv_in.weight"},
        Wrong{"xl-inpaint9", "unet", "conv_in.weight"}}) {
    SCOPED_TRACE(testing::Message() << run << " " << tensor);
    const json entry = case_named(run);
    const Job job = job_of(entry);
    const fs::path path = model(entry.at("pair"), "large") / part / kWeights;
    const auto tensors = tensors_in(path);
    auto wrong = tensors;
    wrong.at(tensor) = wrong.at(tensor).mul(1.01);
    test::write_tensors(path, wrong);
    EXPECT_GT(test::relative_difference(latents_of(job), golden_[run]), entry.at("bound").get<double>());
    test::write_tensors(path, tensors);
  }
}

}  // namespace
}  // namespace tstitch
