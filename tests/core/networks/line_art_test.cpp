#include "core/networks/line_art.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/check.h"
#include "core/base/stop.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

constexpr double kTolerance = 5e-6;

LineArtNetwork build(const WeightSource& weights, const BuildOptions& options = {}) {
  const WeightScope root(weights, options);
  LineArtNetwork network(root, 6);
  root.require_complete();
  return network;
}

double difference(const LineArtNetwork& network, const test::NetworkGolden& golden) {
  return test::relative_difference(network(golden["picture"], {}), golden["out"]);
}

TEST(LineArtNetwork, DrawsAsThePaperDescribes) {
  const auto golden = test::NetworkGolden::load("line-art");
  for (const FastPaths paths : {FastPaths::On, FastPaths::Off}) {
    EXPECT_LT(difference(build(golden.weights, {.fast_paths = paths}), golden), kTolerance);
  }
}

/// A convolution before a norm has neither a scale nor a mean of its own, so each is bent instead.
TEST(LineArtNetwork, NoticesEveryWeight) {
  auto golden = test::NetworkGolden::load("line-art");
  int seen = 0;
  for (const auto& [name, entry] : golden.weights.entries()) {
    if (name.ends_with(".bias") && name != "model4.1.bias") continue;
    const at::Tensor own = golden.weights.tensor(name);
    golden.weights.set(name, own.mul(own));
    EXPECT_GT(difference(build(golden.weights), golden), 1e-3) << name;
    golden.weights.set(name, own);
    ++seen;
  }
  EXPECT_EQ(seen, 13);
}

TEST(LineArtNetwork, StopsWhenAsked) {
  const auto golden = test::NetworkGolden::load("line-art");
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(build(golden.weights)(golden["picture"], stop.get_token()), Interrupted);
}

TEST(LineArtNetwork, TakesWholeQuartersOnly) {
  const auto golden = test::NetworkGolden::load("line-art");
  EXPECT_THROW(build(golden.weights)(golden["picture"].narrow(2, 0, 30), {}), LogicError);
}

}  // namespace
}  // namespace tstitch
