#include "core/networks/soft_edge.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/stop.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

constexpr double kTolerance = 5e-6;

SoftEdgeNetwork build(const WeightSource& weights, const BuildOptions& options = {}) {
  const WeightScope root(weights, options);
  SoftEdgeNetwork network(root, {4, 6, 8, 10, 12});
  root.require_complete();
  return network;
}

double difference(const SoftEdgeNetwork& network, const test::NetworkGolden& golden) {
  const auto edges = network(golden["picture"], {});
  double most = 0;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    most = std::max(most, test::relative_difference(edges[i], golden["out." + std::to_string(i)]));
  }
  return most;
}

TEST(SoftEdgeNetwork, FindsAsThePaperDescribes) {
  const auto golden = test::NetworkGolden::load("soft-edge");
  for (const FastPaths paths : {FastPaths::On, FastPaths::Off}) {
    EXPECT_LT(difference(build(golden.weights, {.fast_paths = paths}), golden), kTolerance);
  }
}

TEST(SoftEdgeNetwork, NoticesEveryTensor) {
  auto golden = test::NetworkGolden::load("soft-edge");
  const auto unseen = test::unseen_mutations(golden.weights, kTolerance, [&](const WeightSource& weights) {
    return difference(build(weights, {.fast_paths = FastPaths::Off}), golden);
  });
  EXPECT_THAT(unseen, testing::IsEmpty());
}

TEST(SoftEdgeNetwork, StopsWhenAsked) {
  const auto golden = test::NetworkGolden::load("soft-edge");
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW((void)build(golden.weights)(golden["picture"], stop.get_token()), Interrupted);
}

}  // namespace
}  // namespace tstitch
