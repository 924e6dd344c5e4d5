#include "core/control/soft_edge.h"

#include <algorithm>
#include <stop_token>

#include <ATen/TensorOperators.h>
#include <ATen/ops/abs.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/upsample_bilinear2d.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

SoftEdgeNetwork small_network() {
  const auto golden = test::NetworkGolden::load("soft-edge");
  const WeightScope root(golden.weights, {});
  return SoftEdgeNetwork(root, {4, 6, 8, 10, 12});
}

/// A square of another colour on a ground.
Image square(int side) {
  Image picture{side, side, std::vector<std::uint8_t>(std::size_t(3) * side * side, 20)};
  for (int y = side / 4; y < side / 2; ++y) {
    for (int x = side / 4; x < side / 2; ++x) picture.rgb[std::size_t(3) * (y * side + x) + 1] = 40;
  }
  return picture;
}

TEST(SoftEdgeMap, IsTheSigmoidOfTheMeanOverTheResolutions) {
  constexpr int kSide = 512;  // the size that pictures are looked at: nothing is resized
  const Image picture = square(kSide);
  const SoftEdgeNetwork network = small_network();
  at::Tensor planes = at::zeros({1, 3, kSide, kSide});
  auto* values = planes.mutable_data_ptr<float>();
  for (std::size_t i = 0; i < picture.rgb.size(); ++i) {
    values[i % 3 * kSide * kSide + i / 3] = static_cast<float>(picture.rgb[i]);
  }
  at::Tensor sum = at::zeros({1, 1, kSide, kSide});
  for (const at::Tensor& level : network(planes, {})) {
    sum = sum + at::upsample_bilinear2d(level, std::array<std::int64_t, 2>{kSide, kSide}, false);
  }
  const at::Tensor expected = at::sigmoid(sum.div(5)).mul(255).contiguous();
  const Image map = soft_edge_map(network, picture, at::kCPU, {});
  const auto* levels = expected.const_data_ptr<float>();
  double spread = 0;
  for (std::size_t i = 0; i < map.rgb.size(); ++i) {
    ASSERT_NEAR(map.rgb[i] + 0.5, levels[i / 3], 0.6) << i;
    spread = std::max(spread, std::abs(static_cast<double>(map.rgb[i]) - map.rgb[0]));
  }
  EXPECT_GT(spread, 10);
}

TEST(SoftEdgeMap, HasThePicturesSize) {
  const Image map = soft_edge_map(small_network(), Image{50, 30, std::vector<std::uint8_t>(4500, 9)}, at::kCPU, {});
  EXPECT_EQ(map.width, 50);
  EXPECT_EQ(map.height, 30);
  EXPECT_EQ(map.rgb.size(), 4500U);
}

TEST(SoftEdgeMap, RefusesAnEmptyPicture) {
  EXPECT_THROW((void)soft_edge_map(small_network(), Image{}, at::kCPU, {}), BadInput);
}

TEST(SoftEdgeMap, StopsWhenAsked) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW((void)soft_edge_map(small_network(), square(64), at::kCPU, stop.get_token()), Interrupted);
}

}  // namespace
}  // namespace tstitch
