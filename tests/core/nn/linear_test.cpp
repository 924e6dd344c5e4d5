#include "core/nn/linear.h"

#include <ATen/ops/linear.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "tests/support/generated_weights.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

constexpr double kTolerance = 1e-6;

test::TensorWeights weights(std::int64_t in, std::int64_t out) {
  return test::TensorWeights(
      {{"weight", test::generated_tensor("weight", {out, in}, 1)}, {"bias", test::generated_tensor("bias", {out}, 1)}});
}

at::Tensor input(const std::vector<std::int64_t>& shape) {
  return test::generated_tensor("input.weight", shape, 2);
}

TEST(Linear, equalsItsPlainTwin) {
  const auto source = weights(96, 80);
  const Linear fast(WeightScope(source, {}), 96, 80);
  const Linear plain(WeightScope(source, {.fast_paths = FastPaths::Off}), 96, 80);
  for (const auto& shape : std::vector<std::vector<std::int64_t>>{{2, 96}, {1, 77, 96}, {2, 300, 96}, {96}}) {
    const at::Tensor x = input(shape);
    EXPECT_LT(test::relative_difference(fast(x), plain(x)), kTolerance) << x.sizes();
    EXPECT_LT(test::relative_difference(plain(x), at::linear(x, source.tensor("weight"), source.tensor("bias"))),
              kTolerance);
  }
}

TEST(Linear, inBf16IsWithinOneRoundingOfItsPlainTwin) {
  const test::TensorWeights source({{"weight", weights(96, 80).tensor("weight").to(at::kBFloat16)},
                                    {"bias", weights(96, 80).tensor("bias").to(at::kBFloat16)}});
  const Linear fast(WeightScope(source, {.type = at::kBFloat16}), 96, 80);
  const Linear full(WeightScope(source, {.fast_paths = FastPaths::Off}), 96, 80);
  for (const auto& shape : std::vector<std::vector<std::int64_t>>{{2, 96}, {1, 77, 96}, {96}}) {
    const at::Tensor x = input(shape).to(at::kBFloat16);
    const at::Tensor y = fast(x);
    EXPECT_EQ(y.scalar_type(), at::kBFloat16);
    EXPECT_LT(test::relative_difference(y.to(at::kFloat), full(x.to(at::kFloat))), 1.0 / 256) << x.sizes();
  }
}

TEST(Linear, acceptsStridedInputs) {
  const auto source = weights(96, 80);
  const Linear fast(WeightScope(source, {}), 96, 80);
  const at::Tensor planes = input({2, 96, 30});  // channels first, as a picture's places become tokens
  EXPECT_LT(test::relative_difference(fast(planes.transpose(1, 2)), fast(planes.transpose(1, 2).contiguous())),
            kTolerance);
}

TEST(Linear, worksWithoutBias) {
  const test::TensorWeights source({{"weight", test::generated_tensor("weight", {7, 5}, 1)}});
  const WeightScope root(source, {});
  const Linear linear(root, 5, 7, Bias::None);
  EXPECT_NO_THROW(root.require_complete());
  EXPECT_EQ(linear(at::zeros({1, 5})).abs().max().item<float>(), 0.0F);
}

TEST(Linear, readsAPointwiseConvolution) {
  const auto source = weights(24, 16);
  test::TensorWeights convolution(
      {{"weight", source.tensor("weight").view({16, 24, 1, 1})}, {"bias", source.tensor("bias")}});
  const auto pointwise = Linear::from_pointwise_convolution(WeightScope(convolution, {}), 24, 16);
  const at::Tensor x = input({2, 10, 24});
  EXPECT_TRUE(pointwise(x).equal(Linear(WeightScope(source, {}), 24, 16)(x)));
}

TEST(Linear, keepsFullPrecisionWhereAsked) {
  const auto source = weights(24, 16);
  const WeightScope half(source, {.type = at::kBFloat16});
  const Linear compute(half, 24, 16);
  EXPECT_EQ(compute(input({2, 24}).to(at::kBFloat16)).scalar_type(), at::kBFloat16);
  const WeightScope again(source, {.type = at::kBFloat16});
  const Linear full(again, 24, 16, Bias::Learned, LayerPrecision::Full);
  EXPECT_EQ(full(input({2, 24})).scalar_type(), at::kFloat);
}

}  // namespace
}  // namespace tstitch
