#include "core/image/bitmap_text.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tstitch {
namespace {

/// The dots of a short text, row by row.
std::string drawn(const std::string& text) {
  Image image{16, 9, std::vector<std::uint8_t>(16 * 9 * 3, 0)};
  draw_text(image, 1, 1, text, 1, {255, 255, 255});
  return {image.rgb.begin(), image.rgb.end()};
}

TEST(BitmapText, HasADifferentShapeForEachCharacter) {
  std::set<std::string> shapes;
  for (char c = ' '; c <= '~'; ++c) shapes.insert(drawn(std::string(1, c)));
  shapes.insert(drawn("é"));
  EXPECT_EQ(shapes.size(), 96U);
  EXPECT_EQ(drawn("é"), drawn("東")) << "what it has no shape for is a box, one per character";
}

TEST(BitmapText, MeasuresInCharacters) {
  EXPECT_EQ(text_width("", 1), 0);
  EXPECT_EQ(text_width("ab", 1), 11);
  EXPECT_EQ(text_width("ab", 3), 33);
  EXPECT_EQ(text_width("é", 1), 5);
}

TEST(BitmapText, DrawsDotsOfTheScale) {
  Image image{20, 20, std::vector<std::uint8_t>(1200, 0)};
  draw_text(image, 0, 0, "|", 2, {9, 9, 9});
  EXPECT_EQ(std::count(image.rgb.begin(), image.rgb.end(), 9), 7 * 4 * 3);
}

TEST(BitmapText, CutsOffWhatLiesOutside) {
  Image image{3, 3, std::vector<std::uint8_t>(27, 0)};
  draw_text(image, -2, -2, "WWWW", 4, {255, 255, 255});
  draw_text(image, 100, 100, "W", 1, {255, 255, 255});
  EXPECT_EQ(image.rgb.size(), 27U);
}

}  // namespace
}  // namespace tstitch
