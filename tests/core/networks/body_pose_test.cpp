#include "core/networks/body_pose.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/check.h"
#include "core/base/stop.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

constexpr double kTolerance = 5e-6;

test::NetworkGolden load_golden() {
  auto golden = test::NetworkGolden::load("body-pose");
  const double gain = nlohmann::json::parse(golden.config).at("gain");
  for (const auto& [name, entry] : golden.weights.entries()) {
    if (entry.shape.size() == 4) golden.weights.set(name, golden.weights.tensor(name).mul(gain));
  }
  return golden;
}

BodyPoseNetwork build(const WeightSource& weights, const std::string& config, const BuildOptions& options = {}) {
  const auto json = nlohmann::json::parse(config);
  const WeightScope root(weights, options);
  BodyPoseNetwork network(root, {.vgg = json.at("vgg"),
                                 .first_stage = json.at("first_stage"),
                                 .stage = json.at("stage"),
                                 .stages = json.at("stages")});
  root.require_complete();
  return network;
}

double difference(const BodyPoseNetwork& network, const test::NetworkGolden& golden) {
  const auto out = network(golden["picture"], {});
  return std::max(test::relative_difference(out.fields, golden["out.fields"]),
                  test::relative_difference(out.maps, golden["out.maps"]));
}

TEST(BodyPoseNetwork, FindsAsThePaperDescribes) {
  const auto golden = load_golden();
  for (const FastPaths paths : {FastPaths::On, FastPaths::Off}) {
    EXPECT_LT(difference(build(golden.weights, golden.config, {.fast_paths = paths}), golden), kTolerance);
  }
}

TEST(BodyPoseNetwork, NoticesEveryTensor) {
  auto golden = load_golden();
  const auto unseen = test::unseen_mutations(golden.weights, kTolerance, [&](const WeightSource& weights) {
    return difference(build(weights, golden.config, {.fast_paths = FastPaths::Off}), golden);
  });
  EXPECT_THAT(unseen, testing::IsEmpty());
}

TEST(BodyPoseNetwork, StopsWhenAsked) {
  const auto golden = load_golden();
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW((void)build(golden.weights, golden.config)(golden["picture"], stop.get_token()), Interrupted);
}

TEST(BodyPoseNetwork, TakesWholeCellsOnly) {
  const auto golden = load_golden();
  EXPECT_THROW((void)build(golden.weights, golden.config)(golden["picture"].narrow(2, 0, 47), {}), LogicError);
}

}  // namespace
}  // namespace tstitch
