#include "core/local_engine/resolved_run.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/small_pair.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

class ResolvedRunOfAPair : public ::testing::Test {
 protected:
  template <class Problem>
  static std::string refusal(const GenerationRequest& request) {
    try {
      (void)resolve_run(request, {});
    } catch (const Problem& problem) {
      return problem.sentence();
    }
    return "nothing was refused";
  }

  /// The pair's autoencoder without its middle level.
  void write_vae_of_factor_two(const fs::path& folder) const {
    nlohmann::json vae = pair_.part("vae");
    vae["config"]["block_out_channels"] = nlohmann::json::array({16, 32});
    vae["config"]["down_block_types"].erase(2);
    vae["config"]["up_block_types"].erase(2);
    std::map<std::string, std::vector<std::int64_t>> shapes;
    for (const auto& [name, shape] : vae["tensors"].get<std::map<std::string, std::vector<std::int64_t>>>()) {
      const bool dropped = name.starts_with("encoder.down_blocks.2.") || name.starts_with("decoder.up_blocks.1.") ||
                           name.starts_with("encoder.down_blocks.1.downsamplers.");
      const std::string last = "decoder.up_blocks.2.";
      if (!dropped) shapes[name.starts_with(last) ? "decoder.up_blocks.1." + name.substr(last.size()) : name] = shape;
    }
    test::write_part(folder, "diffusion_pytorch_model", vae["config"].dump(), shapes, 1, at::kFloat);
  }

  [[nodiscard]] GenerationRequest with_bare_small() const {
    GenerationRequest request = pair_.request();
    request.denoisers.front().model.location = pair_.folder() / "small/unet";
    return request;
  }

  test::SmallPair pair_{TSTITCH_GOLDEN_DIR};
};

TEST_F(ResolvedRunOfAPair, leavesNoDefaultAndNoAuto) {
  GenerationRequest request = pair_.request();
  request.extent = {};
  const GenerationRequest resolved = resolve_run(request, {}).request;
  EXPECT_EQ(resolved.sampler, SamplerKind::Ddim);
  EXPECT_EQ(resolved.spacing, Spacing::Leading);
  EXPECT_EQ(resolved.eta, 0.0);
  EXPECT_EQ(resolved.extent, (Extent{64, 64}));
  for (const DenoiserChoice& choice : resolved.denoisers) EXPECT_EQ(choice.model.family, "unet") << choice.name;
}

TEST_F(ResolvedRunOfAPair, dividesTheEvaluations) {
  const ResolvedRun run = pair_.resolved(50);
  ASSERT_EQ(run.trajectory.segments.size(), 2U);
  EXPECT_EQ(run.trajectory.segments[0].denoiser, "small");
  EXPECT_EQ(run.trajectory.segments[0].evaluations, 2);
  EXPECT_EQ(run.latent_shape(), (std::vector<std::int64_t>{4, 12, 16}));
  EXPECT_TRUE(run.notes.empty());
}

TEST_F(ResolvedRunOfAPair, saysThatASeamMoved) {
  GenerationRequest request = pair_.request(50);
  request.sampler = SamplerKind::Heun;  // 7 evaluations; 3 end inside the second step
  const ResolvedRun run = resolve_run(request, {});
  EXPECT_EQ(run.trajectory.segments.front().evaluations, 2);
  EXPECT_EQ(run.notes.size(), 1U);
}

TEST_F(ResolvedRunOfAPair, needsOneWholeModel) {
  GenerationRequest request = with_bare_small();
  EXPECT_EQ(resolve_run(request, {}).owner, "large");
  request.denoisers.back().model.location = pair_.folder() / "large/unet";
  EXPECT_NE(refusal<BadInput>(request).find("bare network folder"), std::string::npos);
  request.denoisers.front().model.location = pair_.folder() / "small";
  EXPECT_EQ(resolve_run(request, {}).owner, "small") << "which brings what the bare large one lacks";
}

TEST_F(ResolvedRunOfAPair, takesABareNetworksScheduleFromBesideItOrFromTheOwner) {
  pair_.set("small/scheduler/scheduler_config.json", "prediction_type", "v_prediction");
  EXPECT_EQ(resolve_run(with_bare_small(), {}).schedule_of("small").prediction, Prediction::V);
  fs::remove_all(pair_.folder() / "small/scheduler");
  EXPECT_EQ(resolve_run(with_bare_small(), {}).schedule_of("small").prediction, Prediction::Epsilon);
}

TEST_F(ResolvedRunOfAPair, sharesTheTextEncoderUnlessAskedNotTo) {
  EXPECT_EQ(pair_.resolved().text_source("small"), "large");
  GenerationRequest request = pair_.request();
  request.text = TextSource::Own;
  EXPECT_EQ(resolve_run(request, {}).text_source("small"), "small");
  request.denoisers.front().model.location = pair_.folder() / "small/unet";
  EXPECT_EQ(resolve_run(request, {}).text_source("small"), "large") << "which has none of its own";
}

TEST_F(ResolvedRunOfAPair, knowsEachDenoisersGuidance) {
  GenerationRequest request = pair_.request(50);
  request.guidance_scale = 5.0;
  request.denoisers.front().guidance = 2.0;
  EXPECT_EQ(resolve_run(request, {}).guidance_of("small"), 2.0);
  EXPECT_EQ(resolve_run(request, {}).guidance_of("large"), 5.0);
  request.split = SegmentSplit{{{"large", 2, 3.0}, {"large", 2, 4.0}}};
  EXPECT_EQ(resolve_run(request, {}).guidance_of("large"), 3.0);
  EXPECT_EQ(resolve_run(request, {}).guidance_of("small"), 2.0) << "which runs nothing";
}

TEST_F(ResolvedRunOfAPair, refusesModelsOfOtherLatents) {
  pair_.set("small/vae/config.json", "scaling_factor", 0.13025);
  EXPECT_NE(refusal<IncompatibleModels>(pair_.request()), "nothing was refused");
}

TEST_F(ResolvedRunOfAPair, notesAutoencodersThatDifferInTheirWeights) {
  test::SmallModel other;
  other.unet = "unet_small";
  other.shared_seed = 8;
  pair_.write("small", other);
  EXPECT_EQ(pair_.resolved().notes.size(), 1U);
}

TEST_F(ResolvedRunOfAPair, takesTheAutoencoderThatIsAskedFor) {
  test::SmallModel other;
  other.shared_seed = 8;
  pair_.write("other", other);
  GenerationRequest request = pair_.request();
  request.vae = ModelReference{"other", {}, {}, pair_.folder() / "other/vae"};
  EXPECT_EQ(resolve_run(request, {}).vae.folder, pair_.folder() / "other/vae");
  write_vae_of_factor_two(pair_.folder() / "odd");
  request.vae->location = pair_.folder() / "odd";
  EXPECT_NE(refusal<IncompatibleModels>(request).find("factor 2"), std::string::npos);
}

}  // namespace
}  // namespace tstitch
