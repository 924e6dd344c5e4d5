#include "core/weights/weight_scope.h"

#include <ATen/ops/equal.h>
#include <gmock/gmock.h>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/stop.h"
#include "tests/support/generated_weights.h"

namespace tstitch {
namespace {

using test::GeneratedWeights;

GeneratedWeights linear_weights() {
  return GeneratedWeights({{"a.0.weight", {3, 2}}, {"a.0.bias", {3}}}, 1);
}

std::string complaint(const WeightScope& root, const std::vector<std::string>& harmless = {}) {
  try {
    root.require_complete(harmless);
  } catch (const BadInput& error) {
    EXPECT_EQ(error.where(), "generated");
    return std::string(error.what()) + ' ' + error.hint();
  }
  return "complete";
}

TEST(WeightScope, takesByPathAndShape) {
  const GeneratedWeights weights = linear_weights();
  const WeightScope root(weights, {});
  const WeightScope at = root / "a" / 0;
  EXPECT_EQ(at.path(), "a.0");
  EXPECT_TRUE(at.has("bias"));
  EXPECT_FALSE(at.has("scale"));
  EXPECT_TRUE(at::equal(at.take("weight", {3, 2}), test::generated_tensor("a.0.weight", {3, 2}, 1)));
  EXPECT_EQ(at.take("bias", {3}).sizes(), at::IntArrayRef({3}));
  EXPECT_EQ(complaint(root), "complete");
}

TEST(WeightScope, tellsWhatWasTakenThereOrNot) {
  const GeneratedWeights weights = linear_weights();
  const WeightScope root(weights, {.device = at::kMeta});
  (void)(root / "a" / 0).take("weight", {3, 2});
  (void)(root / "x").take("weight", {5});
  EXPECT_THAT(root.taken(), testing::ElementsAre(testing::Pair("a.0.weight", testing::ElementsAre(3, 2)),
                                                 testing::Pair("x.weight", testing::ElementsAre(5))));
}

TEST(WeightScope, convertsToTheComputeType) {
  const GeneratedWeights weights = linear_weights();
  const WeightScope root(weights, {.type = at::kBFloat16});
  EXPECT_EQ((root / "a.0").take("bias", {3}).scalar_type(), at::kBFloat16);
}

TEST(WeightScope, reportsEverythingAtOnce) {
  const GeneratedWeights weights({{"a.weight", {3, 2}}, {"b.weight", {4}}, {"c.weight", {1}}}, 1);
  const WeightScope root(weights, {});
  EXPECT_EQ((root / "a").take("weight", {2, 3}).sizes(), at::IntArrayRef({2, 3}));
  EXPECT_EQ((root / "x").take("weight", {5}).sizes(), at::IntArrayRef({5}));
  EXPECT_EQ((root / "y").take("weight", {5}).sizes(), at::IntArrayRef({5}));
  (void)(root / "b").take("weight", {4});
  EXPECT_THAT(complaint(root),
              testing::AllOf(testing::HasSubstr("2 missing (first: x.weight)"),
                             testing::HasSubstr("1 of wrong shape (a.weight expected [2,3], found [3,2])"),
                             testing::HasSubstr("1 left over (c.weight)")));
}

TEST(WeightScope, recognisesOtherKindsOfCheckpointByTheirFirstConvolution) {
  const GeneratedWeights weights({{"conv_in.weight", {8, 9, 3, 3}}}, 1);
  const WeightScope root(weights, {});
  (void)(root / "conv_in").take("weight", {8, 4, 3, 3});
  EXPECT_THAT(complaint(root), testing::HasSubstr("inpainting checkpoint"));
}

TEST(WeightScope, harmlessAndSkippedTensorsAreNotLeftOver) {
  const GeneratedWeights weights(
      {{"embeddings.position_ids", {1, 77}}, {"encoder.conv.weight", {1}}, {"encoder2.x", {1}}}, 1);
  const WeightScope root(weights, {});
  EXPECT_THAT(complaint(root, {"position_ids"}), testing::HasSubstr("2 left over"));
  root.skip("encoder");
  EXPECT_THAT(complaint(root, {"position_ids"}), testing::HasSubstr("1 left over (encoder2.x)"));
}

TEST(WeightScope, metaReadsNothingButChecksShapes) {
  const GeneratedWeights weights({{"huge.weight", {1 << 20, 1 << 20}}}, 1);
  const WeightScope root(weights, {.device = at::kMeta});
  const at::Tensor tensor = (root / "huge").take("weight", {1 << 20, 1 << 20});
  EXPECT_TRUE(tensor.is_meta());
  EXPECT_EQ(tensor.numel(), std::int64_t{1} << 40);
  EXPECT_EQ(complaint(root), "complete");
}

TEST(WeightScope, aMissingTensorOfAnySizeTakesNoMemory) {
  const GeneratedWeights weights({}, 1);
  const WeightScope root(weights, {});
  EXPECT_EQ((root / "x").take("weight", {1 << 20, 1 << 20}).storage().nbytes(), sizeof(float));
}

TEST(WeightScope, takingTwiceIsABug) {
  const GeneratedWeights weights = linear_weights();
  const WeightScope at = WeightScope(weights, {}) / "a.0";
  (void)at.take("bias", {3});
  EXPECT_THROW((void)at.take("bias", {3}), LogicError);
}

TEST(WeightScope, stopsBetweenTensors) {
  const GeneratedWeights weights = linear_weights();
  std::stop_source stop;
  const WeightScope at = WeightScope(weights, {.stop = stop.get_token()}) / "a.0";
  (void)at.take("bias", {3});
  stop.request_stop();
  EXPECT_THROW((void)at.take("weight", {3, 2}), Interrupted);
}

TEST(WeightScope, saysHowManyBytesWereRead) {
  const GeneratedWeights weights = linear_weights();
  std::vector<std::int64_t> progress;
  BuildOptions options;
  options.progress = [&](std::int64_t bytes) { progress.push_back(bytes); };
  const WeightScope at = WeightScope(weights, options) / "a.0";
  (void)at.take("bias", {3});
  (void)at.take("weight", {3, 2});
  EXPECT_EQ(progress, (std::vector<std::int64_t>{12, 36}));
}

}  // namespace
}  // namespace tstitch
