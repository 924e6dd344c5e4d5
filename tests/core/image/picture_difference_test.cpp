#include "core/image/picture_difference.h"

#include <cmath>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace tstitch {
namespace {

/// The pictures of tests/golden/make_picture_difference.py.
Image picture(int width, int height, const std::string& kind) {
  const auto level = [&](int x, int y, int c) {
    if (kind == "rough") return x * 37 + y * 91 + c * 53 + x * y * 7;
    const int smooth = x * 3 + y * 2 + c * 40;
    return kind == "smooth" ? smooth : smooth + (x * 5 + y * 11 + c) % 9;
  };
  Image image{width, height, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) image.rgb.push_back(static_cast<std::uint8_t>(level(x, y, c) % 256));
    }
  }
  return image;
}

TEST(PictureDifference, EqualsScikitImage) {
  const auto golden = nlohmann::json::parse(std::ifstream(TSTITCH_GOLDEN_DIR "/picture_difference.json"));
  ASSERT_GE(golden.at("cases").size(), 15U);
  for (const auto& entry : golden.at("cases")) {
    const int width = entry.at("size").at(0), height = entry.at("size").at(1);
    const PictureDifference found =
        picture_difference(picture(width, height, entry.at("a")), picture(width, height, entry.at("b")));
    EXPECT_NEAR(found.rms, entry.at("rms").get<double>(), 1e-9) << entry;
    EXPECT_NEAR(found.psnr, entry.at("psnr").get<double>(), 1e-9) << entry;
    ASSERT_TRUE(found.ssim) << entry;
    EXPECT_NEAR(*found.ssim, entry.at("ssim").get<double>(), 1e-9) << entry;
  }
}

TEST(PictureDifference, EqualPicturesAreEqualExactly) {
  const Image image = picture(33, 20, "rough");
  const PictureDifference found = picture_difference(image, image);
  EXPECT_EQ(found.rms, 0);
  EXPECT_TRUE(std::isinf(found.psnr));
  EXPECT_EQ(found.ssim, 1);
}

TEST(PictureDifference, ASideBelowAWindowHasNoSimilarity) {
  const PictureDifference found = picture_difference(picture(6, 40, "smooth"), picture(6, 40, "rough"));
  EXPECT_GT(found.rms, 0);
  EXPECT_FALSE(found.ssim);
}

TEST(PictureDifference, OtherSizesAreASentence) {
  try {
    picture_difference(picture(8, 8, "smooth"), picture(9, 8, "smooth"));
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("8x8 and 9x8"), std::string::npos) << error.what();
  }
  EXPECT_THROW(difference_map(Image{}, Image{}), UsageError);
}

TEST(DifferenceMap, IsDarkWhereNothingDiffersAndLightWhereMostDoes) {
  const Image a{3, 1, {10, 10, 10, 50, 50, 50, 200, 0, 0}};
  const Image b{3, 1, {10, 10, 10, 50, 70, 45, 100, 0, 0}};
  const DifferenceMap map = difference_map(a, b);
  EXPECT_EQ(map.greatest, 100);
  const auto brightness = [&](std::size_t pixel) {
    return map.image.rgb[3 * pixel] + map.image.rgb[3 * pixel + 1] + map.image.rgb[3 * pixel + 2];
  };
  EXPECT_LT(brightness(0), brightness(1));
  EXPECT_LT(brightness(1), brightness(2));
  EXPECT_EQ(brightness(2), 254 + 250 + 200);
}

}  // namespace
}  // namespace tstitch
