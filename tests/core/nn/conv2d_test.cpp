#include "core/nn/conv2d.h"

#include <array>
#include <functional>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <gtest/gtest.h>

#include "core/nn/pair_kernels.h"
#include "core/nn/prepacking.h"
#include "core/nn/vector_kernels.h"
#include "core/system/processor.h"
#include "tests/support/generated_weights.h"
#include "tests/support/network_golden.h"
#include "tests/support/vector_kinds.h"

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
                                         Conv2dShape{.in = 80, .out = 64}, Conv2dShape{.in = 20, .out = 64},
                                         Conv2dShape{.in = 48, .out = 16, .kernel = 1, .stride = 2, .padding = 0},
                                         Conv2dShape{.in = 32, .out = 3, .bias = Bias::None}));

/// With a packed weight where the processor has arithmetic for bfloat16, also one that is packed for a picture's size;
/// by Winograd within two roundings.
TEST(Conv2d, inBf16IsWithinOneRoundingOfItsPlainTwin) {
  for (const Conv2dShape& shape :
       {Conv2dShape{.in = 4, .out = 8}, Conv2dShape{.in = 40, .out = 192}, Conv2dShape{.in = 64, .out = 64},
        Conv2dShape{.in = 48, .out = 16, .kernel = 1, .padding = 0}, Conv2dShape{.in = 32, .out = 48, .stride = 2}}) {
    const test::TensorWeights source(
        {{"weight",
          test::generated_tensor("weight", {shape.out, shape.in, shape.kernel, shape.kernel}, 1).to(at::kBFloat16)},
         {"bias", test::generated_tensor("bias", {shape.out}, 1).to(at::kBFloat16)}});
    const Conv2d conv(WeightScope(source, {.type = at::kBFloat16}), shape);
    const Conv2d full(WeightScope(source, {.fast_paths = FastPaths::Off}), shape);
    for (const auto& [batch, height, width] : {std::array{1, 6, 6}, std::array{2, 9, 13}}) {
      const at::Tensor x = test::generated_tensor("input.weight", {batch, shape.in, height, width}, 2);
      const at::Tensor out = conv(x.to(at::kBFloat16));
      EXPECT_EQ(out.scalar_type(), at::kBFloat16);
      const double bound = shape.out == 64 ? 2.0 / 256 : 1.0 / 256;
      EXPECT_LT(test::relative_difference(out.to(at::kFloat), full(x.to(at::kBFloat16).to(at::kFloat))), bound)
          << shape.out;
    }
  }
}

using Most = detail::VectorLimit::Most;

struct Layer {
  at::Tensor x, weight, bias;

  Layer(std::int64_t in, std::int64_t out, std::array<std::int64_t, 3> size)
      : x(test::generated_tensor("x.weight", {size[0], in, size[1], size[2]}, 2)),
        weight(test::generated_tensor("weight", {out, in, 3, 3}, 1)),
        bias(test::generated_tensor("bias", {out}, 1)) {}

  [[nodiscard]] at::Tensor by_winograd(const at::Tensor& input) const {
    return detail::winograd_convolution(input, detail::winograd_weight(weight), bias, {.padding = 1});
  }
};

TEST(Winograd, isTheConvolution) {
  test::with_each_kind_of_vectors([] {
    const std::vector<std::array<std::int64_t, 5>> layers{{16, 32, 1, 1, 1},   {32, 32, 2, 3, 5},   {48, 64, 3, 8, 7},
                                                          {80, 96, 1, 1, 9},   {144, 32, 2, 13, 2}, {16, 32, 1, 40, 41},
                                                          {320, 64, 2, 33, 17}};
    for (const auto& [in, out, batch, height, width] : layers) {
      const Layer layer(in, out, {batch, height, width});
      const at::Tensor expected =
          at::conv2d(layer.x.to(at::kDouble), layer.weight.to(at::kDouble), layer.bias.to(at::kDouble), 1, 1);
      const at::Tensor y = layer.by_winograd(layer.x);
      EXPECT_LT(test::relative_difference(y, expected), kTolerance) << layer.x.sizes();
      EXPECT_TRUE(y.is_contiguous(at::MemoryFormat::ChannelsLast));
      EXPECT_TRUE(layer.by_winograd(layer.x.contiguous(at::MemoryFormat::ChannelsLast)).equal(y));
    }
  });
}

