#include "core/networks/dit.h"

#include <stop_token>
#include <string>

#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/stop.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

// The reference is met within 1e-6.
constexpr double kTolerance = 5e-6;

Dit build(const WeightSource& weights, const DitConfig& config, const BuildOptions& options = {}) {
  const WeightScope root(weights, options);
  Dit dit(root, config);
  root.require_complete();
  return dit;
}

DitConfig config_of(const test::NetworkGolden& golden) {
  return parse_dit_config(golden.config, "golden");
}

at::Tensor predict(const Dit& dit, const test::NetworkGolden& golden, const std::string& size,
                   const std::stop_token& stop = {}) {
  return dit(golden["x." + size], golden["timesteps." + size], golden["labels." + size].to(at::kLong), stop);
}

double difference(const Dit& dit, const test::NetworkGolden& golden, const std::string& size) {
  return test::relative_difference(predict(dit, golden, size), golden["out." + size]);
}

class DitGolden : public testing::TestWithParam<std::string> {};

TEST_P(DitGolden, predictsAsTheReference) {
  const auto golden = test::NetworkGolden::load(GetParam());
  for (const FastPaths paths : {FastPaths::On, FastPaths::Off}) {
    const Dit dit = build(golden.weights, config_of(golden), {.fast_paths = paths});
    EXPECT_LT(difference(dit, golden, "own"), kTolerance);
    EXPECT_LT(difference(dit, golden, "stretched"), kTolerance);
  }
}

TEST_P(DitGolden, staysCloseInSixteenBits) {
  const auto golden = test::NetworkGolden::load(GetParam());
  EXPECT_LT(difference(build(golden.weights, config_of(golden), {.type = at::kBFloat16}), golden, "own"), 5e-2);
  EXPECT_LT(difference(build(golden.weights, config_of(golden), {.type = at::kHalf}), golden, "own"), 5e-3);
}

TEST_P(DitGolden, noticesEveryTensor) {
  auto golden = test::NetworkGolden::load(GetParam());
  const DitConfig config = config_of(golden);
  const auto unseen = test::unseen_mutations(golden.weights, kTolerance, [&](const WeightSource& weights) {
    return difference(build(weights, config, {.fast_paths = FastPaths::Off}), golden, "own");
  });
  // A bias of the keys adds the same number to all scores of a place, which softmax takes away again.
  EXPECT_THAT(unseen, testing::Each(testing::EndsWith("to_k.bias")));
  EXPECT_EQ(unseen.size(), config.attention_bias ? static_cast<std::size_t>(config.layers) : 0U);
}

INSTANTIATE_TEST_SUITE_P(Configurations, DitGolden, testing::Values("dit", "dit-plain"));

TEST(Dit, sharesTheFirstBlocksEmbeddingWhereTheOthersAreCopies) {
  auto golden = test::NetworkGolden::load("dit");
  std::map<std::string, at::Tensor> shared;
  const std::string first = "transformer_blocks.0.norm1.emb.";
  for (const auto& [name, entry] : golden.weights.entries()) {
    const auto place = name.find(".norm1.emb.");
    if (place == std::string::npos || name.starts_with(first)) {
      shared[name] = golden.weights.tensor(name);
    } else {
      golden.weights.set(name, golden.weights.tensor(first + name.substr(place + 11)));
    }
  }
  const DitConfig config = config_of(golden);
  const at::Tensor copied = predict(build(golden.weights, config), golden, "own");
  EXPECT_TRUE(copied.equal(predict(build(test::TensorWeights(shared), config), golden, "own")));
  EXPECT_GT(test::relative_difference(copied, golden["out.own"]), 1e-2);
}

TEST(Dit, takesPicturesThatAreNotSquare) {
  const auto golden = test::NetworkGolden::load("dit");
  const Dit dit = build(golden.weights, config_of(golden));
  const at::Tensor labels = golden["labels.own"].to(at::kLong);
  const at::Tensor wide = dit(golden["x.own"].narrow(2, 0, 6), golden["timesteps.own"], labels, {});
  EXPECT_EQ(wide.sizes(), at::IntArrayRef({2, 8, 6, 8}));
  EXPECT_THROW(dit(golden["x.own"].narrow(2, 0, 7), golden["timesteps.own"], labels, {}), LogicError);
}

TEST(Dit, acceptsOneTimestepForTheWholeBatch) {
  const auto golden = test::NetworkGolden::load("dit-plain");
  const Dit dit = build(golden.weights, config_of(golden));
  const at::Tensor one = at::full({1}, 7.0F);
  const at::Tensor labels = golden["labels.own"].to(at::kLong);
  EXPECT_TRUE(dit(golden["x.own"], one, labels, {}).equal(dit(golden["x.own"], at::cat({one, one}), labels, {})));
}

TEST(Dit, stopsWhenAsked) {
  const auto golden = test::NetworkGolden::load("dit");
  const Dit dit = build(golden.weights, config_of(golden));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(predict(dit, golden, "own", stop.get_token()), Interrupted);
}

TEST(Dit, reportsMissingTensors) {
  auto golden = test::NetworkGolden::load("dit");
  golden.weights.rename("proj_out_2.weight", "proj_out_3.weight");
  EXPECT_THROW(build(golden.weights, config_of(golden)), BadInput);
}

TEST(DitPositions, tellColumnFirstThenRow) {
  const at::Tensor positions = grid_positions(2, 3, 3, 8);
  ASSERT_EQ(positions.sizes(), at::IntArrayRef({1, 6, 8}));
  // Place (row 1, column 2) of 2 x 3 stretched over 3 x 3: column 2, row 1.5; frequencies 1 and 0.01.
  const float expected[] = {0.90929743F, 0.01999867F, -0.41614684F, 0.9998F,
                            0.99749499F, 0.01499944F, 0.0707372F,   0.9998875F};
  for (int i = 0; i < 8; ++i) EXPECT_NEAR(positions[0][5][i].item<float>(), expected[i], 1e-6) << i;
}

}  // namespace
}  // namespace tstitch
