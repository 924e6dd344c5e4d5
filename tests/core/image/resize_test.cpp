#include "core/image/resize.h"

#include <gtest/gtest.h>

#include "core/base/check.h"

namespace tstitch {
namespace {

using Bytes = std::vector<std::uint8_t>;

Image grey(int width, int height, const Bytes& values) {
  Image image{width, height, {}};
  for (const std::uint8_t value : values) image.rgb.insert(image.rgb.end(), 3, value);
  return image;
}

TEST(Resize, RepeatsTheNearestPixel) {
  EXPECT_EQ(resized(grey(2, 1, {10, 20}), 4, 2, ResizeFilter::Nearest), grey(4, 2, {10, 10, 20, 20, 10, 10, 20, 20}));
}

TEST(Resize, BlendsNeighbours) {
  EXPECT_EQ(resized(grey(2, 1, {0, 100}), 4, 1, ResizeFilter::Bilinear), grey(4, 1, {0, 25, 75, 100}));
  EXPECT_EQ(resized(grey(1, 1, {9}), 3, 3, ResizeFilter::Bilinear), grey(3, 3, Bytes(9, 9)));
}

TEST(Resize, AveragesWhatAPixelCovers) {
  EXPECT_EQ(resized(grey(4, 1, {0, 100, 200, 100}), 2, 1, ResizeFilter::Area), grey(2, 1, {50, 150}));
  EXPECT_EQ(resized(grey(3, 1, {0, 90, 255}), 2, 1, ResizeFilter::Area), grey(2, 1, {30, 200}));
}

TEST(Resize, KeepsAPictureOfTheSameSize) {
  const Image image = grey(3, 2, {1, 2, 3, 4, 5, 6});
  for (const auto filter : {ResizeFilter::Nearest, ResizeFilter::Bilinear, ResizeFilter::Area}) {
    EXPECT_EQ(resized(image, 3, 2, filter), image);
  }
}

TEST(Resize, ChecksItsSides) {
  EXPECT_THROW((void)resized(grey(1, 1, {1}), 0, 1, ResizeFilter::Area), LogicError);
}

TEST(Thumbnail, KeepsProportionsAndNeverEnlarges) {
  const Image wide = grey(100, 50, Bytes(5000, 77));
  const Image small = thumbnail(wide, 40);
  EXPECT_EQ(small, grey(40, 20, Bytes(800, 77)));
  EXPECT_EQ(thumbnail(wide, 100), wide);
  EXPECT_EQ(thumbnail(grey(1000, 1, Bytes(1000, 5)), 10).height, 1);
}

}  // namespace
}  // namespace tstitch
