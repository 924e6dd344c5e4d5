#include "core/schedule/timestep_grid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tstitch {
namespace {

using ::testing::ElementsAre;

TEST(TimestepGrid, leadingCountsFromTheOffset) {
  EXPECT_THAT(leading_timesteps(4, 250, 1), ElementsAre(751, 501, 251, 1));
}

TEST(TimestepGrid, trailingEndsOneStrideAboveNothing) {
  EXPECT_THAT(trailing_timesteps(4, 1000), ElementsAre(999, 749, 499, 249));
  EXPECT_THAT(trailing_timesteps(3, 1000), ElementsAre(999, 666, 332));
}

TEST(TimestepGrid, trailingHasAsManyEntriesAsSteps) {
  // numpy.arange gives 62 here.
  EXPECT_EQ(trailing_timesteps(61, 1000).size(), 61U);
  EXPECT_GT(trailing_timesteps(61, 1000).back(), 0.0);
}

TEST(TimestepGrid, linspaceHoldsBothEnds) {
  EXPECT_THAT(linspace_timesteps(3, 1000), ElementsAre(999, 499.5, 0));
  EXPECT_THAT(linspace_timesteps(1, 1000), ElementsAre(0));
}

TEST(TimestepGrid, roundsHalfToEven) {
  EXPECT_THAT(rounded({499.5, 500.5, 1.4}), ElementsAre(500, 500, 1));
}

TEST(TimestepGrid, linspaceEndsExactly) {
  const std::vector<double> values = linspace(0.1, 0.7, 4);
  EXPECT_EQ(values.back(), 0.7);
  EXPECT_NEAR(values[1], 0.3, 1e-15);
}

}  // namespace
}  // namespace tstitch
