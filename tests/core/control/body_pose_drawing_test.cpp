#include "core/control/body_pose_drawing.h"

#include <array>

#include <gtest/gtest.h>

namespace tstitch {
namespace {

using Colour = std::array<int, 3>;

Colour pixel(const Image& map, int x, int y) {
  const std::size_t at =
      3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(map.width) + static_cast<std::size_t>(x));
  return {map.rgb[at], map.rgb[at + 1], map.rgb[at + 2]};
}

/// Parts in a row, 24 pixels apart.
Body row() {
  Body body;
  for (std::size_t i = 0; i < kBodyParts; ++i) body.parts[i] = cv::Point2d(40.0 + 24.0 * static_cast<double>(i), 100);
  return body;
}

TEST(BodyPoseDrawing, GivesEachPartItsHue) {
  const Image map = draw_bodies({row()}, 512, 512);
  const std::array<Colour, kBodyParts> hues{{{255, 0, 0},
                                             {255, 85, 0},
                                             {255, 170, 0},
                                             {255, 255, 0},
                                             {170, 255, 0},
                                             {85, 255, 0},
                                             {0, 255, 0},
                                             {0, 255, 85},
                                             {0, 255, 170},
                                             {0, 255, 255},
                                             {0, 170, 255},
                                             {0, 85, 255},
                                             {0, 0, 255},
                                             {85, 0, 255},
                                             {170, 0, 255},
                                             {255, 0, 255},
                                             {255, 0, 170},
                                             {255, 0, 85}}};
  for (int i = 0; i < static_cast<int>(kBodyParts); ++i) {
    EXPECT_EQ(pixel(map, 40 + 24 * i, 100), hues[static_cast<std::size_t>(i)]) << i;
    EXPECT_EQ(pixel(map, 40 + 24 * i, 104), hues[static_cast<std::size_t>(i)]) << i;
    EXPECT_NE(pixel(map, 40 + 24 * i, 105), hues[static_cast<std::size_t>(i)]) << i;
  }
}

TEST(BodyPoseDrawing, DrawsLimbsDarkerAndBehindTheParts) {
  using enum BodyPart;
  Body body;
  body.parts[static_cast<std::size_t>(LeftElbow)] = {100, 100};
  body.parts[static_cast<std::size_t>(LeftWrist)] = {100, 300};
  body.parts[static_cast<std::size_t>(Nose)] = {300, 300};  // has no limb to either
  const Image map = draw_bodies({body}, 512, 512);
  // Limb 5 (85, 255, 0) at 60 %.
  EXPECT_EQ(pixel(map, 100, 200), (Colour{51, 153, 0}));
  EXPECT_EQ(pixel(map, 96, 200), (Colour{51, 153, 0}));
  EXPECT_EQ(pixel(map, 104, 200), (Colour{51, 153, 0}));
  EXPECT_EQ(pixel(map, 106, 200), (Colour{0, 0, 0}));
  EXPECT_EQ(pixel(map, 100, 100), (Colour{0, 255, 0}));
  EXPECT_EQ(pixel(map, 200, 300), (Colour{0, 0, 0}));
}

TEST(BodyPoseDrawing, LeavesEarsAndShouldersUnjoined) {
  Body body;
  body.parts[static_cast<std::size_t>(BodyPart::RightShoulder)] = {100, 300};
  body.parts[static_cast<std::size_t>(BodyPart::RightEar)] = {100, 100};
  EXPECT_EQ(pixel(draw_bodies({body}, 512, 512), 100, 200), (Colour{0, 0, 0}));
}

TEST(BodyPoseDrawing, ScalesWithTheShorterSide) {
  Body body;
  body.parts[0] = cv::Point2d(500, 500);
  const Image map = draw_bodies({body}, 2048, 1024);
  EXPECT_EQ(pixel(map, 508, 500), (Colour{255, 0, 0}));
  EXPECT_EQ(pixel(map, 510, 500), (Colour{0, 0, 0}));
}

TEST(BodyPoseDrawing, OfNobodyIsBlack) {
  EXPECT_EQ(draw_bodies({}, 3, 2), (Image{3, 2, std::vector<std::uint8_t>(18, 0)}));
}

}  // namespace
}  // namespace tstitch
