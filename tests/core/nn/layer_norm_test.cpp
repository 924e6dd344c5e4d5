#include "core/nn/layer_norm.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/var.h>
#include <gtest/gtest.h>

#include "tests/support/generated_weights.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

constexpr double kEps = 1e-5;

test::TensorWeights weights() {
  return test::TensorWeights({{"weight", test::generated_tensor("norm.weight", {24}, 1)},
                              {"bias", test::generated_tensor("norm.bias", {24}, 1)}});
}

/// The definition, in doubles.
at::Tensor by_definition(const at::Tensor& x, const test::TensorWeights& source) {
  const at::Tensor full = x.to(at::kDouble);
  const at::Tensor variance = at::var(full, at::IntArrayRef{-1}, /*correction=*/0, /*keepdim=*/true);
  const at::Tensor normed = (full - full.mean(-1, true)) / (variance + kEps).sqrt();
  return normed * source.tensor("weight") + source.tensor("bias");
}

TEST(LayerNorm, followsItsDefinition) {
  const auto source = weights();
  const LayerNorm norm(WeightScope(source, {}), 24, kEps);
  const at::Tensor x = test::generated_tensor("input.weight", {2, 11, 24}, 2) * 3 + 1;
  EXPECT_LT(test::relative_difference(norm(x), by_definition(x, source)), 1e-6);
}

TEST(LayerNorm, hasFullPrecisionStatisticsInSixteenBits) {
  const auto source = weights();
  const LayerNorm norm(WeightScope(source, {.type = at::kBFloat16}), 24, kEps);
  const at::Tensor x = (test::generated_tensor("input.weight", {4, 24}, 2) + 40).to(at::kBFloat16);
  EXPECT_LT(test::relative_difference(norm(x).to(at::kFloat), by_definition(x, source)), 2e-2);
}

}  // namespace
}  // namespace tstitch
