#include "core/local_engine/work_estimate.h"

#include <vector>

#include <gtest/gtest.h>

namespace tstitch {
namespace {

constexpr double kGiga = 1e9;

/// Counted layer by layer, in 1e9 operations of an evaluation without guidance.
struct CountedNetwork {
  const char* name;
  std::int64_t parameters;
  std::vector<std::int64_t> latents;
  double operations;
};

TEST(WorkEstimateTest, IsWithinAFactorOfTwoOfWhatIsCounted) {
  for (const CountedNetwork& each : {CountedNetwork{"SD 1.5", 859'500'000, {4, 64, 64}, 803.3},
                                     CountedNetwork{"BK-SDM Tiny", 323'400'000, {4, 64, 64}, 485.5},
                                     CountedNetwork{"SDXL", 2'567'500'000, {4, 128, 128}, 6761},
                                     CountedNetwork{"SSD-1B", 1'331'300'000, {4, 128, 128}, 4208},
                                     CountedNetwork{"DiT-S/2", 32'900'000, {4, 32, 32}, 12.1},
                                     CountedNetwork{"DiT-XL/2", 674'800'000, {4, 32, 32}, 237.2},
                                     CountedNetwork{"LDM, 64 channels", 25'400'000, {4, 32, 32}, 8.3},
                                     CountedNetwork{"LDM, 256 channels", 395'000'000, {4, 32, 32}, 114.1}}) {
    const double estimate = evaluation_work(each.parameters, each.latents, 1) / kGiga / each.operations;
    EXPECT_GT(estimate, 0.5) << each.name;
    EXPECT_LT(estimate, 2.1) << each.name;
  }
  EXPECT_NEAR(decoding_work(83'653'863, {4, 64, 64}) / kGiga, 2515, 400);
}

TEST(WorkEstimateTest, CountsPassesAndPrompts) {
  EXPECT_DOUBLE_EQ(evaluation_work(1'000'000, {4, 32, 32}, 2), 2 * evaluation_work(1'000'000, {4, 32, 32}, 1));
  EXPECT_DOUBLE_EQ(text_work(1'000'000, 2), 2 * text_work(1'000'000, 1));
}

TEST(ThreadsThatPayTest, SmallStepsTakeOneAndLargeOnesAll) {
  EXPECT_EQ(threads_that_pay(0, 16), 1);
  EXPECT_EQ(threads_that_pay(1.5 * kGiga, 2), 1);
  EXPECT_EQ(threads_that_pay(1.7 * kGiga, 2), 2);
  EXPECT_EQ(threads_that_pay(5 * kGiga, 16), 6);
  EXPECT_EQ(threads_that_pay(1600 * kGiga, 16), 16);
}

}  // namespace
}  // namespace tstitch