/// Tiles and weights are rounded once more than by plain convolution: 4e-3 of the root of the mean square, where one
/// rounding of the result is 1.7e-3.
TEST(Winograd, inBf16IsTheConvolutionWithinItsRoundings) {
  if (detail::pair_kernels() == nullptr) GTEST_SKIP() << "no AVX512-BF16";
  const std::vector<std::array<std::int64_t, 5>> layers{{16, 32, 1, 1, 1},   {32, 32, 2, 3, 5},   {48, 64, 3, 8, 7},
                                                        {80, 96, 1, 1, 9},   {144, 32, 2, 13, 2}, {16, 32, 1, 40, 41},
                                                        {320, 64, 2, 33, 17}};
  for (const auto& [in, out, batch, height, width] : layers) {
    Layer layer(in, out, {batch, height, width});
    for (at::Tensor* each : {&layer.x, &layer.weight, &layer.bias}) *each = each->to(at::kBFloat16);
    const at::Tensor expected =
        at::conv2d(layer.x.to(at::kDouble), layer.weight.to(at::kDouble), layer.bias.to(at::kDouble), 1, 1);
    const at::Tensor y = layer.by_winograd(layer.x);
    EXPECT_EQ(y.scalar_type(), at::kBFloat16);
    const at::Tensor off = y.to(at::kDouble) - expected;
    EXPECT_LT(off.norm().item<double>(), 6e-3 * expected.norm().item<double>()) << layer.x.sizes();
    EXPECT_LT(off.abs().max().item<double>(), 2e-2 * expected.abs().max().item<double>()) << layer.x.sizes();
    EXPECT_TRUE(y.is_contiguous(at::MemoryFormat::ChannelsLast));
    EXPECT_TRUE(layer.by_winograd(layer.x.narrow(0, batch - 1, 1)).equal(y.narrow(0, batch - 1, 1)));
  }
}

/// Numbers of fp16, the smallest and a negative nought among them.
at::Tensor numbers_of_fp16(const at::Tensor& weight) {
  const at::Tensor numbers = weight.clone();
  numbers.view(-1)[3].fill_(-0.0);
  numbers.view(-1)[5].fill_(6e-8);
  return numbers.to(at::kHalf).to(at::kFloat);
}

TEST(Winograd, keepsWeightsInFp16WhereThatChangesNoNumber) {
  test::with_each_kind_of_vectors([] {
    Layer layer(48, 96, {2, 9, 13});
    EXPECT_EQ(detail::winograd_weight(layer.weight).scalar_type(), at::kFloat);
    layer.weight = numbers_of_fp16(layer.weight);
    const at::Tensor kept = detail::winograd_weight(layer.weight);
    EXPECT_EQ(kept.scalar_type(), at::kHalf);
    EXPECT_TRUE(detail::is_winograd_weight(kept));
    EXPECT_TRUE(detail::winograd_convolution(layer.x, kept, layer.bias, {.padding = 1})
                    .equal(detail::winograd_convolution(layer.x, kept.to(at::kFloat), layer.bias, {.padding = 1})));
    const at::Tensor expected = at::conv2d(layer.x, layer.weight, layer.bias, 1, 1);
    EXPECT_LT(test::relative_difference(layer.by_winograd(layer.x), expected), kTolerance);
    for (const double beyond : {65520.0, 1e-8, 1.0 + 1e-6}) {
      at::Tensor weight = layer.weight.clone();
      weight.view(-1)[weight.numel() - 1].fill_(beyond);
      EXPECT_EQ(detail::winograd_weight(weight).scalar_type(), at::kFloat) << beyond;
    }
  });
}

