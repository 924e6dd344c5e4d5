#include "core/image/lettering.h"

#include <gtest/gtest.h>

namespace tstitch {
namespace {

Image paper(int width, int height) {
  return {width, height, std::vector<std::uint8_t>(std::size_t(width) * std::size_t(height) * 3, 255)};
}

int inked(const Image& image, int from_x, int to_x) {
  int count = 0;
  for (int y = 0; y < image.height; ++y) {
    for (int x = from_x; x < to_x; ++x) count += image.rgb[(std::size_t(y) * image.width + std::size_t(x)) * 3] < 128;
  }
  return count;
}

TEST(Lettering, TakesAsMuchRoomAsItSays) {
  const double width = lettering_width("Ratio 40 %", 20);
  Image image = paper(static_cast<int>(width) + 41, 40);
  draw_lettering(image, 20, 28, "Ratio 40 %", 20, {0, 0, 0});
  EXPECT_GT(inked(image, 20, 20 + static_cast<int>(width)), 100);
  EXPECT_EQ(inked(image, 0, 18), 0);
  EXPECT_EQ(inked(image, 22 + static_cast<int>(width), image.width), 0);
}

TEST(Lettering, KnowsLettersOfManyLanguages) {
  EXPECT_NE(lettering_width("\u00e4\u0142\u0434\u03b1", 20), lettering_width("\u4e2d\u4e2d\u4e2d\u4e2d", 20));
  EXPECT_GT(lettering_width("\u4e2d", 20), 0);  // a box
}

TEST(Lettering, CutsWhatLiesOutside) {
  Image image = paper(10, 10);
  draw_lettering(image, -30, 5, "Wide words", 40, {0, 0, 0});
  EXPECT_GT(inked(image, 0, 10), 0);
}

TEST(Lettering, GrowsWithItsSize) {
  EXPECT_NEAR(lettering_width("mm", 40), 2 * lettering_width("mm", 20), 1);
  EXPECT_GT(lettering_ascent(20), 10);
  EXPECT_GT(lettering_descent(20), 2);
  EXPECT_EQ(lettering_width("", 20), 0);
}

}  // namespace
}  // namespace tstitch
