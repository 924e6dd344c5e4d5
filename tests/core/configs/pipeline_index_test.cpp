#include "core/configs/pipeline_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"

namespace tstitch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

TEST(PipelineIndex, TellsPartsFromWhatIsAbsentAndFromOptions) {
  const PipelineIndex index = parse_pipeline_index(
      R"({"_class_name":"StableDiffusionXLPipeline","_diffusers_version":"0.19","unet":["diffusers","UNet2DConditionModel"],)"
      R"("text_encoder":[null,null],"text_encoder_2":["transformers","CLIPTextModelWithProjection"],)"
      R"("force_zeros_for_empty_prompt":false,"sizes":[1,2,3]})",
      "model_index.json");
  EXPECT_EQ(index.class_name, "StableDiffusionXLPipeline");
  EXPECT_THAT(index.parts, ElementsAre("text_encoder_2", "unet"));
  EXPECT_THAT(index.absent, ElementsAre("text_encoder"));
  EXPECT_EQ(index.class_of("text_encoder_2"), "CLIPTextModelWithProjection");
  EXPECT_EQ(index.class_of("text_encoder"), "");
  EXPECT_FALSE(index.force_zeros_for_empty_prompt);
}

TEST(PipelineIndex, HasTheClassesDefaultWhereTheFileIsSilent) {
  const PipelineIndex index =
      parse_pipeline_index(R"({"_class_name":"StableDiffusionXLPipeline"})", "model_index.json");
  EXPECT_TRUE(index.force_zeros_for_empty_prompt);
  EXPECT_THAT(index.parts, IsEmpty());
}

TEST(PipelineIndex, TellsTheTransformerThatDrawsClassesAndTheirNames) {
  const PipelineIndex index = parse_pipeline_index(
      R"({"_class_name":"DiTPipeline","transformer":["diffusers","Transformer2DModel"],"vae":["diffusers","AutoencoderKL"],)"
      R"("id2label":{"0":"tench, Tinca tinca","207":"golden retriever","x":"no label","-1":"nor this","3":4}})",
      "model_index.json");
  EXPECT_EQ(index.denoiser(), "transformer");
  EXPECT_FALSE(index.takes_text());
  EXPECT_THAT(index.class_names, ElementsAre(Pair(0, "tench, Tinca tinca"), Pair(207, "golden retriever")));
  const PipelineIndex text = parse_pipeline_index(R"({"_class_name":"StableDiffusionPipeline"})", "model_index.json");
  EXPECT_EQ(text.denoiser(), "unet");
  EXPECT_TRUE(text.takes_text());
}

TEST(PipelineIndex, NamesFileAndKeyOfWhatIsWrong) {
  const auto refusal = [](const char* json) {
    try {
      parse_pipeline_index(json, "m/model_index.json");
    } catch (const BadInput& error) {
      return error.sentence();
    }
    return std::string("accepted");
  };
  EXPECT_THAT(refusal("{"), HasSubstr("m/model_index.json"));
  EXPECT_THAT(refusal("{}"), HasSubstr("_class_name"));
  EXPECT_THAT(refusal(R"({"_class_name":"A","force_zeros_for_empty_prompt":3})"),
              HasSubstr("force_zeros_for_empty_prompt"));
}

}  // namespace
}  // namespace tstitch
