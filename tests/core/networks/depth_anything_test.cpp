#include "core/networks/depth_anything.h"

#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/check.h"
#include "core/base/stop.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

constexpr double kTolerance = 5e-6;

DepthAnything build(const WeightSource& weights, const std::string& config, const BuildOptions& options = {}) {
  const WeightScope root(weights, options);
  DepthAnything network(root, parse_depth_anything_config(config, "golden"));
  root.require_complete({"mask_token"});
  return network;
}

double difference(const DepthAnything& network, const test::NetworkGolden& golden, const std::string& size) {
  return test::relative_difference(network(golden["picture." + size], {}), golden["out." + size]);
}

TEST(DepthAnything, EstimatesAsTransformers) {
  const auto golden = test::NetworkGolden::load("depth-anything");
  for (const FastPaths paths : {FastPaths::On, FastPaths::Off}) {
    const DepthAnything network = build(golden.weights, golden.config, {.fast_paths = paths});
    EXPECT_LT(difference(network, golden, "own"), kTolerance);
    EXPECT_LT(difference(network, golden, "stretched"), kTolerance);
  }
}

TEST(DepthAnything, StaysCloseInSixteenBits) {
  const auto golden = test::NetworkGolden::load("depth-anything");
  const DepthAnything network = build(golden.weights, golden.config, {.type = at::kBFloat16});
  EXPECT_LT(difference(network, golden, "stretched"), 1e-1);
}

TEST(DepthAnything, NoticesEveryTensorThatTheDepthDependsOn) {
  auto golden = test::NetworkGolden::load("depth-anything");
  const auto unseen = test::unseen_mutations(golden.weights, kTolerance, [&](const WeightSource& weights) {
    return difference(build(weights, golden.config, {.fast_paths = FastPaths::Off}), golden, "own");
  });
  // Softmax takes the bias of the keys away.
  EXPECT_THAT(unseen,
              testing::Each(testing::AnyOf(testing::EndsWith("mask_token"), testing::EndsWith("attention.key.bias"),
                                           testing::StartsWith("neck.fusion_stage.layers.0.residual_layer1."))));
  EXPECT_EQ(unseen.size(), 1U + 5U + 4U);
}

TEST(DepthAnything, StopsWhenAsked) {
  const auto golden = test::NetworkGolden::load("depth-anything");
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(build(golden.weights, golden.config)(golden["picture.own"], stop.get_token()), Interrupted);
}

TEST(DepthAnything, TakesWholePatchesOnly) {
  const auto golden = test::NetworkGolden::load("depth-anything");
  EXPECT_THROW(build(golden.weights, golden.config)(golden["picture.own"].narrow(2, 0, 41), {}), LogicError);
}

}  // namespace
}  // namespace tstitch
