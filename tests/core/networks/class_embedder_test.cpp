#include "core/networks/class_embedder.h"

#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

test::TensorWeights table() {
  return test::TensorWeights({{"embedding.weight", at::tensor({1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 9.0F}).view({3, 2})}});
}

TEST(ClassEmbedder, makesAContextOfOneTokenEach) {
  const test::TensorWeights weights = table();
  const WeightScope root(weights, {});
  const ClassEmbedder embedder(root, 3, 2);
  EXPECT_NO_THROW(root.require_complete());
  const at::Tensor context = embedder(at::tensor({2L, 0L}));
  EXPECT_TRUE(context.equal(at::tensor({5.0F, 9.0F, 1.0F, 2.0F}).view({2, 1, 2})));
}

TEST(ClassEmbedder, hasTheMeanOfAllClasses) {
  const test::TensorWeights weights = table();
  EXPECT_TRUE(ClassEmbedder(WeightScope(weights, {}), 3, 2).mean().equal(at::tensor({3.0F, 5.0F}).view({1, 1, 2})));
}

}  // namespace
}  // namespace tstitch
