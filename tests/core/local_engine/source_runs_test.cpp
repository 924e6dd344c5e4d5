#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/image/image_file.h"
#include "core/local_engine/local_engine.h"
#include "tests/support/small_pair.h"

namespace tstitch {
namespace {

/// Runs that start from a picture, as an engine makes them.
class SourceRuns : public ::testing::Test {
 protected:
  SourceRuns() {
    write("picture.png", 37);
    write("mask.png", 83);
  }

  void write(const std::string& name, std::size_t factor) const {
    Image image{64, 48, std::vector<std::uint8_t>(std::size_t{64} * 48 * 3)};
    for (std::size_t i = 0; i < image.rgb.size(); ++i) {
      image.rgb[i] = static_cast<std::uint8_t>((i / 24 + i / 3 / 64 / 8) * factor % 256);
    }
    write_new_png(pair_.folder() / name, image, {});
  }

  [[nodiscard]] PictureReference file(const std::string& name) const { return {name, {}, pair_.folder() / name}; }

  [[nodiscard]] PictureRun run(int ratio, SamplerKind sampler) const {
    PictureRun run;
    run.request = pair_.request(ratio);
    run.request.steps = 8;
    run.request.sampler = sampler;
    run.request.source = SourceChoice{file("picture.png"), 0.75, file("mask.png"), 0};
    run.settings.device = DeviceKind::Cpu;
    run.preview.kind = PreviewKind::None;
    run.wants_latents = true;
    return run;
  }

  RunReport finished(
      const PictureRun& run, const EventSink& sink = [](const Event&) {}) {
    Outcome outcome = engine_->make(run, {}, sink);
    if (const auto* failed = std::get_if<Failed>(&outcome)) ADD_FAILURE() << failed->where << ": " << failed->what;
    return report_of(outcome);
  }

  static int evaluations(const RunReport& report) {
    int count = 0;
    for (const SegmentTime& segment : report.segments) count += segment.evaluations;
    return count;
  }

