#include "core/jobs/ratio_plot.h"

#include <gtest/gtest.h>

namespace tstitch {
namespace {

TEST(Knee, IsThePointFarthestFromTheChord) {
  EXPECT_EQ(knee_of({{0, 4.0, 0, 1}, {40, 2.5, 0.01, 1}, {80, 1.5, 0.04, 1}, {100, 1.0, 0.2, 1}}), 2U);
  EXPECT_EQ(knee_of({{0, 4.0, 0, 1}, {20, 2.0, 0.01, 1}, {60, 1.5, 0.1, 1}, {100, 1.0, 0.2, 1}}), 1U);
}

TEST(Knee, NeedsThreePointsAndABend) {
  EXPECT_FALSE(knee_of({}));
  EXPECT_FALSE(knee_of({{0, 4, 0, 1}, {100, 1, 0.2, 1}}));
  EXPECT_FALSE(knee_of({{0, 4, 0, 1}, {50, 3, 0.1, 1}, {100, 2, 0.2, 1}}));
  EXPECT_FALSE(knee_of({{0, 2, 0, 1}, {50, 2, 0, 1}, {100, 2, 0, 1}}));
}

}  // namespace
}  // namespace tstitch
