#include "core/configs/lora_settings.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/refusal.h"

namespace tstitch {
namespace {

using testing::HasSubstr;

double scale(const LoraSettings& settings, const std::string& path, std::int64_t rank,
             LoraComponent component = LoraComponent::Network) {
  LoraModule module;
  module.component = component;
  module.path = path;
  return settings.scale(module, rank);
}

TEST(LoraSettings, scaleByAlphaOverRank) {
  const LoraSettings settings = parse_adapter_settings(R"({"peft_type":"LORA","r":16,"lora_alpha":8})", "config");
  EXPECT_EQ(scale(settings, "a.to_q", 4), 2.0);
  EXPECT_EQ(scale(settings, "a.to_q", 0), 0.5) << "without a rank of its own";
  EXPECT_EQ(scale({}, "a.to_q", 4), 1.0);
}

TEST(LoraSettings, takeTheRootWhereItStabilisesRanks) {
  const LoraSettings settings = parse_adapter_settings(R"({"lora_alpha":8,"use_rslora":true})", "config");
  EXPECT_DOUBLE_EQ(scale(settings, "a", 16), 2.0);
}

TEST(LoraSettings, takePatternsByTheEndOfAPath) {
  const LoraSettings settings = parse_adapter_settings(
      R"({"lora_alpha":4,"alpha_pattern":{"to_q":8,"^b\\.to_q":16,"block.to_q":2,"to_k$":1}})", "config");
  EXPECT_EQ(scale(settings, "a.to_q", 4), 2.0);
  EXPECT_EQ(scale(settings, "b.to_q", 4), 4.0);
  EXPECT_EQ(scale(settings, "c.block.to_q", 4), 0.5);
  EXPECT_EQ(scale(settings, "c.not_to_q", 4), 1.0);
  EXPECT_EQ(scale(settings, "c.to_k", 4), 0.25);
}

TEST(LoraSettings, readWhatDiffusersWritesIntoMetadata) {
  const LoraSettings settings = read_lora_metadata(
      {{"lora_adapter_metadata", R"({"unet.lora_alpha":8,"unet.r":4,"text_encoder.lora_alpha":2})"}}, "file");
  EXPECT_EQ(scale(settings, "a", 4), 2.0);
  EXPECT_EQ(scale(settings, "a", 4, LoraComponent::TextEncoder), 0.5);
  EXPECT_EQ(scale(settings, "a", 4, LoraComponent::TextEncoder2), 1.0);
  EXPECT_EQ(scale(read_lora_metadata({{"lora_adapter_metadata", R"({"lora_alpha":8})"}}, "file"), "a", 4), 2.0);
}

TEST(LoraSettings, tellWhatItWasTrainedOn) {
  EXPECT_EQ(read_lora_metadata({{"ss_base_model_version", "sdxl_base_v1-0"}}, "file").family, "sdxl");
  EXPECT_EQ(read_lora_metadata({{"modelspec.architecture", "stable-diffusion-v1/lora"}}, "file").family, "sd1");
  EXPECT_EQ(read_lora_metadata({{"ss_base_model_version", "sd_v2_768_v"}}, "file").family, "sd2");
  EXPECT_EQ(read_lora_metadata({{"ss_network_dim", "4"}}, "file").family, "");
}

TEST(LoraSettings, refuseWhatTheyCannotApply) {
  const auto refusal = [](const char* text) {
    return test::refusal_in("config", [&] { return parse_adapter_settings(text, "config").family; });
  };
  EXPECT_THAT(refusal(R"({"peft_type":"OFT"})"), HasSubstr("OFT"));
  EXPECT_THAT(refusal(R"({"init_lora_weights":"pissa_niter_4"})"), HasSubstr("pissa_niter_4"));
  EXPECT_THAT(refusal(R"json({"alpha_pattern":{"to_(q|k)":4}})json"), HasSubstr("to_(q|k)"));
  EXPECT_THAT(refusal(R"({"lora_alpha":"8"})"), HasSubstr("a number was expected"));
  EXPECT_THAT(refusal("[]"), HasSubstr("no JSON object"));
  EXPECT_THROW((void)read_lora_metadata({{"lora_adapter_metadata", "{"}}, "file"), BadInput);
}

}  // namespace
}  // namespace tstitch
