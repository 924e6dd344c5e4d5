#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/networks/body_pose.h"
#include "core/networks/depth_anything.h"
#include "core/networks/dpt_depth.h"
#include "core/networks/line_art.h"
#include "core/networks/soft_edge.h"
#include "tests/support/generated_weights.h"
#include "tests/support/key_list.h"

namespace tstitch {
namespace {

/// Names and shapes of a published file; the network is built from them on the meta device, without any numbers.
struct Published {
  explicit Published(const std::string& name) : Published(test::KeyList::load(TSTITCH_GOLDEN_DIR, name)) {}
  explicit Published(test::KeyList list)
      : keys(std::move(list)), weights(keys.tensors, 0), root(weights, {.device = at::kMeta}) {}

  test::KeyList keys;
  test::GeneratedWeights weights;
  WeightScope root;
};

TEST(PublishedAnnotator, DptHybridIsTakenTensorByTensor) {
  const Published published("dpt-hybrid-midas");
  const DptDepth network(published.root, parse_dpt_config(published.keys.config, "dpt"));
  EXPECT_NO_THROW(published.root.require_complete());
}

TEST(PublishedAnnotator, DepthAnythingIsTakenTensorByTensor) {
  const Published published("depth-anything-v2-small");
  const DepthAnything network(published.root, parse_depth_anything_config(published.keys.config, "anything"));
  EXPECT_NO_THROW(published.root.require_complete({"mask_token"}));
}

TEST(PublishedAnnotator, DefaultsAreThoseOfThePublishedFiles) {
  const Published dpt("dpt-hybrid-midas");
  const DptDepth hybrid(dpt.root, {});
  EXPECT_NO_THROW(dpt.root.require_complete());
  const Published small("depth-anything-v2-small");
  const DepthAnything anything(small.root, {});
  EXPECT_NO_THROW(small.root.require_complete({"mask_token"}));
}

TEST(PublishedAnnotator, BodyPoseIsTakenTensorByTensor) {
  const Published published("openpose-body");
  const BodyPoseNetwork network(published.root);
  EXPECT_NO_THROW(published.root.require_complete());
}

TEST(PublishedAnnotator, SoftEdgeIsTakenTensorByTensor) {
  const Published published("hed");
  const SoftEdgeNetwork network(published.root);
  EXPECT_NO_THROW(published.root.require_complete());
}

/// The same tensors under the names that `rename` makes of theirs.
template <class Rename>
test::KeyList renamed(const std::string& name, const Rename& rename) {
  test::KeyList list = test::KeyList::load(TSTITCH_GOLDEN_DIR, name);
  std::map<std::string, std::vector<std::int64_t>> tensors;
  for (const auto& [tensor, shape] : list.tensors) tensors[rename(tensor)] = shape;
  list.tensors = std::move(tensors);
  return list;
}

TEST(PublishedAnnotator, BodyPoseIsTakenWithItsPartsInFront) {
  const Published published(renamed("openpose-body", [](const std::string& name) {
    const auto branch = name.find("_L");
    if (branch == std::string::npos) return "model0." + name;
    const auto stage = name.find("_stage");
    return std::string("model") + (stage == std::string::npos ? '1' : name[stage + 6]) + "_" + name[branch + 2] + "." +
           name;
  }));
  EXPECT_EQ(published.keys.tensors.count("model6_2.Mconv7_stage6_L2.bias"), 1U);
  const BodyPoseNetwork network(published.root);
  EXPECT_NO_THROW(published.root.require_complete());
}

TEST(PublishedAnnotator, LineArtIsTakenTensorByTensor) {
  const Published published("line-art");
  const LineArtNetwork network(published.root);
  EXPECT_NO_THROW(published.root.require_complete());
}

TEST(PublishedAnnotator, SoftEdgeIsTakenInsideAnotherModule) {
  const Published published(renamed("hed", [](const std::string& name) { return "netNetwork." + name; }));
  const SoftEdgeNetwork network(published.root);
  EXPECT_NO_THROW(published.root.require_complete());
}

}  // namespace
}  // namespace tstitch
