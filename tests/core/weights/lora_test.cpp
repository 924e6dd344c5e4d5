#include "core/weights/lora.h"

#include <cmath>
#include <fstream>

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/generated_weights.h"
#include "tests/support/network_golden.h"
#include "tests/support/refusal.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tensor_files.h"

namespace tstitch {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::UnorderedElementsAre;
using Shapes = std::map<std::string, std::vector<std::int64_t>>;

test::GeneratedWeights base_weights() {
  return {{{"down.0.to_q.weight", {6, 4}},
           {"down.0.to_q.bias", {6}},
           {"conv.weight", {5, 4, 3, 3}},
           {"norm.weight", {3}},
           {"norm.bias", {3}}},
          1};
}

LoraFile file_of(const Shapes& shapes) {
  return LoraFile(std::make_unique<test::GeneratedWeights>(shapes, 2));
}

TEST(LoraFit, CountsWhatFitsAndNamesTheFirstThatDoesNot) {
  const LoraFile file = file_of({{"unet.down.0.to_q.lora_A.weight", {2, 4}},
                                 {"unet.down.0.to_q.lora_B.weight", {6, 2}},
                                 {"unet.down.9.to_q.lora_A.weight", {2, 4}},
                                 {"unet.down.9.to_q.lora_B.weight", {6, 2}},
                                 {"text_encoder.layers.0.q_proj.lora_A.weight", {2, 4}},
                                 {"text_encoder.layers.0.q_proj.lora_B.weight", {6, 2}}});
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
  const at::Tensor nothing = at::zeros({5, 4, 3, 3});
  const at::Tensor found = file.changed_weight(*targets.at("conv.weight"), nothing, nothing, 1.0);
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

using Tensors = std::map<std::string, at::Tensor>;

constexpr std::uint64_t kSeed = 2;

at::Tensor factor(const std::string& name, const std::vector<std::int64_t>& shape) {
  return test::generated_tensor(name, shape, kSeed);
}

std::shared_ptr<const LoraFile> holding(Tensors tensors, LoraSettings settings = {}) {
  return std::make_shared<const LoraFile>(std::make_unique<test::TensorWeights>(std::move(tensors)),
                                          std::move(settings));
}

at::Tensor changed(const std::string& name, const std::vector<AppliedLora>& loras,
                   LoraMethod method = LoraMethod::Folded) {
  const test::GeneratedWeights base = base_weights();
  return LoraSource(base, LoraComponent::Network, loras, {}, method).read(name, at::kFloat, {});
}

at::Tensor stored(const std::string& name) {
  return base_weights().read(name, at::kFloat);
}

bool near(const at::Tensor& a, const at::Tensor& b) {
  return a.sizes() == b.sizes() && at::allclose(a, b, 1e-5, 1e-6);
}

const at::Tensor kDown = factor("down", {2, 4});
const at::Tensor kUp = factor("up", {6, 2});

/// diffusers' converter writes 64-bit integers, other programs other types, all with one side or none.
TEST(LoraFile, alphaInt64) {
  const test::TemporaryFolder folder;
  const at::Tensor expected = stored("down.0.to_q.weight") + at::matmul(kUp, kDown) * 0.5;
  for (const at::ScalarType type :
       {at::kLong, at::kInt, at::kShort, at::kByte, at::kDouble, at::kFloat, at::kHalf, at::kBFloat16}) {
    for (const std::vector<std::int64_t>& shape : {std::vector<std::int64_t>{}, std::vector<std::int64_t>{1}}) {
      const auto path = folder.path() / "lora.safetensors";
      test::write_tensors(path, {{"lora_unet_down_0_to_q.lora_down.weight", kDown},
                                 {"lora_unet_down_0_to_q.lora_up.weight", kUp},
                                 {"lora_unet_down_0_to_q.alpha", at::full(shape, 1, type)}});
      const auto file = std::make_shared<const LoraFile>(path);
      EXPECT_TRUE(near(changed("down.0.to_q.weight", {{file, 1.0}}), expected)) << type;
    }
  }
}

/// The rows of the changed weight get the magnitude over their norm, the strength scales the difference (peft).
at::Tensor dora(const at::Tensor& base, const at::Tensor& sum, const at::Tensor& difference,
                const at::Tensor& magnitude) {
  const at::Tensor norm = at::linalg_vector_norm((base + difference).flatten(1), 2, {1}, true);
  return ((sum + difference).flatten(1) * (magnitude.view({-1, 1}) / norm)).view(base.sizes());
}

TEST(LoraFile, dora) {
  const at::Tensor magnitude = factor("m", {6}) + 2.0;
  const at::Tensor base = stored("down.0.to_q.weight");
  const auto kohya = holding({{"lora_unet_down_0_to_q.lora_down.weight", kDown},
                              {"lora_unet_down_0_to_q.lora_up.weight", kUp},
                              {"lora_unet_down_0_to_q.dora_scale", magnitude.view({6, 1})}});
  const auto peft = holding({{"unet.down.0.to_q.lora_A.weight", kDown},
                             {"unet.down.0.to_q.lora_B.weight", kUp},
                             {"unet.down.0.to_q.lora_magnitude_vector", magnitude}});
  for (const double strength : {1.0, 0.3, -0.5}) {
    const at::Tensor expected = dora(base, base, at::matmul(kUp, kDown) * strength, magnitude);
    for (const LoraMethod method : {LoraMethod::Folded, LoraMethod::Added}) {
      EXPECT_TRUE(near(changed("down.0.to_q.weight", {{kohya, strength}}, method), expected)) << strength;
      EXPECT_TRUE(near(changed("down.0.to_q.weight", {{peft, strength}}, method), expected)) << strength;
    }
  }
}

/// Several act one after the other, each by the norm of the stored weight with its own difference.
TEST(LoraFile, doraStacked) {
  const auto with_magnitude = [](double more) {
    return holding({{"unet.down.0.to_q.lora_A.weight", kDown * more},
                    {"unet.down.0.to_q.lora_B.weight", kUp},
                    {"unet.down.0.to_q.lora_magnitude_vector", factor("m", {6}) + 2.0 * more}});
  };
  const auto plain =
      holding({{"unet.down.0.to_q.lora_A.weight", kDown * 0.7}, {"unet.down.0.to_q.lora_B.weight", kUp}});
  const at::Tensor base = stored("down.0.to_q.weight"), product = at::matmul(kUp, kDown);
  at::Tensor expected = dora(base, base, product * 0.6, factor("m", {6}) + 2.0);
  expected = expected + product * 0.7 * 0.5;
  expected = dora(base, expected, product * 1.5 * -0.4, factor("m", {6}) + 3.0);
  for (const LoraMethod method : {LoraMethod::Folded, LoraMethod::Added}) {
    const std::vector<AppliedLora> loras{{with_magnitude(1.0), 0.6}, {plain, 0.5}, {with_magnitude(1.5), -0.4}};
    EXPECT_TRUE(near(changed("down.0.to_q.weight", loras, method), expected));
  }
}

/// LyCORIS' first DoRAs have a magnitude for each input, as their shape shows.
TEST(LoraFile, doraByInputs) {
  const at::Tensor down = factor("d", {2, 4, 3, 3}), up = factor("u", {5, 2, 1, 1}), base = stored("conv.weight");
  const at::Tensor magnitude = factor("m", {1, 4, 1, 1}) + 2.0;
  const auto file = holding({{"lora_unet_conv.lora_down.weight", down},
                             {"lora_unet_conv.lora_up.weight", up},
                             {"lora_unet_conv.dora_scale", magnitude}});
  const at::Tensor sum = base + at::matmul(up.flatten(1), down.flatten(1)).view(base.sizes());
  EXPECT_TRUE(
      near(changed("conv.weight", {{file, 1.0}}), sum * (magnitude / at::linalg_vector_norm(sum, 2, {0, 2, 3}, true))));
}

TEST(LoraFile, lycorisWholeDifferencesAndBiases) {
  const auto file = holding({{"lora_unet_down_0_to_q.diff", factor("d", {6, 4})},
                             {"lora_unet_down_0_to_q.diff_b", factor("b", {6})},
                             {"lora_unet_norm.w_norm", factor("w", {3})},
                             {"lora_unet_norm.b_norm", factor("n", {3})}});
  EXPECT_TRUE(
      near(changed("down.0.to_q.weight", {{file, 0.5}}), stored("down.0.to_q.weight") + factor("d", {6, 4}) * 0.5));
  EXPECT_TRUE(near(changed("down.0.to_q.bias", {{file, 0.5}}), stored("down.0.to_q.bias") + factor("b", {6}) * 0.5));
  EXPECT_TRUE(near(changed("norm.weight", {{file, 0.5}}), stored("norm.weight") + factor("w", {3}) * 0.5));
  EXPECT_TRUE(near(changed("norm.bias", {{file, 0.5}}), stored("norm.bias") + factor("n", {3}) * 0.5));
}

TEST(LoraFile, lycorisGlora) {
  const at::Tensor base = stored("down.0.to_q.weight");
  const at::Tensor a1 = factor("a1", {4, 2}), a2 = factor("a2", {2, 4}), b1 = factor("b1", {6, 2}),
                   b2 = factor("b2", {2, 4});
  const at::Tensor added = at::matmul(at::matmul(base, a1), a2) + at::matmul(b1, b2);
  const auto file = [](const Tensors& factors) {
    Tensors tensors{{"lora_unet_down_0_to_q.alpha", at::full({}, 1.0)}};
    for (const auto& [role, tensor] : factors) tensors.emplace("lora_unet_down_0_to_q." + role + ".weight", tensor);
    return holding(std::move(tensors));
  };
  EXPECT_TRUE(near(changed("down.0.to_q.weight", {{file({{"a1", a1}, {"a2", a2}, {"b1", b1}, {"b2", b2}}), 0.6}}),
                   base + added * 0.3));
  // Before LyCORIS 3 the factors stood the other way round.
  EXPECT_TRUE(near(changed("down.0.to_q.weight", {{file({{"a1", a2}, {"a2", a1}, {"b1", b2}, {"b2", b1}}), 0.6}}),
                   base + added * 0.3));
  const at::Tensor kernel = stored("conv.weight"), c1 = factor("c1", {5, 2, 1, 1}), c2 = factor("c2", {2, 4, 3, 3});
  const auto conv = holding({{"lora_unet_conv.a1.weight", a1.view({4, 2, 1, 1})},
                             {"lora_unet_conv.a2.weight", a2.view({2, 4, 1, 1})},
                             {"lora_unet_conv.b1.weight", c1},
                             {"lora_unet_conv.b2.weight", c2}});
  const at::Tensor through = at::matmul(kernel.permute({0, 2, 3, 1}), at::matmul(a1, a2)).permute({0, 3, 1, 2});
  EXPECT_TRUE(near(changed("conv.weight", {{conv, 1.0}}),
                   kernel + through + at::matmul(c1.flatten(1), c2.flatten(1)).view(kernel.sizes())));
}

TEST(LoraFile, lycorisIa3) {
  const at::Tensor base = stored("down.0.to_q.weight");
  const at::Tensor inputs = factor("i", {1, 4}), outputs = factor("o", {6});
  const auto file = [](const at::Tensor& numbers, bool on_input) {
    return holding({{"lora_unet_down_0_to_q.weight", numbers},
                    {"lora_unet_down_0_to_q.on_input", at::full({}, on_input ? 1.0 : 0.0)}});
  };
  EXPECT_TRUE(near(changed("down.0.to_q.weight", {{file(inputs, true), 0.5}}), base * (inputs * 0.5 + 1.0)));
  EXPECT_TRUE(
      near(changed("down.0.to_q.weight", {{file(outputs, false), 0.5}}), base * (outputs * 0.5 + 1.0).view({6, 1})));
}

TEST(LoraFile, takesEveryScaleThatItsFileHolds) {
  const auto with = [](const std::string& role, double number) {
    return holding({{"lora_unet_down_0_to_q.lora_down.weight", kDown},
                    {"lora_unet_down_0_to_q.lora_up.weight", kUp},
                    {"lora_unet_down_0_to_q." + role, at::full({}, number)}});
  };
  const at::Tensor base = stored("down.0.to_q.weight"), product = at::matmul(kUp, kDown);
  EXPECT_TRUE(near(changed("down.0.to_q.weight", {{with("scale", 0.25), 1.0}}), base + product * 0.25));
  EXPECT_TRUE(near(changed("down.0.to_q.weight", {{with("scalar", 3.0), 1.0}}), base + product * 3.0));
  LoraSettings settings;
  settings.scaling[LoraComponent::Network] = {
      .alpha = 8.0, .rank = 2.0, .rank_stabilised = false, .alphas = {}, .ranks = {}};
  const Tensors factors{{"unet.down.0.to_q.lora_A.weight", kDown}, {"unet.down.0.to_q.lora_B.weight", kUp}};
  EXPECT_TRUE(near(changed("down.0.to_q.weight", {{holding(factors, settings), 1.0}}), base + product * 4.0));
}

TEST(LoraFile, readsTheSettingsBesideAFileOfPeft) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "adapter_model.safetensors";
  test::write_tensors(path, {{"base_model.model.down.0.to_q.lora_A.weight", kDown},
                             {"base_model.model.down.0.to_q.lora_B.weight", kUp}});
  std::ofstream(folder.path() / "adapter_config.json")
      << R"({"peft_type":"LORA","r":2,"lora_alpha":8,"use_rslora":true})";
  const at::Tensor expected = stored("down.0.to_q.weight") + at::matmul(kUp, kDown) * (8.0 / std::sqrt(2.0));
  EXPECT_TRUE(near(changed("down.0.to_q.weight", {{std::make_shared<const LoraFile>(path), 1.0}}), expected));
  std::ofstream(folder.path() / "adapter_config.json") << R"({"peft_type":"OFT","r":2})";
  EXPECT_THROW((void)LoraFile(path), BadInput);
}

std::string refusal(const Shapes& shapes) {
  return test::refusal_in("generated", [&] { return file_of(shapes).names().modules.size(); });
}

TEST(LoraFile, RefusesWhatItWouldLeaveOut) {
  const Shapes whole{{"lora_unet_a.lora_down.weight", {2, 4}}, {"lora_unet_a.lora_up.weight", {6, 2}}};
  const auto with = [&](const std::string& name, const std::vector<std::int64_t>& shape = {2, 2}) {
    Shapes shapes = whole;
    shapes.emplace(name, shape);
    return refusal(shapes);
  };
  EXPECT_THAT(with("lora_unet_b.oft_blocks", {2, 2, 2}), HasSubstr("of the kind OFT"));
  EXPECT_THAT(with("lora_unet_b.oft_blocks", {2, 2, 2, 2}), HasSubstr("of the kind BOFT"));
  EXPECT_THAT(with("base_model.model.b.lora_E.default"), HasSubstr("AdaLoRA"));
  EXPECT_THAT(with("lora_unet_b.something"), HasSubstr("lora_unet_b.something"));
  EXPECT_THAT(with("lora_unet_b.lora_up.weight"), HasSubstr("b lacks its tensor down"));
  EXPECT_THAT(with("lora_unet_b.dora_scale"), HasSubstr("would be left out"));
  EXPECT_THAT(with("lora_unet_a.diff", {6, 4}), HasSubstr("two kinds of changes"));
  EXPECT_EQ(with("mark", {0}), "accepted");
  EXPECT_EQ(with("bundle_emb.word.string_to_param.*"), "accepted");
  EXPECT_THAT(refusal({{"a.lora_A.one.weight", {2, 4}},
                       {"a.lora_B.one.weight", {6, 2}},
                       {"b.lora_A.two.weight", {2, 4}},
                       {"b.lora_B.two.weight", {6, 2}}}),
              HasSubstr("2 adapters"));
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
