#include "core/control/network_annotators.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stop_token>
#include <utility>

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "core/networks/depth_anything.h"
#include "core/networks/depth_processing.h"
#include "core/networks/dpt_depth.h"
#include "tests/support/annotator_folder.h"
#include "tests/support/key_list.h"
#include "tests/support/network_golden.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tensor_files.h"

namespace tstitch {
namespace {

Image slope() {
  Image picture{50, 40, {}};
  for (int i = 0; i < 50 * 40; ++i) {
    for (const int level : {i % 50 * 5, i / 50 * 6, 90}) picture.rgb.push_back(static_cast<std::uint8_t>(level));
  }
  return picture;
}

TEST(DepthAnnotator, MakesTheMapOfDptHybrid) {
  const test::TemporaryFolder folder;
  const auto golden = test::NetworkGolden::load("dpt");
  test::write_depth_network(folder.path(), golden, test::kDptProcessor);
  const Image map = make_depth_annotator(folder.path(), {})->map(slope(), {});
  const DptDepth network(WeightScope(golden.weights, {}), parse_dpt_config(golden.config, "golden"));
  const at::Tensor input = depth_input(slope(), parse_depth_processor_config(test::kDptProcessor, "golden"));
  EXPECT_EQ(map, depth_map(network(input, {}), 50, 40));
  EXPECT_EQ(*std::min_element(map.rgb.begin(), map.rgb.end()), 0);
  EXPECT_GE(*std::max_element(map.rgb.begin(), map.rgb.end()), 254);
}

TEST(DepthAnnotator, MakesTheMapOfDepthAnything) {
  const test::TemporaryFolder folder;
  const auto golden = test::NetworkGolden::load("depth-anything");
  test::write_depth_network(folder.path(), golden, test::kDepthAnythingProcessor);
  const Image map = make_depth_annotator(folder.path(), {})->map(slope(), {});
  const DepthAnything network(WeightScope(golden.weights, {}), parse_depth_anything_config(golden.config, "golden"));
  const at::Tensor input = depth_input(slope(), parse_depth_processor_config(test::kDepthAnythingProcessor, "golden"));
  EXPECT_EQ(input.sizes(), at::IntArrayRef({1, 3, 56, 70}));
  EXPECT_EQ(map, depth_map(network(input, {}), 50, 40));
}

TEST(DepthAnnotator, RefusesAProcessorThatDoesNotFitTheNetwork) {
  const test::TemporaryFolder folder;
  test::write_depth_network(folder.path(), test::NetworkGolden::load("dpt"), test::kDepthAnythingProcessor);
  EXPECT_THROW((void)make_depth_annotator(folder.path(), {}), BadInput);
  test::write_depth_network(folder.path(), test::NetworkGolden::load("depth-anything"), test::kDptProcessor);
  EXPECT_THROW((void)make_depth_annotator(folder.path(), {}), BadInput);
}

TEST(DepthAnnotator, RefusesAnEmptyPictureAndStopsWhenAsked) {
  const test::TemporaryFolder folder;
  test::write_depth_network(folder.path(), test::NetworkGolden::load("dpt"), test::kDptProcessor);
  const auto annotator = make_depth_annotator(folder.path(), {});
  EXPECT_THROW((void)annotator->map({}, {}), BadInput);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW((void)annotator->map(slope(), stop.get_token()), Interrupted);
}

TEST(DepthAnnotator, RefusesFoldersWithoutAConfig) {
  const test::TemporaryFolder folder;
  EXPECT_THROW((void)make_depth_annotator(folder.path(), {}), BadInput);
}

/// Files of the full-size networks, all zeros.
TEST(FileAnnotators, FindNobodyWithoutWeights) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "weights.safetensors";
  test::write_sparse_weights(file, test::KeyList::load(TSTITCH_GOLDEN_DIR, "openpose-body"), at::kHalf);
  const Image nobody = make_pose_annotator(file, {})->map(Image{20, 10, std::vector<std::uint8_t>(600, 80)}, {});
  EXPECT_EQ(nobody, (Image{20, 10, std::vector<std::uint8_t>(600, 0)}));
}

TEST(DepthAnnotator, TakesTheFileInItsFolder) {
  const test::TemporaryFolder folder;
  test::write_depth_network(folder.path(), test::NetworkGolden::load("dpt"), test::kDptProcessor);
  EXPECT_EQ(make_depth_annotator(folder.path() / "model.safetensors", {})->map(slope(), {}),
            make_depth_annotator(folder.path(), {})->map(slope(), {}));
}

/// The check alone refuses what building the network refuses.
void expect_fitting(ControlKind kind, const std::filesystem::path& file, bool fits) {
  for (const at::Device device : {at::Device(at::kCPU), at::Device(at::kMeta)}) {
    if (fits) {
      EXPECT_NO_THROW((void)make_annotator({kind, file, {}}, {.device = device}));
    } else {
      EXPECT_THROW((void)make_annotator({kind, file, {}}, {.device = device}), BadInput);
    }
  }
}

TEST(FileAnnotators, AreChosenByKind) {
  const test::TemporaryFolder folder;
  test::write_depth_network(folder.path(), test::NetworkGolden::load("dpt"), test::kDptProcessor);
  EXPECT_EQ(make_annotator({ControlKind::Depth, folder.path(), {}}, {})->map(slope(), {}),
            make_depth_annotator(folder.path(), {})->map(slope(), {}));
  const auto file = folder.path() / "weights.safetensors";
  const std::pair<ControlKind, const char*> kinds[] = {
      {ControlKind::Pose, "openpose-body"}, {ControlKind::SoftEdge, "hed"}, {ControlKind::LineArt, "line-art"}};
  for (const auto& [kind, keys] : kinds) {
    test::write_sparse_weights(file, test::KeyList::load(TSTITCH_GOLDEN_DIR, keys), at::kHalf);
    for (const auto& [other, name] : kinds) {
      SCOPED_TRACE(std::string(keys) + " as " + name);
      expect_fitting(other, file, other == kind);
    }
  }
}

TEST(DepthAnnotator, IsCheckedWithoutReadingANumber) {
  const test::TemporaryFolder folder;
  for (const auto& [name, processor] :
       {std::pair{"dpt", test::kDptProcessor}, std::pair{"depth-anything", test::kDepthAnythingProcessor}}) {
    test::write_depth_network(folder.path(), test::NetworkGolden::load(name), processor);
    EXPECT_NO_THROW((void)make_annotator({ControlKind::Depth, folder.path(), {}}, {.device = at::kMeta})) << name;
    std::filesystem::remove(folder.path() / "config.json");
    EXPECT_THROW((void)make_annotator({ControlKind::Depth, folder.path(), {}}, {.device = at::kMeta}), BadInput);
  }
}

}  // namespace
}  // namespace tstitch