  test::SmallPair pair_{TSTITCH_GOLDEN_DIR};
  std::unique_ptr<Engine> engine_ = make_local_engine([this] {
    LocalEngineOptions options;
    options.cache = pair_.folder() / "cache";
    options.keep_loaded = true;
    return options;
  }());
};

TEST_F(SourceRuns, goOnFromAKeptStateToTheBit) {
  for (const SamplerKind sampler : {SamplerKind::Dpmpp2M, SamplerKind::EulerAncestral, SamplerKind::Heun}) {
    for (const bool masked : {true, false}) {
      PictureRun whole = run(50, sampler);
      if (!masked) whole.request.source->mask.reset();
      const RunReport expected = finished(whole);
      PictureRun beginning = whole;
      beginning.until = StepIndex{3};
      beginning.keep = 7;
      const int before = evaluations(finished(beginning));
      PictureRun rest = whole;
      rest.from = 7;
      const RunReport report = finished(rest);
      EXPECT_EQ(report.picture->latents, expected.picture->latents);
      EXPECT_EQ(evaluations(report) + before, evaluations(expected));
      rest.request.source->strength = 0.8;
      EXPECT_EQ(evaluations(finished(rest)), evaluations(expected)) << "six of eight too, but no state of this run";
    }
  }
}

TEST_F(SourceRuns, keepTheirSourceWhereTheMaskIsBlack) {
  PictureRun masked = run(50, SamplerKind::Ddim);
  write("black.png", 0);
  masked.request.source->mask = file("black.png");
  PictureRun other = masked;
  other.request.seed = 99;
  EXPECT_EQ(finished(masked).picture->latents, finished(other).picture->latents) << "the encoded picture";
}

TEST_F(SourceRuns, tellBothPassesAsOneRun) {
  PictureRun two = run(50, SamplerKind::Ddim);
  two.request.second_pass = SecondPass{1.5, Upscale::Latent, 0.5, 6, Percent{0}};
  std::vector<int> told;
  const RunReport report = finished(two, [&](const Event& event) {
    const auto* done = std::get_if<StepDone>(&event);
    if (done == nullptr) return;
    EXPECT_EQ(done->of, 6 + 3);
    told.push_back(done->evaluation.value);
  });
  EXPECT_THAT(told, testing::ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8));
  EXPECT_EQ(report.picture->image->width, 96);
  EXPECT_EQ(report.picture->image->height, 72);
  ASSERT_EQ(report.picture->segments.size(), 3U);
  EXPECT_EQ(report.picture->segments.back().evaluations, 3);
  EXPECT_EQ(report.picture->request.extent, (Extent{64, 48})) << "the request's is the first pass's";
}

/// A grid shares the first pass among cells that differ in the second.
TEST_F(SourceRuns, startTheirSecondPassFromAKeptFirst) {
  PictureRun two = run(50, SamplerKind::Ddim);
  two.request.second_pass = SecondPass{1.5, Upscale::Lanczos, 0.5, 6, Percent{0}};
  const RunReport expected = finished(two);
  PictureRun first = two;
  first.until = StepIndex{6};
  first.keep = 3;
  EXPECT_EQ(evaluations(finished(first)), 6);
  PictureRun second = two;
  second.from = 3;
  const RunReport report = finished(second);
  EXPECT_EQ(evaluations(report), 3);
  EXPECT_EQ(report.picture->latents, expected.picture->latents);
  second.request.second_pass->share = Percent{100};
  EXPECT_EQ(evaluations(finished(second)), 3) << "the second pass says nothing of the first's state";
}

TEST_F(SourceRuns, sayInTheirRequestWhatTheyWereMadeOf) {
  const RunReport report = finished(run(50, SamplerKind::Ddim));
  const SourceChoice& source = report.picture->request.source.value();
  EXPECT_EQ(source.picture.sha256.size(), 64U);
  EXPECT_EQ(source.mask->sha256.size(), 64U);
  EXPECT_NE(source.mask->sha256, source.picture.sha256);
  GenerationRequest portable = report.picture->request;
  portable.source->picture.location.clear();
  portable.source->mask->location.clear();
  const GenerationRequest located = engine_->locate(portable);
  EXPECT_EQ(located.source->picture.location, pair_.folder() / "picture.png");
  EXPECT_EQ(located.source->mask->location, pair_.folder() / "mask.png");
}

TEST_F(SourceRuns, arePlannedWithTheEncoderAndWithWhatRuns) {
  PictureRun two = run(50, SamplerKind::Heun);
  two.request.second_pass = SecondPass{2, Upscale::Lanczos, 0.5, {}, {}};
  const RunPlan plan = engine_->plan(two.request, two.settings);
  EXPECT_EQ(plan.evaluations.size(), 11U) << "six steps of two, the last of one";
  EXPECT_EQ(plan.skipped_evaluations, 4);
  ASSERT_TRUE(plan.second);
  EXPECT_EQ(plan.second->evaluations.size(), 7U);
  EXPECT_EQ(plan.second->extent, (Extent{128, 96}));
  std::vector<std::string> stages;
  for (const ResidencyStage& stage : plan.residency.stages) stages.push_back(stage.name);
  EXPECT_THAT(stages, testing::ElementsAre("text", "encoding", "small", "large", "decoding", "encoding", "small",
                                           "large", "decoding"));
}

TEST_F(SourceRuns, refuseAnInpaintingNetworkWithoutAMask) {
  nlohmann::json part = pair_.part("unet_large");
  part["config"]["in_channels"] = 9;
  part["tensors"]["conv_in.weight"][1] = 9;
  test::write_part(pair_.folder() / "large" / "unet", "diffusion_pytorch_model", part.at("config").dump(),
                   part.at("tensors"), 1, at::kFloat);
  PictureRun masked = run(50, SamplerKind::Ddim);
  EXPECT_TRUE(finished(masked).picture);
  masked.request.source->mask.reset();
  const Outcome outcome = engine_->make(masked, {}, [](const Event&) {});
  const auto* failed = std::get_if<Failed>(&outcome);
  ASSERT_NE(failed, nullptr);
  EXPECT_EQ(failed->code, ExitCode::BadInput);
  EXPECT_THAT(failed->what, testing::HasSubstr("inpainting network of 9 channels"));
  EXPECT_THAT(failed->hint, testing::HasSubstr("--mask"));
  masked.request.split = RatioSplit{{Percent{100}}, SplitRule::Floor};
  EXPECT_TRUE(finished(masked).picture) << "it does not run";
}

}  // namespace
}  // namespace tstitch
