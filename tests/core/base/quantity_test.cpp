#include "core/base/quantity.h"

#include <type_traits>

#include <gtest/gtest.h>

namespace tstitch {
namespace {

TEST(Quantity, ComparesItsValues) {
  EXPECT_LT(Sigma{0.5}, Sigma{1.0});
  EXPECT_EQ(Percent{40}, Percent{40});
  EXPECT_NE(StepIndex{1}, StepIndex{2});
}

TEST(Quantity, StartsAtZero) {
  EXPECT_EQ(EvaluationIndex{}.value, 0);
}

TEST(Quantity, KindsDoNotMix) {
  EXPECT_FALSE((std::is_convertible_v<Sigma, Timestep>));
  EXPECT_FALSE((std::is_convertible_v<StepIndex, EvaluationIndex>));
  EXPECT_FALSE((std::is_convertible_v<double, Sigma>));
}

}  // namespace
}  // namespace tstitch
