#include "core/control/pose.h"

#include <array>
#include <cmath>
#include <map>
#include <stop_token>
#include <string>

#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "core/control/body_pose_decoding.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

constexpr BodyPoseShape kShape{.vgg = {3, 3, 3, 3}, .first_stage = 3, .stage = 3, .stages = 1};

using Tensors = std::map<std::string, at::Tensor>;

/// A convolution that hands its first channels on.
void add_passage(Tensors& tensors, const std::string& name, std::int64_t out, std::int64_t kernel) {
  at::Tensor weight = at::zeros({out, 3, kernel, kernel});
  if (out == 3) {
    for (std::int64_t i = 0; i < 3; ++i) weight[i][i][kernel / 2][kernel / 2].fill_(1);
  }
  tensors[name + ".weight"] = weight;
  tensors[name + ".bias"] = at::zeros({out});
}

/// A network that sees a neck where the picture is blue, a right shoulder where it is green, a right elbow and a left
/// shoulder where it is red; its fields lead to the right everywhere.
BodyPoseNetwork colour_network() {
  using enum BodyPart;
  Tensors tensors;
  for (const char* name : {"conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "conv3_3", "conv3_4",
                           "conv4_1", "conv4_2", "conv4_3_CPM", "conv4_4_CPM"}) {
    add_passage(tensors, name, 3, 3);
  }
  for (const std::string branch : {"L1", "L2"}) {
    for (int i = 1; i <= 4; ++i) {
      add_passage(tensors, "conv5_" + std::to_string(i) + "_CPM_" + branch, 3, i < 4 ? 3 : 1);
    }
  }
  add_passage(tensors, "conv5_5_CPM_L1", 38, 1);
  add_passage(tensors, "conv5_5_CPM_L2", 19, 1);
  for (std::int64_t i = 0; i < 38; i += 2) tensors["conv5_5_CPM_L1.bias"][i].fill_(1);
  const auto sees = [&](BodyPart part, int channel) {
    tensors["conv5_5_CPM_L2.weight"][static_cast<std::int64_t>(part)][channel].fill_(1);
  };
  sees(Neck, 0);
  sees(RightShoulder, 1);
  sees(RightElbow, 2);
  sees(LeftShoulder, 2);
  const test::TensorWeights weights(tensors);
  const WeightScope root(weights, {});
  BodyPoseNetwork network(root, kShape);
  root.require_complete();
  return network;
}

Image black(int width, int height) {
  return {width, height, std::vector<std::uint8_t>(std::size_t(3) * width * height, 0)};
}

void add_spot(Image& picture, int left, int top, int channel, int side) {
  for (int y = top; y < top + side; ++y) {
    for (int x = left; x < left + side; ++x) picture.rgb[std::size_t(3) * (y * picture.width + x) + channel] = 255;
  }
}

/// The middle of all pixels of that colour.
std::array<double, 2> middle_of(const Image& map, std::array<int, 3> colour) {
  double x_sum = 0, y_sum = 0, count = 0;
  for (int y = 0; y < map.height; ++y) {
    for (int x = 0; x < map.width; ++x) {
      const auto* pixel = &map.rgb[std::size_t(3) * (y * map.width + x)];
      if (pixel[0] != colour[0] || pixel[1] != colour[1] || pixel[2] != colour[2]) continue;
      x_sum += x;
      y_sum += y;
      count += 1;
    }
  }
  return {x_sum / count, y_sum / count};
}

TEST(Pose, IsDrawnWhereTheNetworkSeesIt) {
  Image picture = black(900, 700);
  add_spot(picture, 100, 400, 2, 60);  // blue
  add_spot(picture, 350, 400, 1, 60);  // green
  add_spot(picture, 600, 400, 0, 60);  // red
  const Image map = pose_map(colour_network(), picture, at::kCPU, {});
  ASSERT_EQ(map.width, 900);
  ASSERT_EQ(map.height, 700);
  // A cell of the network is 8 * 700 / 184 = 30 pixels wide.
  const auto near = [&](std::array<int, 3> colour, double x) {
    const auto [found_x, found_y] = middle_of(map, colour);
    EXPECT_NEAR(found_x, x, 16);
    EXPECT_NEAR(found_y, 430, 16);
  };
  near({255, 85, 0}, 130);   // the neck's hue
  near({255, 170, 0}, 380);  // the right shoulder's
  near({85, 255, 0}, 630);   // the left shoulder's, over the right elbow's
}

TEST(Pose, OfNobodyIsBlack) {
  EXPECT_EQ(pose_map(colour_network(), black(64, 48), at::kCPU, {}), black(64, 48));
}

TEST(Pose, RefusesPicturesWithoutPixelsAndFarTooWideOnes) {
  EXPECT_THROW((void)pose_map(colour_network(), Image{}, at::kCPU, {}), BadInput);
  EXPECT_THROW((void)pose_map(colour_network(), black(300, 10), at::kCPU, {}), BadInput);
}

TEST(Pose, StopsWhenAsked) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW((void)pose_map(colour_network(), black(64, 64), at::kCPU, stop.get_token()), Interrupted);
}

}  // namespace
}  // namespace tstitch
