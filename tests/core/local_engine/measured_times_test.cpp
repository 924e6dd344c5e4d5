#include "core/local_engine/measured_times.h"

#include <chrono>

#include <gtest/gtest.h>

#include "tests/support/small_pair.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPlace = "cpu fp32 2";

class MeasuredTimesOfAPair : public ::testing::Test {
 protected:
  /// Two evaluations of each denoiser, one text, two decoded pictures.
  static RunReport report(double small, double large) {
    RunReport report;
    report.segments = {{"small", 2, Seconds{2 * small}}, {"large", 2, Seconds{2 * large}}};
    report.seconds.text = 0.5;
    report.seconds.decode = 3.0;
    report.picture.emplace();
    return report;
  }

  test::SmallPair pair_{TSTITCH_GOLDEN_DIR};
  MeasuredTimes times_{pair_.folder() / "cache"};
};

TEST_F(MeasuredTimesOfAPair, startWithNothing) {
  const MeasuredSeconds seconds = times_.of(pair_.resolved(), kPlace);
  EXPECT_TRUE(seconds.evaluation.empty());
  EXPECT_FALSE(seconds.text);
  EXPECT_FALSE(seconds.decode);
}

TEST_F(MeasuredTimesOfAPair, areSecondsOfOneEvaluationTextAndPicture) {
  times_.add(pair_.resolved(), kPlace, report(0.25, 1.5));
  const MeasuredSeconds seconds = MeasuredTimes(pair_.folder() / "cache").of(pair_.resolved(0), kPlace);
  EXPECT_EQ(seconds.evaluation, (std::map<DenoiserName, double>{{"large", 1.5}, {"small", 0.25}}))
      << "also for a ratio that was not run";
  EXPECT_EQ(seconds.text, 0.5);
  EXPECT_EQ(seconds.decode, 3.0);
}

TEST_F(MeasuredTimesOfAPair, areListedByPairsTheNewestFirst) {
  EXPECT_TRUE(times_.pairs().empty());
  RunReport small = report(0.25, 1.5);
  small.segments.resize(1);
  times_.add(pair_.resolved(), kPlace, small);
  EXPECT_TRUE(times_.pairs().empty()) << "one of the two was not timed yet";
  times_.add(pair_.resolved(), kPlace, report(0.25, 1.5));
  GenerationRequest other = pair_.request();
  other.extent = {64, 64};
  times_.add(resolve_run(other, {}), kPlace, report(0.5, 3));
  const std::vector<MeasuredPair> pairs = MeasuredTimes(pair_.folder() / "cache").pairs();
  ASSERT_EQ(pairs.size(), 2U);
  EXPECT_EQ(pairs[0].extent, (Extent{64, 64}));
  EXPECT_EQ(pairs[1].evaluation, (std::map<DenoiserName, double>{{"large", 1.5}, {"small", 0.25}}));
  EXPECT_EQ(pairs[1].models.at("small"), pair_.resolved().models.at("small").facts.path);
  EXPECT_EQ(pairs[1].precision, "fp32");
  EXPECT_EQ(pairs[1].device, "cpu, 2 threads");
  EXPECT_EQ(pairs[1].fixed, 3.5);
}

TEST_F(MeasuredTimesOfAPair, moveTowardsNewerRuns) {
  times_.add(pair_.resolved(), kPlace, report(1.0, 2.0));
  times_.add(pair_.resolved(), kPlace, report(2.0, 2.0));
  EXPECT_DOUBLE_EQ(times_.of(pair_.resolved(), kPlace).evaluation.at("small"), 1.4);
  EXPECT_DOUBLE_EQ(times_.of(pair_.resolved(), kPlace).evaluation.at("large"), 2.0);
}

TEST_F(MeasuredTimesOfAPair, givePlaceToARunThatWasMadeToMeasure) {
  times_.add(pair_.resolved(), kPlace, report(8.0, 9.0));
  times_.replace(pair_.resolved(), kPlace, report(1.0, 2.0));
  EXPECT_EQ(times_.of(pair_.resolved(), kPlace).evaluation,
            (std::map<DenoiserName, double>{{"large", 2.0}, {"small", 1.0}}));
}

