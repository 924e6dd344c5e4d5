#include "core/local_engine/residency.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/small_pair.h"

namespace tstitch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t kPlenty = std::int64_t{1} << 40U;

class ResidencyTest : public ::testing::Test {
 protected:
  [[nodiscard]] ResolvedRun of_size(int width, int height) const {
    GenerationRequest request = pair_.request();
    request.extent = {width, height};
    return resolve_run(request, {});
  }

  [[nodiscard]] std::int64_t parameters(const DenoiserName& name) const {
    return pair_.resolved().models.at(name).facts.parameters;
  }

  static ResidencyPlan plan(const ResolvedRun& run, std::int64_t limit = kPlenty,
                            Residency residency = Residency::LetGo) {
    return plan_residency(run, 4, residency, {limit, true});
  }

  /// The least limit that lets the denoisers lie side by side.
  static std::int64_t side_by_side(const ResolvedRun& run) { return plan(run).peak_bytes(); }

  test::SmallPair pair_{TSTITCH_GOLDEN_DIR};
};

std::vector<std::string> names_of(const ResidencyPlan& plan) {
  std::vector<std::string> names;
  for (const ResidencyStage& stage : plan.stages) names.push_back(stage.name);
  return names;
}

TEST_F(ResidencyTest, holdsTheDenoisersOfTheTrajectorySideBySide) {
  const ResidencyPlan both = plan(pair_.resolved(50));
  EXPECT_FALSE(both.one_at_a_time);
  EXPECT_THAT(names_of(both), ElementsAre("text", "small", "large", "decoding"));
  EXPECT_THAT(both.stages[0].parts, ElementsAre("text_encoder"));
  EXPECT_THAT(both.stages[1].parts, ElementsAre("small", "large"));
  EXPECT_EQ(both.stages[1].weight_bytes, 4 * (parameters("small") + parameters("large")));
  EXPECT_THAT(both.stages[3].parts, ElementsAre("vae"));
  const ResidencyPlan alone = plan(pair_.resolved(0));
  EXPECT_THAT(names_of(alone), ElementsAre("text", "large", "decoding"));
  EXPECT_EQ(alone.stages[1].weight_bytes, 4 * parameters("large"));
}

TEST_F(ResidencyTest, keepsWhatASessionKeeps) {
  const ResidencyPlan kept = plan(pair_.resolved(50), kPlenty, Residency::Keep);
  EXPECT_THAT(kept.stages.back().parts, ElementsAre("text_encoder", "small", "large", "vae"));
  EXPECT_GT(kept.stages.back().weight_bytes, plan(pair_.resolved(50)).stages.back().weight_bytes);
}

TEST_F(ResidencyTest, holdsOneAtATimeWhereBothAreTooMuch) {
  const ResolvedRun run = of_size(8, 8);  // activations small beside weights
  const std::int64_t limit = side_by_side(run);
  EXPECT_FALSE(plan(run, limit).one_at_a_time);
  const ResidencyPlan short_of_memory = plan(run, limit - 1);
  EXPECT_TRUE(short_of_memory.one_at_a_time);
  EXPECT_THAT(short_of_memory.stages[1].parts, ElementsAre("small"));
  EXPECT_THAT(short_of_memory.stages[2].parts, ElementsAre("large"));
  EXPECT_LT(short_of_memory.peak_bytes(), limit);
}

TEST_F(ResidencyTest, leavesTwoFifthsOfFreeMemoryToOtherPrograms) {
  const ResolvedRun run = of_size(8, 8);
  const std::int64_t need = side_by_side(run);
  EXPECT_TRUE(plan_residency(run, 4, Residency::LetGo, {need, false}).one_at_a_time);
  EXPECT_FALSE(plan_residency(run, 4, Residency::LetGo, {need / 3 * 5 + 5, false}).one_at_a_time);
}

TEST_F(ResidencyTest, growsWithTheArea) {
  const auto working = [&](int width, int height) { return plan(of_size(width, height)).stages[2].working_bytes; };
  EXPECT_EQ(working(128, 64), 2 * working(64, 64));
  EXPECT_GT(working(16384, 16384), std::int64_t{1} << 33U) << "far beyond 32 bits, and still positive";
}

TEST_F(ResidencyTest, refusesWithTheNeedAndWhatIsFree) {
  const ResolvedRun run = of_size(64, 64);
  const std::int64_t need = plan(run, 1).peak_bytes();
  EXPECT_NO_THROW(require_memory(plan(run, need), run.request.extent));
  try {
    require_memory(plan(run, need - 1), run.request.extent);
    FAIL();
  } catch (const OutOfMemory& problem) {
    EXPECT_EQ(problem.where(), "64x64");
    EXPECT_THAT(std::string(problem.what()), HasSubstr(" MiB, and "));
  }
}

TEST_F(ResidencyTest, cutsTheDecodingWhereItWouldTakeMoreThanHalf) {
  const std::int64_t widest = std::int64_t{4} * 256 * 128 * 32 * 4;  // four fp32 maps of the second level's 32 channels
  EXPECT_FALSE(needs_tiles(of_size(256, 128), 2 * widest));
  EXPECT_TRUE(needs_tiles(of_size(256, 128), 2 * widest - 2));
  EXPECT_FALSE(needs_tiles(of_size(128, 128), widest));
}

TEST_F(ResidencyTest, cutsTheEncodingWhereItWouldTakeMoreThanHalf) {
  ResolvedRun run = of_size(1024, 512);
  const auto width = std::get<VaeConfig>(run.vae.config).block_out_channels.front();
  const std::int64_t widest = std::int64_t{4} * 1024 * 512 * width * 4;
  EXPECT_FALSE(encodes_in_tiles(run, 2 * widest));
  EXPECT_TRUE(encodes_in_tiles(run, 2 * widest - 2));
  run.source.emplace();
  const auto encoding = [&](std::int64_t limit) {
    for (const ResidencyStage& stage : plan(run, limit).stages) {
      if (stage.name == "encoding") return stage.working_bytes;
    }
    return std::int64_t{-1};
  };
  EXPECT_EQ(encoding(2 * widest), widest);
  const std::int64_t side = std::int64_t{64} * run.latent_space().factor;
  EXPECT_EQ(encoding(2 * widest - 2), 4 * side * side * width * 4);
}

}  // namespace
}  // namespace tstitch