TEST(Winograd, givesASampleTheSameAloneAndOnAnyThreads) {
  test::with_each_kind_of_vectors([] {
    const Layer layer(80, 64, {3, 21, 30});
    const int threads = at::get_num_threads();
    const at::Tensor y = layer.by_winograd(layer.x);
    EXPECT_TRUE(layer.by_winograd(layer.x.narrow(0, 1, 1)).equal(y.narrow(0, 1, 1)));
    for (const int other : {1, 3, 5}) {
      at::set_num_threads(other);
      EXPECT_TRUE(layer.by_winograd(layer.x).equal(y)) << other;
    }
    at::set_num_threads(threads);
  });
}

TEST(Winograd, isForWholeVectorsOfChannels) {
  const auto takes = [](std::int64_t in, std::int64_t out, detail::ConvolutionStride shape) {
    return detail::may_use_winograd(test::generated_tensor("weight", {out, in, 3, 3}, 1), shape);
  };
  const bool has_vectors = detail::vector_kernels() != nullptr;
  EXPECT_EQ(takes(48, 64, {.padding = 1}), has_vectors);
  EXPECT_FALSE(takes(40, 64, {.padding = 1}));
  EXPECT_FALSE(takes(48, 80, {.padding = 1}));
  EXPECT_FALSE(takes(48, 64, {.stride = 2, .padding = 1}));
  EXPECT_FALSE(takes(48, 64, {.padding = 0}));
  const auto takes_type = [](at::ScalarType type) {
    return detail::may_use_winograd(at::empty({64, 48, 3, 3}, type), {.padding = 1});
  };
  EXPECT_EQ(takes_type(at::kBFloat16), detail::pair_kernels() != nullptr);
  EXPECT_FALSE(takes_type(at::kHalf));
  const detail::VectorLimit limit(Most::Nothing);
  EXPECT_FALSE(takes(48, 64, {.padding = 1}));
}

TEST(Prepacking, keepsWeightsPlainWhoseLayoutDependsOnThePicture) {
  for (const int channels : {48, 96, 192, 288, 384}) {
    EXPECT_FALSE(detail::has_one_layout(channels)) << channels;
  }
  for (const int channels : {4, 64, 128, 320, 512, 576, 640, 768, 960, 1280}) {
    EXPECT_TRUE(detail::has_one_layout(channels)) << channels;
  }
}

TEST(Prepacking, isForWhatTheCpuHasArithmeticForWhereItIsWanted) {
  const at::Tensor weight = at::empty({4, 4}, at::kFloat);
  EXPECT_TRUE(detail::may_prepack(weight, {}));
  EXPECT_FALSE(detail::may_prepack(weight, {.fast_paths = FastPaths::Off}));
  EXPECT_EQ(detail::may_prepack(weight.to(at::kBFloat16), {}), half_arithmetic().bf16);
  EXPECT_FALSE(detail::may_prepack(weight.to(at::kHalf), {}));
  EXPECT_FALSE(detail::may_prepack(at::empty({4, 4}, at::TensorOptions(at::kMeta)), {}));
}

TEST(Prepacking, givesChannelsLastResults) {
  const at::Tensor weight = test::generated_tensor("weight", {32, 16, 3, 3}, 1);
  const at::Tensor packed = detail::prepack_convolution(weight, {.stride = 1, .padding = 1});
  const at::Tensor x = test::generated_tensor("input.weight", {2, 16, 8, 8}, 1);
  const at::Tensor out = detail::prepacked_convolution(x, packed, std::nullopt, {.stride = 1, .padding = 1});
  EXPECT_TRUE(out.is_contiguous(at::MemoryFormat::ChannelsLast));
}

TEST(Prepacking, keepsNoTieToThePlainWeight) {
  at::Tensor weight = test::generated_tensor("weight", {32, 64}, 1);
  const at::Tensor packed = detail::prepack_linear(weight);
  const at::Tensor x = test::generated_tensor("input.weight", {40, 64}, 1);
  const at::Tensor before = detail::prepacked_linear(x, packed, std::nullopt);
  weight.zero_();
  EXPECT_TRUE(detail::prepacked_linear(x, packed, std::nullopt).equal(before));
}

}  // namespace
}  // namespace tstitch