TEST_F(MeasuredTimesOfAPair, keepAFigureThatARunDidNotMeasure) {
  times_.add(pair_.resolved(), kPlace, report(1.0, 2.0));
  RunReport cancelled = report(1.0, 2.0);
  cancelled.seconds.text = 0;  // the text was encoded before
  cancelled.picture.reset();   // and no picture came about
  times_.add(pair_.resolved(), kPlace, cancelled);
  EXPECT_EQ(times_.of(pair_.resolved(), kPlace).text, 0.5);
  EXPECT_EQ(times_.of(pair_.resolved(), kPlace).decode, 3.0);
}

TEST_F(MeasuredTimesOfAPair, belongToPlaceSizeAndGuidance) {
  times_.add(pair_.resolved(), kPlace, report(1.0, 2.0));
  EXPECT_TRUE(times_.of(pair_.resolved(), "cpu fp32 4").evaluation.empty());
  GenerationRequest request = pair_.request();
  request.extent = {64, 64};
  EXPECT_TRUE(times_.of(resolve_run(request, {}), kPlace).evaluation.empty());
  request = pair_.request();
  request.guidance_scale = 1.0;
  EXPECT_TRUE(times_.of(resolve_run(request, {}), kPlace).evaluation.empty());
}

TEST_F(MeasuredTimesOfAPair, takeADenoisersOwnGuidanceAlsoWhereItRunsNothing) {
  GenerationRequest request = pair_.request(50);
  request.denoisers.front().guidance = 1.0;  // the small one's
  times_.add(resolve_run(request, {}), kPlace, report(1.0, 2.0));
  request.split = RatioSplit{{Percent{0}}, SplitRule::Floor};
  EXPECT_EQ(times_.of(resolve_run(request, {}), kPlace).evaluation.count("small"), 1U);
  EXPECT_EQ(times_.of(pair_.resolved(0), kPlace).evaluation.count("small"), 0U) << "guided, it takes twice as long";
}

/// A network that is told the guidance runs one pass with it, as any runs without guidance.
TEST_F(MeasuredTimesOfAPair, belongToTheNumberOfPasses) {
  GenerationRequest request = pair_.request();
  request.guidance_scale = 1.0;
  times_.add(resolve_run(request, {}), kPlace, report(1.0, 2.0));
  request.guidance_scale = 0.5;
  EXPECT_EQ(times_.of(resolve_run(request, {}), kPlace).evaluation.size(), 2U);
  ResolvedRun told = pair_.resolved();
  EXPECT_TRUE(times_.of(told, kPlace).evaluation.empty());
  for (auto& [name, parts] : told.models) std::get<UnetConfig>(parts.network).time_cond_proj_dim = 8;
  EXPECT_EQ(times_.of(told, kPlace).evaluation.size(), 2U);
  told.request.guidance_embedding = GuidanceEmbedding::Off;
  EXPECT_TRUE(times_.of(told, kPlace).evaluation.empty());
}

TEST_F(MeasuredTimesOfAPair, areNotTakenFromADenoiserThatMixesPasses) {
  GenerationRequest request = pair_.request();
  request.split = SegmentSplit{{{"small", 1, 5.0}, {"small", 1, 1.0}, {"large", 2, {}}}};
  const ResolvedRun run = resolve_run(request, {});
  times_.add(run, kPlace, report(1.0, 2.0));
  EXPECT_EQ(times_.of(run, kPlace).evaluation, (std::map<DenoiserName, double>{{"large", 2.0}}));
}

TEST_F(MeasuredTimesOfAPair, endWithTheFileTheyWereMeasuredOn) {
  times_.add(pair_.resolved(), kPlace, report(1.0, 2.0));
  const fs::path weights = pair_.folder() / "small" / "unet" / "diffusion_pytorch_model.safetensors";
  fs::last_write_time(weights, fs::last_write_time(weights) + std::chrono::seconds(5));
  EXPECT_EQ(times_.of(pair_.resolved(), kPlace).evaluation, (std::map<DenoiserName, double>{{"large", 2.0}}));
}

TEST_F(MeasuredTimesOfAPair, surviveADamagedFile) {
  pair_.files().write("cache/measured.json", "[1, 2");
  EXPECT_TRUE(times_.of(pair_.resolved(), kPlace).evaluation.empty());
  times_.add(pair_.resolved(), kPlace, report(1.0, 2.0));
  EXPECT_EQ(times_.of(pair_.resolved(), kPlace).evaluation.size(), 2U);
}

}  // namespace
}  // namespace tstitch
