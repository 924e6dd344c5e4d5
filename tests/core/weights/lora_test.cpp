#include "core/weights/lora.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/matmul.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/generated_weights.h"

namespace tstitch {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::UnorderedElementsAre;
using Shapes = std::map<std::string, std::vector<std::int64_t>>;

test::GeneratedWeights base_weights() {
  return {{{"down.0.to_q.weight", {6, 4}}, {"down.0.to_q.bias", {6}}, {"conv.weight", {5, 4, 3, 3}}}, 1};
}

LoraFile file_of(const Shapes& shapes) {
  return LoraFile(std::make_unique<test::GeneratedWeights>(shapes, 2));
}

TEST(LoraFit, CountsWhatFitsAndNamesTheFirstThatDoesNot) {
  const LoraFile file = file_of({{"unet.down.0.to_q.lora_A.weight", {2, 4}},
                                 {"unet.down.0.to_q.lora_B.weight", {6, 2}},
                                 {"unet.down.9.to_q.lora_A.weight", {2, 4}},
                                 {"unet.down.9.to_q.lora_B.weight", {6, 2}},
                                 {"text_encoder.layers.0.q_proj.lora_A.weight", {2, 4}}});
  const test::GeneratedWeights base = base_weights();
  const LoraFit fit = file.fit(LoraComponent::Network, base);
  EXPECT_EQ(fit.modules, 2U);
  EXPECT_EQ(fit.fitting, 1U);
  EXPECT_EQ(fit.first_misfit, "unet.down.9.to_q.lora_A.weight");
  EXPECT_TRUE(file.has(LoraComponent::TextEncoder));
  EXPECT_FALSE(file.has(LoraComponent::TextEncoder2));
  EXPECT_EQ(file.fit(LoraComponent::TextEncoder, base).fitting, 0U);
}

TEST(LoraFit, WantsFactorsThatMultiplyToTheLayersShape) {
  const test::GeneratedWeights base = base_weights();
  for (const Shapes& shapes :
       {Shapes{{"lora_unet_conv.lora_down.weight", {2, 4, 1, 1}}, {"lora_unet_conv.lora_up.weight", {5, 2, 1, 1}}},
        Shapes{{"lora_unet_conv.lora_down.weight", {2, 4, 3, 3}}, {"lora_unet_conv.lora_up.weight", {5, 3, 1, 1}}},
        Shapes{{"lora_unet_conv.lora_down.weight", {2, 4, 3, 3}}},
        Shapes{{"lora_unet_conv.lora_down.weight", {2, 2, 3, 3}}, {"lora_unet_conv.lora_up.weight", {10, 2, 1, 1}}}}) {
    EXPECT_EQ(file_of(shapes).fit(LoraComponent::Network, base).fitting, 0U);
  }
}

TEST(LoraFit, FindsLayersUnderFurtherNames) {
  const LoraFile file = file_of({{"lora_unet_input_blocks_1_1_to_q.lora_down.weight", {2, 4}},
                                 {"lora_unet_input_blocks_1_1_to_q.lora_up.weight", {6, 2}}});
  const test::GeneratedWeights base = base_weights();
  EXPECT_THAT(file.targets(LoraComponent::Network, base), IsEmpty());
  EXPECT_THAT(file.targets(LoraComponent::Network, base, {{"input_blocks.1.1.to_q", "down.0.to_q"}}),
              UnorderedElementsAre(Key("down.0.to_q.weight")));
}

TEST(LoraSource, ChangesOnlyTheLayersOfTheFileAndRoundsOnce) {
  const auto file = std::make_shared<const LoraFile>(std::make_unique<test::GeneratedWeights>(
      Shapes{{"unet.down.0.to_q.lora_A.weight", {2, 4}}, {"unet.down.0.to_q.lora_B.weight", {6, 2}}}, 2));
  const test::GeneratedWeights base = base_weights();
  const LoraSource source(base, LoraComponent::Network, {{file, 0.5}});
  const at::Tensor sum = base.read("down.0.to_q.weight", at::kFloat) +
                         at::matmul(test::generated_tensor("unet.down.0.to_q.lora_B.weight", {6, 2}, 2),
                                    test::generated_tensor("unet.down.0.to_q.lora_A.weight", {2, 4}, 2)) *
                             0.5;
  EXPECT_TRUE(at::allclose(source.read("down.0.to_q.weight", at::kFloat, {}), sum, 1e-6));
  EXPECT_TRUE(source.read("down.0.to_q.weight", at::kHalf, {})
                  .equal(source.read("down.0.to_q.weight", at::kFloat, {}).to(at::kHalf)));
  EXPECT_TRUE(source.read("conv.weight", at::kFloat, {}).equal(base.read("conv.weight", at::kFloat)));
}

TEST(LoraFile, MultipliesConvolutionsWithAKernelInTheMiddle) {
  const LoraFile file = file_of({{"lora_unet_conv.lora_down.weight", {2, 4, 1, 1}},
                                 {"lora_unet_conv.lora_mid.weight", {2, 2, 3, 3}},
                                 {"lora_unet_conv.lora_up.weight", {5, 2, 1, 1}}});
  const test::GeneratedWeights base = base_weights();
  const auto targets = file.targets(LoraComponent::Network, base);
  ASSERT_THAT(targets, UnorderedElementsAre(Key("conv.weight")));
  const at::Tensor found = file.difference(*targets.at("conv.weight"), {5, 4, 3, 3});
  const auto factor = [](const char* name, const std::vector<std::int64_t>& shape) {
    return test::generated_tensor(name, shape, 2);
  };
  const at::Tensor down = factor("lora_unet_conv.lora_down.weight", {2, 4, 1, 1}).flatten(1);
  const at::Tensor mid = factor("lora_unet_conv.lora_mid.weight", {2, 2, 3, 3});
  const at::Tensor up = factor("lora_unet_conv.lora_up.weight", {5, 2, 1, 1}).flatten(1);
  for (int k = 0; k < 3; ++k) {
    const at::Tensor expected = at::matmul(up, at::matmul(mid.select(3, 1).select(2, k), down));
    EXPECT_TRUE(at::allclose(found.select(3, 1).select(2, k), expected, 1e-5, 1e-6)) << k;
  }
}

TEST(LoraFile, RefusesAFileOfAnotherKind) {
  try {
    file_of({{"model.diffusion_model.input_blocks.0.0.weight", {2, 2}}});
    FAIL();
  } catch (const BadInput& error) {
    EXPECT_THAT(error.sentence(), HasSubstr("input_blocks.0.0.weight"));
  }
}

}  // namespace
}  // namespace tstitch
