#include "core/formats/lora_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tstitch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

LoraModule only_module(const std::vector<std::string>& names) {
  const LoraNames read = read_lora_names(names);
  EXPECT_THAT(read.foreign, IsEmpty());
  EXPECT_EQ(read.modules.size(), 1U);
  return read.modules.empty() ? LoraModule{} : read.modules.front();
}

TEST(LoraNames, ReadKohyasModulesWithAlphaAndKernel) {
  const LoraModule module = only_module({"lora_unet_mid_block_attentions_0_proj_in.alpha",
                                         "lora_unet_mid_block_attentions_0_proj_in.lora_down.weight",
                                         "lora_unet_mid_block_attentions_0_proj_in.lora_mid.weight",
                                         "lora_unet_mid_block_attentions_0_proj_in.lora_up.weight"});
  EXPECT_EQ(module.component, LoraComponent::Network);
  EXPECT_EQ(module.spelling, LoraSpelling::Underscored);
  EXPECT_EQ(module.path, "mid_block_attentions_0_proj_in");
  EXPECT_THAT(module.tensors, ElementsAre(Pair("alpha", "lora_unet_mid_block_attentions_0_proj_in.alpha"),
                                          Pair("down", testing::_), Pair("mid", testing::_), Pair("up", testing::_)));
}

TEST(LoraNames, TellTheTextEncodersApart) {
  EXPECT_EQ(only_module({"lora_te_text_model_encoder_layers_0_mlp_fc1.lora_up.weight"}).component,
            LoraComponent::TextEncoder);
  EXPECT_EQ(only_module({"lora_te1_text_model_encoder_layers_0_mlp_fc1.lora_up.weight"}).component,
            LoraComponent::TextEncoder);
  const LoraModule second = only_module({"lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_up.weight"});
  EXPECT_EQ(second.component, LoraComponent::TextEncoder2);
  EXPECT_EQ(second.path, "encoder_layers_0_mlp_fc1");
}

TEST(LoraNames, ReadThreeGenerationsOfDiffusersAndPeft) {
  const char* path = "down_blocks.0.attentions.0.attn1.to_out.0";
  for (const char* name : {"unet.down_blocks.0.attentions.0.attn1.processor.to_out_lora.down.weight",
                           "down_blocks.0.attentions.0.attn1.processor.to_out_lora.down.weight",
                           "unet.down_blocks.0.attentions.0.attn1.to_out.0.lora.down.weight",
                           "unet.down_blocks.0.attentions.0.attn1.to_out.0.lora_A.weight",
                           "base_model.model.down_blocks.0.attentions.0.attn1.to_out.0.lora_A.default.weight",
                           "unet.base_model.model.down_blocks.0.attentions.0.attn1.to_out.0.lora_A.weight"}) {
    const LoraModule module = only_module({name});
    EXPECT_EQ(module.path, path) << name;
    EXPECT_EQ(module.spelling, LoraSpelling::Dotted) << name;
    EXPECT_THAT(module.tensors, ElementsAre(Pair("down", name)));
  }
}

TEST(LoraNames, SpellTextAttentionAsTheEncoderDoes) {
  for (const char* name : {"text_encoder.text_model.encoder.layers.1.self_attn.to_q_lora.up.weight",
                           "text_encoder.text_model.encoder.layers.1.self_attn.q_proj.lora_linear_layer.up.weight",
                           "text_encoder.encoder.layers.1.self_attn.q_proj.lora_B.weight"}) {
    EXPECT_EQ(only_module({name}).path, "encoder.layers.1.self_attn.q_proj") << name;
  }
}

TEST(LoraNames, ReadLohaAndLokr) {
  EXPECT_THAT(only_module({"lora_unet_a.hada_w1_a", "lora_unet_a.hada_w1_b", "lora_unet_a.hada_w2_a",
                           "lora_unet_a.hada_w2_b", "lora_unet_a.hada_t1"})
                  .tensors,
              testing::SizeIs(5));
  EXPECT_THAT(only_module({"lora_unet_a.lokr_w1", "lora_unet_a.lokr_w2_a", "lora_unet_a.lokr_w2_b"}).tensors,
              ElementsAre(Pair("lokr_w1", testing::_), Pair("lokr_w2_a", testing::_), Pair("lokr_w2_b", testing::_)));
}

TEST(LoraNames, KeepWhatTheyDoNotKnow) {
  const LoraNames read = read_lora_names({"lora_unet_a.dora_scale", "lora_unet_a.lora_up.weight", "conv_in.weight"});
  EXPECT_THAT(read.foreign, ElementsAre("lora_unet_a.dora_scale", "conv_in.weight"));
  EXPECT_EQ(read.modules.size(), 1U);
}

TEST(LoraNames, DistrustTwoTensorsOfOneRole) {
  const LoraNames read = read_lora_names({"unet.a.lora_A.weight", "unet.a.lora.down.weight"});
  EXPECT_THAT(read.foreign, ElementsAre("unet.a.lora.down.weight"));
}

}  // namespace
}  // namespace tstitch
