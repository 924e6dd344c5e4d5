#include "core/nn/embedding.h"

#include <cmath>

#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "core/base/check.h"
#include "tests/support/generated_weights.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

TEST(Embedding, looksRowsUp) {
  const test::TensorWeights source({{"weight", test::generated_tensor("embedding.weight", {9, 4}, 1)}});
  const Embedding embedding(WeightScope(source, {}), 9, 4);
  const at::Tensor table = source.tensor("weight");
  const at::Tensor rows = embedding(at::tensor({8, 0, 3}, at::kLong).view({1, 3}));
  EXPECT_EQ(rows.sizes(), at::IntArrayRef({1, 3, 4}));
  EXPECT_TRUE(rows[0][0].equal(table[8]));
  EXPECT_TRUE(rows[0][2].equal(table[3]));
  EXPECT_TRUE(embedding.first(2).equal(table.narrow(0, 0, 2)));
  EXPECT_THROW(static_cast<void>(embedding.first(10)), LogicError);
}

TEST(SinusoidalEmbedding, followsItsFormula) {
  const at::Tensor values = at::tensor({0.0F, 1.0F, 731.25F});
  const at::Tensor embedding = sinusoidal_embedding(values, 10, SinusoidOrder::CosFirst, 1.0);
  EXPECT_EQ(embedding.scalar_type(), at::kFloat);
  for (int row = 0; row < 3; ++row) {
    for (int k = 0; k < 5; ++k) {
      const double angle = values[row].item<double>() * std::pow(10000.0, -k / (5 - 1.0));
      EXPECT_NEAR(embedding[row][k].item<double>(), std::cos(angle), 1e-4);
      EXPECT_NEAR(embedding[row][5 + k].item<double>(), std::sin(angle), 1e-4);
    }
  }
}

TEST(SinusoidalEmbedding, swapsItsHalves) {
  const at::Tensor values = at::tensor({12.5F});
  const at::Tensor cos_first = sinusoidal_embedding(values, 8, SinusoidOrder::CosFirst);
  const at::Tensor sin_first = sinusoidal_embedding(values, 8, SinusoidOrder::SinFirst);
  EXPECT_TRUE(cos_first.narrow(1, 0, 4).equal(sin_first.narrow(1, 4, 4)));
  EXPECT_TRUE(cos_first.narrow(1, 4, 4).equal(sin_first.narrow(1, 0, 4)));
}

TEST(SinusoidalEmbedding, refusesAnOddWidth) {
  EXPECT_THROW(sinusoidal_embedding(at::tensor({1.0F}), 7, SinusoidOrder::CosFirst), LogicError);
}

}  // namespace
}  // namespace tstitch
