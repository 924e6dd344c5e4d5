#include "core/local_engine/additions.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/controlled_pair.h"

namespace tstitch {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Additions : public testing::Test {
 protected:
  [[nodiscard]] GenerationRequest with_lora(const std::map<std::string, std::vector<std::int64_t>>& shapes,
                                            const std::optional<DenoiserName>& only = {}) const {
    std::map<std::string, at::Tensor> tensors;
    for (const auto& [name, shape] : shapes) tensors[name] = test::generated_tensor(name, shape, 1);
    test::write_tensors(pair_.folder() / "own.safetensors", tensors);
    GenerationRequest request =
        pair_.request({{"controls", nlohmann::json::array()}, {"loras", nlohmann::json::array()}});
    request.loras = {{{"own", {}, {}, pair_.folder() / "own.safetensors"}, 1, only}};
    return request;
  }

  test::ControlledPair pair_{TSTITCH_GOLDEN_DIR};
};

const std::map<std::string, std::vector<std::int64_t>> kFitting{
    {"lora_unet_middle_block_1_proj_in.lora_down.weight", {2, 64, 1, 1}},
    {"lora_unet_middle_block_1_proj_in.lora_up.weight", {64, 2, 1, 1}}};

TEST_F(Additions, takeTheOriginalNamesOfLayers) {
  EXPECT_THAT(resolve_run(with_lora(kFitting), {}).notes, IsEmpty());
}

TEST_F(Additions, sayHowMuchFitsAndWhatDoesNot) {
  auto shapes = kFitting;
  shapes["lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_down.weight"] = {2, 32};
  shapes["lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_up.weight"] = {64, 2};
  const auto notes = resolve_run(with_lora(shapes, "large"), {}).notes;
  EXPECT_THAT(notes, Contains(HasSubstr("own.safetensors on large: 1 of 2 modules fit; the first that does not is "
                                        "lora_te2_text_model_encoder_layers_0_mlp_fc1")));
}

TEST_F(Additions, refuseALoraOfWhichNothingFits) {
  try {
    static_cast<void>(resolve_run(
        with_lora({{"lora_unet_nowhere.lora_down.weight", {2, 4}}, {"lora_unet_nowhere.lora_up.weight", {4, 2}}}), {}));
    FAIL() << "nothing was refused";
  } catch (const IncompatibleModels& problem) {
    EXPECT_THAT(problem.what(), HasSubstr("none of the 1 modules"));
    EXPECT_THAT(problem.what(), HasSubstr("lora_unet_nowhere"));
  }
}

/// The names and sizes of self attentions fit, the text's width tells another family.
TEST_F(Additions, otherFamily) {
  auto shapes = kFitting;
  const std::string keys = "lora_unet_middle_block_1_transformer_blocks_0_attn2_to_k";
  shapes[keys + ".lora_down.weight"] = {2, 768};
  shapes[keys + ".lora_up.weight"] = {64, 2};
  try {
    static_cast<void>(resolve_run(with_lora(shapes), {}));
    FAIL() << "nothing was refused";
  } catch (const IncompatibleModels& problem) {
    EXPECT_THAT(problem.what(), HasSubstr("text of width 768, this one takes "));
  }
}

/// A file without cross attentions shows its family by where its attentions lie.
TEST_F(Additions, otherFamilyWithoutText) {
  auto shapes = kFitting;
  const std::string deep = "lora_unet_middle_block_1_transformer_blocks_1_attn1_to_q";
  shapes[deep + ".lora_down.weight"] = {2, 64};
  shapes[deep + ".lora_up.weight"] = {64, 2};
  EXPECT_THROW((void)resolve_run(with_lora(shapes), {}), IncompatibleModels);
}

/// Networks with fewer blocks take what they have of a file for the whole one.
TEST_F(Additions, takePartOfALoraForALargerRelative) {
  auto shapes = kFitting;
  for (const char* layer : {"lora_unet_down_blocks_0_attentions_5_transformer_blocks_0_attn1_to_q",
                            "lora_unet_mid_block_resnets_1_conv1"}) {
    shapes[std::string(layer) + ".lora_down.weight"] = {2, 7};
    shapes[std::string(layer) + ".lora_up.weight"] = {5, 2};
  }
  EXPECT_THAT(resolve_run(with_lora(shapes, "large"), {}).notes, Contains(HasSubstr("1 of 3 modules fit")));
}

TEST_F(Additions, leaveALoraOutWhereItsFamilyDiffers) {
  ResolvedRun run = resolve_run(with_lora(kFitting), {});
  EXPECT_EQ(run.loras_of("small", LoraTarget::Network).loras.size(), 1U);
  run.loras[0].unfit.insert("small");
  EXPECT_TRUE(run.loras_of("small", LoraTarget::Network).loras.empty());
  EXPECT_EQ(run.loras_of("large", LoraTarget::Network).loras.size(), 1U);
}

TEST_F(Additions, tellOfTheDenoiserThatALoraDoesNotFit) {
  // Only the large network has a second layer in its first level.
  const std::string layer = "lora_unet_down_blocks_0_attentions_1_proj_in";
  const std::map<std::string, std::vector<std::int64_t>> shapes{{layer + ".lora_down.weight", {2, 32, 1, 1}},
                                                                {layer + ".lora_up.weight", {32, 2, 1, 1}}};
  EXPECT_THAT(resolve_run(with_lora(shapes), {}).notes, Contains(HasSubstr("fits the denoiser small")));
  EXPECT_THROW((void)resolve_run(with_lora(shapes, "small"), {}), IncompatibleModels);
}

/// What alpha over r means for a file of peft stands in its adapter_config.json.
TEST_F(Additions, sayThatTheScaleOfAFileOfPeftIsNotKnown) {
  const std::map<std::string, std::vector<std::int64_t>> shapes{
      {"base_model.model.mid_block.attentions.0.proj_in.lora_A.weight", {2, 64, 1, 1}},
      {"base_model.model.mid_block.attentions.0.proj_in.lora_B.weight", {64, 2, 1, 1}}};
  GenerationRequest request = with_lora(shapes);
  EXPECT_THAT(resolve_run(request, {}).notes,
              ElementsAre(HasSubstr("own.safetensors: adapter_config.json is not beside this file of peft")));
  request.loras[0].strength = 0;
  EXPECT_THAT(resolve_run(request, {}).notes, IsEmpty());
  request.loras[0].strength = 1;
  std::ofstream(pair_.folder() / "adapter_config.json") << R"({"peft_type":"LORA","r":2,"lora_alpha":2})";
  EXPECT_THAT(resolve_run(request, {}).notes, IsEmpty());
}

TEST_F(Additions, giveEachDenoiserItsResidualMap) {
  const ResolvedRun run = resolve_run(pair_.request(pair_.case_named("two")), {});
  ASSERT_EQ(run.controls.size(), 3U);
  EXPECT_EQ(run.controls[0].places.size(), 1U);
  EXPECT_TRUE(std::get<ResidualMap>(run.controls[0].places.at("large")).identity());
  EXPECT_EQ(run.controls[1].places.count("large"), 0U);
  EXPECT_EQ(run.controls[2].places.size(), 2U);
  EXPECT_EQ(run.residual_maps(), (std::map<DenoiserName, std::string>{{"small", "first-layers"}}));
  // Small first, with the controls b (on small) and b (until half); large then with a only.
  EXPECT_EQ(run.controls_at(EvaluationIndex{0}), (std::vector<std::size_t>{1, 2}));
  EXPECT_EQ(run.controls_at(EvaluationIndex{7}), (std::vector<std::size_t>{0}));
}

}  // namespace
}  // namespace tstitch
