#include "core/networks/unet_blocks.h"

#include <algorithm>
#include <functional>
#include <stop_token>
#include <string>

#include <ATen/TensorOperators.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/stop.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

constexpr double kTolerance = 1e-5;

using Difference = double (*)(const WeightSource& weights, const test::NetworkGolden& golden);

UnetBlockSettings settings() {
  return {.time_width = 20, .norm_groups = 4, .norm_eps = 1e-6};
}

UnetConditioning conditioning(const test::NetworkGolden& golden) {
  return {at::silu(golden["time"]), golden["context"]};
}

double transformer_difference(const WeightSource& weights, const test::NetworkGolden& golden, bool linear) {
  const WeightScope root(weights, {});
  UnetBlockSettings with = settings();
  with.linear_projection = linear;
  const SpatialTransformer transformer(root, {.channels = 16, .heads = 4, .context_width = 20, .layers = 2}, with);
  root.require_complete();
  return test::relative_difference(transformer(golden["x"], {{}, golden["context"]}, {}), golden["out"]);
}

double conv_transformer(const WeightSource& weights, const test::NetworkGolden& golden) {
  return transformer_difference(weights, golden, false);
}

double linear_transformer(const WeightSource& weights, const test::NetworkGolden& golden) {
  return transformer_difference(weights, golden, true);
}

UnetLevel level(int channels, int heads, std::vector<int> transformer_layers) {
  return {UnetBlock::CrossAttention, channels, 2, heads, 20, std::move(transformer_layers)};
}

double down_block(const WeightSource& weights, const test::NetworkGolden& golden) {
  const WeightScope root(weights, {});
  const UnetDownBlock block(root, level(24, 3, {1, 2}), 16, true, settings());
  root.require_complete();
  std::vector<at::Tensor> skips;
  const at::Tensor out = block(golden["x"], conditioning(golden), {}, skips, {});
  double worst = test::relative_difference(out, golden["out.skip2"]);
  for (std::size_t i = 0; i < skips.size(); ++i) {
    worst = std::max(worst, test::relative_difference(skips[i], golden["out.skip" + std::to_string(i)]));
  }
  return worst;
}

double up_block(const WeightSource& weights, const test::NetworkGolden& golden) {
  const WeightScope root(weights, {});
  const UnetUpBlock block(root, level(16, 4, {2, 1}), 24, {16, 12}, true, settings());
  root.require_complete();
  // What is left below the block's own skips tells it the size to grow to, here not twice its own.
  std::vector<at::Tensor> skips{golden["out"], golden["skip0"], golden["skip1"]};
  return test::relative_difference(block(golden["x"], conditioning(golden), skips, {}), golden["out"]);
}

struct BlockCase {
  std::string golden;
  Difference difference;
};

void PrintTo(const BlockCase& block, std::ostream* out) {
  *out << block.golden;
}

class UnetBlockGolden : public testing::TestWithParam<BlockCase> {};

TEST_P(UnetBlockGolden, computesAsTheReference) {
  const auto golden = test::NetworkGolden::load(GetParam().golden);
  EXPECT_LT(GetParam().difference(golden.weights, golden), kTolerance);
}

TEST_P(UnetBlockGolden, noticesEveryTensor) {
  auto golden = test::NetworkGolden::load(GetParam().golden);
  const auto difference = [&](const WeightSource& weights) { return GetParam().difference(weights, golden); };
  EXPECT_THAT(test::unseen_mutations(golden.weights, kTolerance, difference), testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Blocks, UnetBlockGolden,
                         testing::Values(BlockCase{"transformer-conv", conv_transformer},
                                         BlockCase{"transformer-linear", linear_transformer},
                                         BlockCase{"down-block", down_block}, BlockCase{"up-block", up_block}));

TEST(SpatialTransformer, stopsWhenAsked) {
  const auto golden = test::NetworkGolden::load("transformer-linear");
  UnetBlockSettings with = settings();
  with.linear_projection = true;
  const SpatialTransformer transformer(WeightScope(golden.weights, {}),
                                       {.channels = 16, .heads = 4, .context_width = 20, .layers = 2}, with);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(transformer(golden["x"], {{}, golden["context"]}, stop.get_token()), Interrupted);
}

TEST(ContextKeys, areMadeOnceForAContextAndAnewForAnother) {
  int made = 0;
  const auto make = [&](const at::Tensor& context) {
    ++made;
    return ContextKeys::Pair{context + 1, context + 2};
  };
  ContextKeys keys;
  const at::Tensor first = at::zeros({1, 2, 3}), second = at::zeros({1, 2, 3});
  const int one = 0, other = 0;
  keys.enter(first);
  EXPECT_TRUE(keys.of(&one, first, make).keys.is_same(keys.of(&one, first, make).keys));
  static_cast<void>(keys.of(&other, first, make));
  keys.enter(first);
  static_cast<void>(keys.of(&one, first, make));
  EXPECT_EQ(made, 2);
  keys.enter(second);
  const at::Tensor values = keys.of(&one, second, make).values;
  EXPECT_EQ(made, 3);
  second.fill_(5.0);
  keys.renew();
  EXPECT_TRUE(values.equal(at::full_like(second, 7.0))) << "at its place";
  EXPECT_TRUE(keys.of(&one, second, make).values.is_same(values));
}

TEST(ContextKeys, leaveAnEvaluationAsItIs) {
  const auto golden = test::NetworkGolden::load("transformer-linear");
  UnetBlockSettings with = settings();
  with.linear_projection = true;
  const SpatialTransformer transformer(WeightScope(golden.weights, {}),
                                       {.channels = 16, .heads = 4, .context_width = 20, .layers = 2}, with);
  const at::Tensor plain = transformer(golden["x"], {{}, golden["context"]}, {});
  ContextKeys keys;
  for (const at::Tensor& context : {golden["context"], golden["context"] * 2, golden["context"]}) {
    keys.enter(context);
    const UnetConditioning kept{{}, context, &keys};
    const at::Tensor first = transformer(golden["x"], kept, {});
    EXPECT_TRUE(transformer(golden["x"], kept, {}).equal(first));
    EXPECT_EQ(first.equal(plain), context.equal(golden["context"]));
  }
}

}  // namespace
}  // namespace tstitch
