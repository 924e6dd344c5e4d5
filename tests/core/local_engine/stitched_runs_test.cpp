#include <gtest/gtest.h>

#include "core/local_engine/local_engine.h"
#include "core/request/names.h"
#include "tests/support/device/simulated_device.h"
#include "tests/support/golden.h"
#include "tests/support/model_folder.h"
#include "tests/support/runs/golden_run.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tensor_files.h"
#include "tests/support/tensor_near.h"

namespace tstitch {
namespace {

/// Whole runs against diffusers' (tests/golden/make_stitched_runs.py).
class StitchedRuns : public ::testing::Test {
 protected:
  void write_pair(const nlohmann::json& entry) const {
    const auto& seeds = golden_.json().at("seeds");
    test::SmallModel large;
    large.seed = seeds.at("large");
    large.shared_seed = seeds.at("shared");
    large.scheduler_config = entry.at("scheduler").dump();
    test::write_model_folder(folder_.path() / "large", TSTITCH_GOLDEN_DIR, large);
    test::SmallModel small = large;
    small.unet = "unet_small";
    small.seed = seeds.at("small");
    nlohmann::json scheduler = entry.at("scheduler");
    scheduler["prediction_type"] = entry.at("small_predicts");
    small.scheduler_config = scheduler.dump();
    test::write_model_folder(folder_.path() / "small", TSTITCH_GOLDEN_DIR, small);
  }

  [[nodiscard]] Job job_of(const nlohmann::json& entry) const {
    const nlohmann::json& all = golden_.json();
    GenerationRequest request;
    request.prompt = all.at("prompt");
    request.negative_prompt = all.at("negative");
    request.denoisers = {{"small", {"small", {}, {}, folder_.path() / "small" / "unet"}, std::nullopt},
                         {"large", {"large", {}, {}, folder_.path() / "large"}, std::nullopt}};
    request.split = RatioSplit{{Percent{entry.at("ratio").get<int>()}}, SplitRule::Floor};
    request.extent = {all.at("size").at(0), all.at("size").at(1)};
    request.steps = all.at("steps");
    request.sampler = *choice_named<SamplerKind>(entry.at("sampler").get<std::string>());
    request.guidance_scale = entry.at("guidance");
    return test::golden_job(request, folder_.path());
  }

  /// Feeds the golden's noise; the step noise has one entry per evaluation.
  void feed_noise(Job& job, int evaluations) const {
    job.tensors.step_noise = folder_.path() / "noise.safetensors";
    test::write_tensors(*job.tensors.initial_latents, {{"latents", golden_["initial"]}});
    test::write_tensors(*job.tensors.step_noise, {{"noise", golden_["noise"].narrow(0, 0, evaluations).contiguous()}});
  }

  void expect_golden_runs(const std::string& device) const {
    ASSERT_GE(golden_.json().at("cases").size(), 9U);
    for (const auto& entry : golden_.json().at("cases")) {
      const std::string name = entry.at("name");
      SCOPED_TRACE(name);
      write_pair(entry);
      Job job = job_of(entry);
      feed_noise(job, entry.at("evaluations"));
      LocalEngineOptions options;
      options.cache = folder_.path() / "cache";
      options.device = device;
      const at::Tensor latents = test::final_latents(*make_local_engine(options), job);
      ASSERT_TRUE(latents.defined());
      EXPECT_TENSOR_NEAR_RELATIVE(latents, golden_[name + ".latents"], entry.at("bound").get<double>());
      test::expect_golden_picture(job.output.path, golden_[name + ".picture"]);
    }
  }

  test::TemporaryFolder folder_;
  test::Golden golden_ = TSTITCH_GOLDEN("stitched_runs");
};

TEST_F(StitchedRuns, endInTheLatentsAndPicturesOfDiffusers) {
  expect_golden_runs({});
}

TEST_F(StitchedRuns, endInTheLatentsAndPicturesOfDiffusersOnADevice) {
  expect_golden_runs(test::simulated_device().str());
}

}  // namespace
}  // namespace tstitch
