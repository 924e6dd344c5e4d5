#include "core/networks/unet.h"

#include <algorithm>
#include <stop_token>
#include <string>
#include <vector>

#include <ATen/ops/cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

// Small enough that even the norms of the innermost blocks show; the reference is met within 1.5e-6.
constexpr double kTolerance = 5e-6;

UnetConfig config_of(const test::NetworkGolden& golden) {
  return parse_unet_config(golden.config, "golden");
}

at::Tensor input(const test::NetworkGolden& golden, const std::string& name, const std::string& size) {
  const auto found = golden.tensors.find(name + "." + size);
  return found == golden.tensors.end() ? at::Tensor() : found->second;
}

at::Tensor predict(const Unet& unet, const test::NetworkGolden& golden, const std::string& size,
                   const std::stop_token& stop = {}) {
  const UnetExtras extras{input(golden, "pooled", size), input(golden, "time_ids", size),
                          input(golden, "guidance_embedding", size)};
  return unet(input(golden, "x", size), input(golden, "timesteps", size), input(golden, "context", size), extras, {},
              stop);
}

Unet build(const WeightSource& weights, const UnetConfig& config, const BuildOptions& options) {
  const WeightScope root(weights, options);
  Unet unet(root, config);
  root.require_complete();
  return unet;
}

double difference(const test::NetworkGolden& golden, const BuildOptions& options, const std::string& size) {
  const Unet unet = build(golden.weights, config_of(golden), options);
  return test::relative_difference(predict(unet, golden, size), golden["out." + size]);
}

class UnetGolden : public testing::TestWithParam<std::string> {};

TEST_P(UnetGolden, predictsAsTheReference) {
  const auto golden = test::NetworkGolden::load(GetParam());
  EXPECT_LT(difference(golden, {}, "even"), kTolerance);
}

TEST_P(UnetGolden, predictsAsTheReferenceAtSizesThatTheStridesDoNotDivide) {
  const auto golden = test::NetworkGolden::load(GetParam());
  EXPECT_LT(difference(golden, {}, "odd"), kTolerance);
}

TEST_P(UnetGolden, predictsTheSameWithoutFastPaths) {
  const auto golden = test::NetworkGolden::load(GetParam());
  EXPECT_LT(difference(golden, {.fast_paths = FastPaths::Off}, "even"), kTolerance);
  EXPECT_LT(difference(golden, {.fast_paths = FastPaths::Off}, "odd"), kTolerance);
}

TEST_P(UnetGolden, staysCloseInSixteenBits) {
  const auto golden = test::NetworkGolden::load(GetParam());
  EXPECT_LT(difference(golden, {.type = at::kBFloat16}, "even"), 8e-2);
  EXPECT_LT(difference(golden, {.type = at::kHalf}, "even"), 1e-2);
}

TEST_P(UnetGolden, noticesEveryTensor) {
  auto golden = test::NetworkGolden::load(GetParam());
  const UnetConfig config = config_of(golden);
  const auto unseen = test::unseen_mutations(golden.weights, kTolerance, [&](const WeightSource& weights) {
    const Unet unet = build(weights, config, {.fast_paths = FastPaths::Off});
    return test::relative_difference(predict(unet, golden, "odd"), golden["out.odd"]);
  });
  EXPECT_THAT(unseen, testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Families, UnetGolden,
                         testing::Values("unet-sd1", "unet-sd2", "unet-bk-base", "unet-bk-small", "unet-bk-tiny",
                                         "unet-sdxl", "unet-ssd", "unet-lcm", "unet-koala"));

TEST(Unet, acceptsOneTimestepForTheWholeBatch) {
  const auto golden = test::NetworkGolden::load("unet-bk-tiny");
  const Unet unet = build(golden.weights, config_of(golden), {});
  const at::Tensor x = golden["x.even"];
  const at::Tensor context = golden["context.even"];
  const at::Tensor one = golden["timesteps.even"].narrow(0, 0, 1);
  const at::Tensor expected = unet(x, at::cat({one, one}), context, {}, {}, {});
  EXPECT_EQ(test::relative_difference(unet(x, one, context, {}, {}, {}), expected), 0.0);
}

TEST(Unet, leavesItsInputsAlone) {
  const auto golden = test::NetworkGolden::load("unet-bk-tiny");
  const Unet unet = build(golden.weights, config_of(golden), {});
  const at::Tensor x = golden["x.odd"].clone();
  const at::Tensor context = golden["context.odd"].clone();
  unet(x, golden["timesteps.odd"], context, {}, {}, {});
  EXPECT_TRUE(x.equal(golden["x.odd"]));
  EXPECT_TRUE(context.equal(golden["context.odd"]));
}

TEST(Unet, worksWithoutTheGuidanceEmbeddingThatItHasAProjectionFor) {
  const auto golden = test::NetworkGolden::load("unet-lcm");
  const Unet unet = build(golden.weights, config_of(golden), {});
  const UnetExtras extras{golden["pooled.even"], golden["time_ids.even"], {}};
  const at::Tensor out = unet(golden["x.even"], golden["timesteps.even"], golden["context.even"], extras, {}, {});
  EXPECT_GT(test::relative_difference(out, golden["out.even"]), 1e-2);
}

TEST(Unet, stopsWhenAsked) {
  const auto golden = test::NetworkGolden::load("unet-bk-tiny");
  const Unet unet = build(golden.weights, config_of(golden), {});
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(predict(unet, golden, "even", stop.get_token()), Interrupted);
}

TEST(Unet, reportsMissingAndLeftOverTensors) {
  auto golden = test::NetworkGolden::load("unet-bk-tiny");
  golden.weights.rename("conv_in.weight", "conv_inn.weight");
  EXPECT_THROW(build(golden.weights, config_of(golden), {}), BadInput);
}

}  // namespace
}  // namespace tstitch
