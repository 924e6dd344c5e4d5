#include "core/nn/norms.h"

#include <array>
#include <limits>

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/isnan.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/var.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "core/nn/channels_last_norm.h"
#include "tests/support/generated_weights.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

constexpr std::int64_t kGroups = 4;
constexpr double kEps = 1e-5;

test::TensorWeights weights() {
  return test::TensorWeights({{"weight", test::generated_tensor("norm.weight", {16}, 1)},
                              {"bias", test::generated_tensor("norm.bias", {16}, 1)}});
}

/// The definition, in doubles.
at::Tensor by_definition(const at::Tensor& x, const test::TensorWeights& source) {
  const at::Tensor grouped = x.to(at::kDouble).view({x.size(0), kGroups, -1});
  const at::Tensor mean = grouped.mean(2, true);
  const at::Tensor variance = at::var(grouped, at::IntArrayRef{2}, /*correction=*/0, /*keepdim=*/true);
  const at::Tensor normed = ((grouped - mean) / (variance + kEps).sqrt()).view(x.sizes());
  const std::vector<std::int64_t> channels{1, 16, 1, 1};
  return normed * source.tensor("weight").view(channels) + source.tensor("bias").view(channels);
}

TEST(GroupNorm, followsItsDefinitionInBothMemoryFormats) {
  const auto source = weights();
  const GroupNorm norm(WeightScope(source, {}), kGroups, 16, kEps);
  const at::Tensor x = test::generated_tensor("input_embedding.weight", {2, 16, 5, 7}, 2) * 6 + 1;
  EXPECT_LT(test::relative_difference(norm(x), by_definition(x, source)), 1e-6);
  const at::Tensor last = norm(x.contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_TRUE(last.is_contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_LT(test::relative_difference(last, by_definition(x, source)), 1e-6);
}

/// LibTorch's own takes up the plain path: both are near the definition, also where the mean is far above the
/// deviation.
TEST(GroupNorm, ofChannelsLastIsThePlainTwins) {
  const auto source = weights();
  const GroupNorm fast(WeightScope(source, {}), kGroups, 16, kEps);
  const GroupNorm plain(WeightScope(source, {.fast_paths = FastPaths::Off}), kGroups, 16, kEps);
  for (const auto& [batch, height, width] : {std::array{1, 1, 2}, std::array{2, 4, 4}, std::array{3, 65, 33}}) {
    const at::Tensor x = test::generated_tensor("input.weight", {batch, 16, height, width}, 3);
    const at::Tensor last = x.contiguous(at::MemoryFormat::ChannelsLast);
    EXPECT_LT(test::relative_difference(fast(last), plain(x)), 2e-6) << x.sizes();
    const at::Tensor expected = by_definition(x + 8, source);
    EXPECT_LT(test::relative_difference(fast(last + 8), expected),
              2 * test::relative_difference(plain(x + 8), expected))
        << x.sizes();
  }
}

TEST(GroupNorm, thenSiluIsSiluOfIt) {
  const auto source = weights();
  const GroupNorm fast(WeightScope(source, {}), kGroups, 16, kEps);
  const GroupNorm plain(WeightScope(source, {.fast_paths = FastPaths::Off}), kGroups, 16, kEps);
  const at::Tensor x = test::generated_tensor("input.weight", {2, 16, 33, 9}, 3);
  const at::Tensor last = x.contiguous(at::MemoryFormat::ChannelsLast);
  for (const GroupNorm* norm : {&fast, &plain}) {
    const at::Tensor normed = by_definition(x, source);
    EXPECT_LT(test::relative_difference(norm->then_silu(last), at::silu(normed)), 2e-6);
  }
}

/// From where SiLU is nothing to where it is the value itself, and what is no number stays none.
TEST(GroupNorm, thenSiluIsExactAtAllSizes) {
  const at::Tensor x = at::linspace(-120, 120, 4096, at::kFloat).view({1, 1, 64, 64});
  const at::Tensor two = at::cat({x, x.flip(2)}, 1).contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor deviation = at::var(two.to(at::kDouble), at::IntArrayRef{1, 2, 3}, 0, false).sqrt();
  const at::Tensor factor = deviation.to(at::kFloat).expand({2}).contiguous();
  const at::Tensor silu =
      detail::channels_last_norm(two, 1, factor, at::zeros({2}), 0.0, detail::AfterNorm::Silu).to(at::kDouble);
  const at::Tensor expected = at::silu(two.to(at::kDouble));
  EXPECT_LT((silu - expected).abs().max().item<double>(), 6e-5);  // the digits of 120 in floats
  const at::Tensor small = two.abs() < 8;
  EXPECT_LT(((silu - expected).abs() / (expected.abs() + 1e-3)).masked_select(small).max().item<double>(), 2e-5);
  at::Tensor broken = two.clone();
  broken[0][0][0][0] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(at::isnan(detail::channels_last_norm(broken, 1, factor, at::zeros({2}), 0.0, detail::AfterNorm::Silu))
                  .all()
                  .item<bool>());
}

TEST(GroupNorm, isTheSameOnAnyNumberOfThreads) {
  const auto source = weights();
  const GroupNorm norm(WeightScope(source, {}), kGroups, 16, kEps);
  const at::Tensor x =
      test::generated_tensor("input.weight", {2, 16, 96, 64}, 3).contiguous(at::MemoryFormat::ChannelsLast);
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const at::Tensor one = norm(x);
  at::set_num_threads(3);
  EXPECT_TRUE(norm(x).equal(one));
  at::set_num_threads(threads);
}

TEST(GroupNorm, hasFullPrecisionStatisticsInSixteenBits) {
  const auto source = weights();
  const GroupNorm norm(WeightScope(source, {.type = at::kBFloat16}), kGroups, 16, kEps);
  // A mean far above the deviation: statistics in bfloat16 would lose the deviation altogether.
  const at::Tensor x = (test::generated_tensor("input.weight", {1, 16, 32, 32}, 2) + 40).to(at::kBFloat16);
  EXPECT_LT(test::relative_difference(norm(x).to(at::kFloat), by_definition(x, source)), 2e-2);
}

/// Computed in floats and rounded once, in both memory formats and with SiLU.
TEST(GroupNorm, inBf16IsWithinOneRoundingOfItsDefinition) {
  const test::TensorWeights source(
      {{"weight", weights().tensor("weight").to(at::kBFloat16)}, {"bias", weights().tensor("bias").to(at::kBFloat16)}});
  const GroupNorm norm(WeightScope(source, {.type = at::kBFloat16}), kGroups, 16, kEps);
  for (const auto& [batch, height, width] : {std::array{1, 1, 2}, std::array{2, 4, 4}, std::array{3, 65, 33}}) {
    const at::Tensor x = (test::generated_tensor("input.weight", {batch, 16, height, width}, 3) + 4).to(at::kBFloat16);
    const at::Tensor last = x.contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor expected = by_definition(x, source);
    EXPECT_TRUE(norm(last).is_contiguous(at::MemoryFormat::ChannelsLast));
    const auto off = [](const at::Tensor& y, const at::Tensor& right) {
      return ((y.to(at::kDouble) - right).abs() / (right.abs() + 1e-2)).max().item<double>();
    };
    EXPECT_LT(off(norm(last), expected), 1.0 / 256) << x.sizes();
    EXPECT_LT(off(norm.then_silu(last), at::silu(expected)), 1.0 / 256) << x.sizes();
  }
  at::Tensor broken = at::ones({1, 16, 8, 8}, at::kBFloat16).contiguous(at::MemoryFormat::ChannelsLast);
  broken[0][0][0][0] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(at::isnan(norm(broken)).narrow(1, 0, 4).all().item<bool>());
}

test::TensorWeights layer_weights() {
  return test::TensorWeights({{"weight", test::generated_tensor("norm.weight", {24}, 1)},
                              {"bias", test::generated_tensor("norm.bias", {24}, 1)}});
}

/// The definition, in doubles.
at::Tensor layer_by_definition(const at::Tensor& x, const test::TensorWeights& source) {
  const at::Tensor full = x.to(at::kDouble);
  const at::Tensor variance = at::var(full, at::IntArrayRef{-1}, /*correction=*/0, /*keepdim=*/true);
  const at::Tensor normed = (full - full.mean(-1, true)) / (variance + kEps).sqrt();
  return normed * source.tensor("weight") + source.tensor("bias");
}

TEST(LayerNorm, followsItsDefinition) {
  const auto source = layer_weights();
  const LayerNorm norm(WeightScope(source, {}), 24, kEps);
  const at::Tensor x = test::generated_tensor("input.weight", {2, 11, 24}, 2) * 3 + 1;
  EXPECT_LT(test::relative_difference(norm(x), layer_by_definition(x, source)), 1e-6);
}

TEST(LayerNorm, hasFullPrecisionStatisticsInSixteenBits) {
  const auto source = layer_weights();
  const LayerNorm norm(WeightScope(source, {.type = at::kBFloat16}), 24, kEps);
  const at::Tensor x = (test::generated_tensor("input.weight", {4, 24}, 2) + 40).to(at::kBFloat16);
  EXPECT_LT(test::relative_difference(norm(x).to(at::kFloat), layer_by_definition(x, source)), 2e-2);
}

}  // namespace
}  // namespace tstitch
