#include "core/control/line_art.h"

#include <algorithm>
#include <cmath>
#include <stop_token>

#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

LineArtNetwork small_network() {
  const auto golden = test::NetworkGolden::load("line-art");
  const WeightScope root(golden.weights, {});
  return LineArtNetwork(root, 6);
}

TEST(LineArtMap, IsTheDrawingWithLightLines) {
  constexpr int kSide = 512;  // the size that pictures are looked at: nothing is resized
  Image picture{kSide, kSide, std::vector<std::uint8_t>(std::size_t(3) * kSide * kSide, 20)};
  at::Tensor planes = at::zeros({1, 3, kSide, kSide});
  auto* values = planes.mutable_data_ptr<float>();
  for (std::size_t i = 0; i < picture.rgb.size(); ++i) {
    picture.rgb[i] = static_cast<std::uint8_t>(i * i / 997 % 256);
    values[i % 3 * kSide * kSide + i / 3] = static_cast<float>(picture.rgb[i]) / 255;
  }
  const LineArtNetwork network = small_network();
  const at::Tensor drawing = network(planes, {});
  const auto* expected = drawing.const_data_ptr<float>();
  const Image map = line_art_map(network, picture, at::kCPU, {});
  double spread = 0;
  for (std::size_t i = 0; i < map.rgb.size(); ++i) {
    ASSERT_NEAR(map.rgb[i] - 0.5, 255 - 255 * expected[i / 3], 0.6) << i;
    spread = std::max(spread, std::abs(static_cast<double>(map.rgb[i]) - map.rgb[0]));
  }
  EXPECT_GT(spread, 10);
}

TEST(LineArtMap, HasThePicturesSize) {
  const Image map = line_art_map(small_network(), Image{50, 30, std::vector<std::uint8_t>(4500, 9)}, at::kCPU, {});
  EXPECT_EQ(map.width, 50);
  EXPECT_EQ(map.height, 30);
  EXPECT_EQ(map.rgb.size(), 4500U);
}

TEST(LineArtMap, RefusesAnEmptyPictureAndStopsWhenAsked) {
  EXPECT_THROW((void)line_art_map(small_network(), Image{}, at::kCPU, {}), BadInput);
  std::stop_source stop;
  stop.request_stop();
  const Image picture{8, 8, std::vector<std::uint8_t>(192, 9)};
  EXPECT_THROW((void)line_art_map(small_network(), picture, at::kCPU, stop.get_token()), Interrupted);
}

}  // namespace
}  // namespace tstitch
