#include "core/networks/resnet_block.h"

#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

constexpr double kTolerance = 1e-5;

double difference(const WeightSource& weights, const test::NetworkGolden& golden) {
  const WeightScope root(weights, {});
  const ResnetBlock block(root, {.in = 16, .out = 24, .time_width = 20, .norm_groups = 4, .output_scale_factor = 1.5});
  root.require_complete();
  return test::relative_difference(block(golden["x"], golden["time"].mul(golden["time"].sigmoid())), golden["out"]);
}

TEST(ResnetBlock, computesAsTheReference) {
  const auto golden = test::NetworkGolden::load("resnet");
  EXPECT_LT(difference(golden.weights, golden), kTolerance);
}

TEST(ResnetBlock, noticesEveryTensor) {
  auto golden = test::NetworkGolden::load("resnet");
  EXPECT_THAT(test::unseen_mutations(golden.weights, kTolerance,
                                     [&](const WeightSource& weights) { return difference(weights, golden); }),
              testing::IsEmpty());
}

TEST(Upsample, repeatsEachPixelBeforeItsConvolution) {
  at::Tensor centre = at::zeros({1, 1, 3, 3});
  centre[0][0][1][1] = 2.0;
  const test::TensorWeights weights({{"conv.weight", centre}, {"conv.bias", at::zeros({1})}});
  const Upsample upsample(WeightScope(weights, {}), 1);
  at::Tensor x = at::zeros({1, 1, 2, 2});
  x[0][0][1][0] = 3.0;
  const at::Tensor doubled = upsample(x);
  EXPECT_EQ(doubled.sizes(), at::IntArrayRef({1, 1, 4, 4}));
  EXPECT_EQ(doubled.narrow(2, 2, 2).narrow(3, 0, 2).sum().item<float>(), 24.0F);
  EXPECT_EQ(doubled.sum().item<float>(), 24.0F);
  EXPECT_EQ(upsample(x, 3, 3).sizes(), at::IntArrayRef({1, 1, 3, 3}));
}

}  // namespace
}  // namespace tstitch
