#include "core/denoise/class_conditioning.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

ClassEmbedder embedder() {
  const test::TensorWeights weights(
      {{"embedding.weight", at::tensor({1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 6.0F, 7.0F, 8.0F}).view({2, 4})}});
  return {WeightScope(weights, {}), 2, 4};
}

TEST(ClassConditioning, labelsHaveTheNullClassAsTheirNegative) {
  const Conditioning labels = label_conditioning(207, 1000);
  EXPECT_EQ(labels.positive_label.item<std::int64_t>(), 207);
  EXPECT_EQ(labels.negative_label.item<std::int64_t>(), 1000);
  EXPECT_FALSE(labels.positive.defined());
}

TEST(ClassConditioning, aClassIsAContextOfOneToken) {
  const Conditioning context = class_context_conditioning(embedder(), 1, at::tensor({0.25F, 0.75F}).view({1, 1, 2}));
  EXPECT_TRUE(at::equal(context.positive, at::tensor({5.0F, 6.0F, 7.0F, 8.0F}).view({1, 1, 4})));
  EXPECT_FALSE(context.positive_label.defined());
}

TEST(ClassConditioning, widerDenoisersRepeatTheDrawnNumbers) {
  const at::Tensor drawn = at::tensor({0.25F, 0.75F}).view({1, 1, 2});
  const Conditioning context = class_context_conditioning(embedder(), 1, drawn);
  EXPECT_TRUE(at::equal(context.negative, at::tensor({0.25F, 0.25F, 0.75F, 0.75F}).view({1, 1, 4})));
}

TEST(ClassConditioning, withoutDrawnNumbersTheMeanStandsForNoClass) {
  const Conditioning context = class_context_conditioning(embedder(), 0, {});
  EXPECT_TRUE(at::equal(context.negative, at::tensor({3.0F, 4.0F, 5.0F, 6.0F}).view({1, 1, 4})));
}

TEST(ClassConditioning, refusesClassesThatTheModelDoesNotHave) {
  const auto refusal = [](auto&& make) {
    try {
      static_cast<void>(make());
    } catch (const UsageError& error) {
      return std::string(error.sentence());
    }
    return std::string();
  };
  EXPECT_THAT(refusal([] { return label_conditioning(1000, 1000); }), testing::HasSubstr("class 1000"));
  EXPECT_THAT(refusal([] { return label_conditioning(-1, 1000); }), testing::HasSubstr("0..999"));
  EXPECT_THAT(refusal([] { return class_context_conditioning(embedder(), 2, {}); }), testing::HasSubstr("--class"));
}

}  // namespace
}  // namespace tstitch
