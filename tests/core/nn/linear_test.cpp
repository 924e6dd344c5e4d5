#include "core/nn/linear.h"

#include <utility>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "core/nn/prepacking.h"
#include "core/nn/vector_kernels.h"
#include "tests/support/generated_weights.h"
#include "tests/support/network_golden.h"
#include "tests/support/vector_kinds.h"

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

TEST(PanelLinear, equalsItsPlainTwinForAllKindsOfVectors) {
  for (const auto& [in, out] :
       std::vector<std::pair<std::int64_t, std::int64_t>>{{7, 32}, {96, 96}, {300, 64}, {520, 192}}) {
    const at::Tensor weight = test::generated_tensor("weight", {out, in}, 1);
    const at::Tensor bias = test::generated_tensor("bias", {out}, 1);
    for (const auto& shape : std::vector<std::vector<std::int64_t>>{{in}, {1, in}, {2, 77, in}, {419, in}}) {
      const at::Tensor x = input(shape);
      const at::Tensor expected = at::linear(x.to(at::kDouble), weight.to(at::kDouble), bias.to(at::kDouble));
      test::with_each_kind_of_vectors([&] {
        ASSERT_TRUE(detail::may_use_panels(weight));
        const at::Tensor y = detail::panel_linear(x, detail::panel_weight(weight), bias);
        EXPECT_EQ(y.sizes(), expected.sizes());
        EXPECT_LT(test::relative_difference(y, expected), kTolerance) << x.sizes() << ' ' << weight.sizes();
        const at::Tensor without = detail::panel_linear(x, detail::panel_weight(weight), std::nullopt);
        EXPECT_LT(test::relative_difference(without + bias, expected), kTolerance) << x.sizes();
      });
    }
  }
}

TEST(PanelLinear, givesARowTheSameAloneAndOnAnyThreads) {
  if (detail::vector_kernels() == nullptr) GTEST_SKIP() << "no wide vectors";
  const at::Tensor weight = detail::panel_weight(test::generated_tensor("weight", {160, 96}, 1));
  const at::Tensor x = input({613, 96});
  const at::Tensor y = detail::panel_linear(x, weight, std::nullopt);
  EXPECT_TRUE(detail::panel_linear(x.narrow(0, 611, 1), weight, std::nullopt).equal(y.narrow(0, 611, 1)));
  const int threads = at::get_num_threads();
  for (const int other : {1, 3, 5}) {
    at::set_num_threads(other);
    EXPECT_TRUE(detail::panel_linear(x, weight, std::nullopt).equal(y)) << other;
  }
  at::set_num_threads(threads);
}

TEST(PanelLinear, isForSmallWeightsOfWholePanels) {
  const auto takes = [](std::int64_t in, std::int64_t out) { return detail::may_use_panels(at::empty({out, in})); };
  EXPECT_EQ(takes(192, 1536), detail::vector_kernels() != nullptr);
  EXPECT_EQ(takes(1536, 192), detail::vector_kernels() != nullptr);
  EXPECT_FALSE(takes(320, 320));
  EXPECT_FALSE(takes(96, 80));
  EXPECT_FALSE(detail::may_use_panels(at::empty({96, 96}, at::kBFloat16)));
  const detail::VectorLimit limit(detail::VectorLimit::Most::Nothing);
  EXPECT_FALSE(takes(192, 1536));
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
