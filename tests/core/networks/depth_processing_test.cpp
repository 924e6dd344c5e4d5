#include "core/networks/depth_processing.h"

#include <string>

#include <ATen/ops/full.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

Image picture_of(const test::NetworkGolden& golden) {
  const at::Tensor bytes = golden["picture"].to(at::kByte).contiguous();  // [H, W, 3]
  const auto* data = bytes.const_data_ptr<std::uint8_t>();
  return {static_cast<int>(bytes.size(1)), static_cast<int>(bytes.size(0)), {data, data + bytes.numel()}};
}

/// To one size, to a size that keeps the aspect ratio in whole patches, and with the other filter.
class DepthProcessing : public testing::TestWithParam<std::string> {};

TEST_P(DepthProcessing, PreparesPicturesAsTransformers) {
  const auto golden = test::NetworkGolden::load("depth-processing");
  const auto config = nlohmann::json::parse(golden.config).at(GetParam()).dump();
  const at::Tensor input = depth_input(picture_of(golden), parse_depth_processor_config(config, GetParam()));
  EXPECT_LT(test::relative_difference(input, golden["out." + GetParam()]), 1e-6);
}

INSTANTIATE_TEST_SUITE_P(Processors, DepthProcessing, testing::Values("fixed", "free", "smooth"));

TEST(DepthMap, IsTheDepthOverItsRangeAtThePicturesSize) {
  const auto golden = test::NetworkGolden::load("depth-processing");
  const Image map = depth_map(golden["depth"], 44, 30);
  ASSERT_EQ(map.width, 44);
  ASSERT_EQ(map.height, 30);
  const at::Tensor expected = golden["out.map"].to(at::kInt);
  int different = 0;
  for (int y = 0; y < map.height; ++y) {
    for (int x = 0; x < map.width; ++x) {
      const std::size_t pixel = 3 * (static_cast<std::size_t>(y) * 44 + static_cast<std::size_t>(x));
      EXPECT_EQ(map.rgb[pixel], map.rgb[pixel + 1]);
      EXPECT_EQ(map.rgb[pixel], map.rgb[pixel + 2]);
      const int level = expected[y][x].item<int>();
      // Rounded down: the last bit of a float may decide.
      EXPECT_NEAR(map.rgb[pixel], level, 1);
      different += map.rgb[pixel] == level ? 0 : 1;
    }
  }
  EXPECT_LE(different, 2);
}

TEST(DepthMap, OfTheSameDepthEverywhereIsBlack) {
  EXPECT_EQ(depth_map(at::full({1, 4, 4}, 3.0F), 2, 2), (Image{2, 2, std::vector<std::uint8_t>(12, 0)}));
}

}  // namespace
}  // namespace tstitch
