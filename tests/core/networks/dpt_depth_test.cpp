#include "core/networks/dpt_depth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/stop.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

constexpr double kTolerance = 5e-6;

DptDepth build(const WeightSource& weights, const std::string& config, const BuildOptions& options = {}) {
  const WeightScope root(weights, options);
  DptDepth network(root, parse_dpt_config(config, "golden"));
  root.require_complete();
  return network;
}

double difference(const DptDepth& network, const test::NetworkGolden& golden) {
  return test::relative_difference(network(golden["picture"], {}), golden["out"]);
}

TEST(DptDepth, EstimatesAsTransformers) {
  const auto golden = test::NetworkGolden::load("dpt");
  for (const FastPaths paths : {FastPaths::On, FastPaths::Off}) {
    EXPECT_LT(difference(build(golden.weights, golden.config, {.fast_paths = paths}), golden), kTolerance);
  }
}

TEST(DptDepth, StaysCloseInSixteenBits) {
  const auto golden = test::NetworkGolden::load("dpt");
  EXPECT_LT(difference(build(golden.weights, golden.config, {.type = at::kBFloat16}), golden), 1e-1);
}

TEST(DptDepth, NoticesEveryTensorThatTheDepthDependsOn) {
  auto golden = test::NetworkGolden::load("dpt");
  const auto unseen = test::unseen_mutations(golden.weights, kTolerance, [&](const WeightSource& weights) {
    return difference(build(weights, golden.config, {.fast_paths = FastPaths::Off}), golden);
  });
  // Standardised weights have no scale of their own, and softmax takes the bias of the keys away.
  EXPECT_THAT(unseen, testing::Each(testing::AnyOf(testing::StartsWith("dpt.layernorm."),
                                                   testing::StartsWith("neck.fusion_stage.layers.0.residual_layer1."),
                                                   testing::EndsWith("attention.key.bias"),
                                                   testing::MatchesRegex(".*\\.conv[123]?\\.weight"),
                                                   testing::EndsWith("embedder.convolution.weight"))));
  EXPECT_EQ(unseen.size(), 2U + 4U + 3U + 16U);
}

TEST(DptDepth, NoticesEveryStandardizedWeight) {
  auto golden = test::NetworkGolden::load("dpt");
  int seen = 0;
  for (const auto& [name, entry] : golden.weights.entries()) {
    if (!name.starts_with("dpt.embeddings.backbone") || entry.shape.size() != 4) continue;
    const at::Tensor own = golden.weights.tensor(name);
    golden.weights.set(name, own.mul(own));  // another direction, not only another length
    EXPECT_GT(difference(build(golden.weights, golden.config, {.fast_paths = FastPaths::Off}), golden), 1e-3) << name;
    golden.weights.set(name, own);
    ++seen;
  }
  EXPECT_EQ(seen, 16);
}

TEST(DptDepth, StopsWhenAsked) {
  const auto golden = test::NetworkGolden::load("dpt");
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(build(golden.weights, golden.config)(golden["picture"], stop.get_token()), Interrupted);
}

TEST(DptDepth, TakesPicturesOfItsOwnSizeOnly) {
  const auto golden = test::NetworkGolden::load("dpt");
  EXPECT_THROW(build(golden.weights, golden.config)(golden["picture"].narrow(2, 0, 32), {}), LogicError);
}

TEST(DptDepth, ReportsMissingTensors) {
  auto golden = test::NetworkGolden::load("dpt");
  golden.weights.rename("neck.convs.3.weight", "neck.convs.4.weight");
  EXPECT_THROW(build(golden.weights, golden.config), BadInput);
}

}  // namespace
}  // namespace tstitch
