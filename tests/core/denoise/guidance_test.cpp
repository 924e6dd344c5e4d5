#include "core/denoise/guidance.h"

#include <ATen/ops/full.h>
#include <gtest/gtest.h>

namespace tstitch {
namespace {

TEST(Guidance, takesTwoPassesOnlyAboveOne) {
  EXPECT_FALSE(is_guided(0.0));
  EXPECT_FALSE(is_guided(1.0));
  EXPECT_TRUE(is_guided(1.01));
}

TEST(Guidance, goesFromTheUnconditionalThroughTheConditional) {
  const at::Tensor unconditional = at::full({1, 1, 1, 1}, 1.0F);
  const at::Tensor conditional = at::full({1, 1, 1, 1}, 3.0F);
  EXPECT_FLOAT_EQ(guided(unconditional, conditional, 7.5).item<float>(), 16.0F);
  EXPECT_FLOAT_EQ(guided(unconditional, conditional, 1.0).item<float>(), 3.0F);
}

}  // namespace
}  // namespace tstitch
