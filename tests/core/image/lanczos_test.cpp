#include "core/image/lanczos.h"

#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/check.h"
#include "core/image/fit.h"

namespace tstitch {
namespace {

/// The picture of tests/golden/make_lanczos.py.
Image picture(int width, int height) {
  Image image{width, height, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) {
        image.rgb.push_back(static_cast<std::uint8_t>((x * 37 + y * 91 + c * 53 + x * y * 7) % 256));
      }
    }
  }
  return image;
}

TEST(Lanczos, EqualsPillowToTheBit) {
  const auto golden = nlohmann::json::parse(std::ifstream(TSTITCH_GOLDEN_DIR "/lanczos.json"));
  ASSERT_GE(golden.at("cases").size(), 6U);
  for (const auto& entry : golden.at("cases")) {
    const int width = entry.at("to").at(0), height = entry.at("to").at(1);
    const Image resized = lanczos_resized(picture(entry.at("from").at(0), entry.at("from").at(1)), width, height);
    EXPECT_EQ(resized, (Image{width, height, entry.at("rgb").get<std::vector<std::uint8_t>>()}))
        << width << "x" << height;
  }
}

TEST(Fit, CropEqualsDiffusersToTheBit) {
  const auto golden = nlohmann::json::parse(std::ifstream(TSTITCH_GOLDEN_DIR "/lanczos.json"));
  ASSERT_GE(golden.at("crops").size(), 5U);
  for (const auto& entry : golden.at("crops")) {
    const int width = entry.at("to").at(0), height = entry.at("to").at(1);
    const Image cut = cropped_to(picture(entry.at("from").at(0), entry.at("from").at(1)), width, height);
    EXPECT_EQ(cut, (Image{width, height, entry.at("rgb").get<std::vector<std::uint8_t>>()})) << width << "x" << height;
  }
}

TEST(Fit, PadKeepsTheWholePictureBetweenBlackBorders) {
  const InnerSides tall = inner_sides(picture(3, 8), 8, 8);
  EXPECT_EQ(tall.width, 3);
  EXPECT_EQ(tall.height, 8);
  const InnerSides thin = inner_sides(picture(1, 200), 8, 8);
  EXPECT_EQ(thin.width, 1);
  const Image padded = with_borders(picture(3, 8), 8, 8);
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 8; ++x) {
      const std::size_t at = (std::size_t(y) * 8 + x) * 3;
      const bool inside = x >= 3 && x < 6;
      const int expected = inside ? ((x - 3) * 37 + y * 91 + (x - 3) * y * 7) % 256 : 0;
      ASSERT_EQ(padded.rgb[at], expected) << x << ',' << y;
    }
  }
}

TEST(Lanczos, KeepsAPictureOfTheSameSize) {
  EXPECT_EQ(lanczos_resized(picture(7, 5), 7, 5), picture(7, 5));
}

TEST(Lanczos, ChecksItsSides) {
  EXPECT_THROW((void)lanczos_resized(picture(2, 2), 0, 1), LogicError);
}

}  // namespace
}  // namespace tstitch
