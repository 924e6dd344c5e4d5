#include "core/nn/conv2d.h"

#include <ATen/ops/conv2d.h>
#include <gtest/gtest.h>

#include "tests/support/generated_weights.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

constexpr double kTolerance = 1e-6;

class Conv2dTwins : public testing::TestWithParam<Conv2dShape> {};

TEST_P(Conv2dTwins, areEqual) {
  const Conv2dShape& shape = GetParam();
  std::map<std::string, at::Tensor> tensors{
      {"weight", test::generated_tensor("weight", {shape.out, shape.in, shape.kernel, shape.kernel}, 1)}};
  if (shape.bias == Bias::Learned) tensors["bias"] = test::generated_tensor("bias", {shape.out}, 1);
  const test::TensorWeights source(tensors);
  const WeightScope root(source, {});
  const Conv2d fast(root, shape);
  EXPECT_NO_THROW(root.require_complete());
  const Conv2d plain(WeightScope(source, {.fast_paths = FastPaths::Off}), shape);
  // One packed weight serves every size, batch and memory format.
  for (const auto& [batch, height, width] : {std::array{1, 8, 8}, std::array{2, 9, 13}, std::array{3, 32, 24}}) {
    const at::Tensor x = test::generated_tensor("input.weight", {batch, shape.in, height, width}, 2);
    const at::Tensor expected = plain(x);
    EXPECT_LT(test::relative_difference(fast(x), expected), kTolerance) << x.sizes();
    EXPECT_LT(test::relative_difference(fast(x.contiguous(at::MemoryFormat::ChannelsLast)), expected), kTolerance);
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, Conv2dTwins,
                         testing::Values(Conv2dShape{.in = 4, .out = 32}, Conv2dShape{.in = 32, .out = 48},
                                         Conv2dShape{.in = 32, .out = 32, .stride = 2},
                                         Conv2dShape{.in = 32, .out = 32, .stride = 2, .padding = 0},
                                         Conv2dShape{.in = 48, .out = 16, .kernel = 1, .padding = 0},
                                         Conv2dShape{.in = 32, .out = 3, .bias = Bias::None}));

TEST(Conv2d, convolvesInSixteenBitsWithoutFastPaths) {
  const test::TensorWeights source({{"weight", test::generated_tensor("weight", {8, 4, 3, 3}, 1)},
                                    {"bias", test::generated_tensor("bias", {8}, 1)}});
  const Conv2d conv(WeightScope(source, {.type = at::kBFloat16}), {.in = 4, .out = 8});
  const at::Tensor x = test::generated_tensor("input.weight", {1, 4, 6, 6}, 2);
  const at::Tensor out = conv(x.to(at::kBFloat16));
  EXPECT_EQ(out.scalar_type(), at::kBFloat16);
  const Conv2d full(WeightScope(source, {}), {.in = 4, .out = 8});
  EXPECT_LT(test::relative_difference(out.to(at::kFloat), full(x)), 2e-2);
}

}  // namespace
}  // namespace tstitch
