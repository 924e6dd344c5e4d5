#include "core/preview/synthetic_pictures.h"

#include <gtest/gtest.h>

namespace tstitch {
namespace {

TEST(SyntheticPictures, areColourfulAndInRange) {
  const auto pictures = synthetic_pictures(64);
  ASSERT_GE(pictures.size(), 16U);
  for (const at::Tensor& picture : pictures) {
    EXPECT_EQ(picture.sizes(), at::IntArrayRef({1, 3, 64, 64}));
    EXPECT_GE(picture.min().item<float>(), -1.0F);
    EXPECT_LE(picture.max().item<float>(), 1.0F);
    EXPECT_GT(picture.mean({0, 2, 3}).std().item<float>(), 0.0F);
  }
}

TEST(SyntheticPictures, differFromEachOtherAndNeverFromCallToCall) {
  const auto once = synthetic_pictures(32);
  const auto again = synthetic_pictures(32);
  for (std::size_t i = 0; i < once.size(); ++i) {
    EXPECT_TRUE(once[i].equal(again[i]));
    EXPECT_FALSE(once[i].equal(once[(i + 1) % once.size()]));
  }
}

}  // namespace
}  // namespace tstitch
