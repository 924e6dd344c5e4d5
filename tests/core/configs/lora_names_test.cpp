#include "core/configs/lora_names.h"

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
    EXPECT_THAT(module.tensors, ElementsAre(Pair("down", name)));
  }
}

TEST(LoraNames, SpellTextAttentionAsTheEncoderDoes) {
  for (const char* name :
       {"text_encoder.text_model.encoder.layers.1.self_attn.to_q_lora.up.weight",
        "text_encoder.text_model.encoder.layers.1.self_attn.q_proj.lora_linear_layer.up.weight",
        "text_encoder.encoder.layers.1.self_attn.q_proj.lora_B.weight",
        "text_encoders.clip_l.transformer.text_model.encoder.layers.1.self_attn.q_proj.lora_up.weight",
        "clip_l.text_model.encoder.layers.1.self_attn.q_proj.lora_up.weight",
        "lora_te1.text_model.encoder.layers.1.self_attn.q_proj.lora_up.weight",
        "base_model.model.text_model.encoder.layers.1.self_attn.q_proj.lora_B.weight",
        "lora_te_text_model_encoder_layers_1_self_attn_q_proj.lora_up.weight"}) {
    const LoraModule module = only_module({name});
    EXPECT_EQ(module.component, LoraComponent::TextEncoder) << name;
    EXPECT_EQ(lora_layer_key(module.component, module.path), "encoder_layers_1_self_attn_q_proj") << name;
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

TEST(LoraNames, SpellLayersOfAllProgramsAlike) {
  const std::string key = "input_blocks_1_1_transformer_blocks_0_attn1_to_out_0";
  for (const char* name : {"diffusion_model.input_blocks.1.1.transformer_blocks.0.attn1.to_out.0.lora_down.weight",
                           "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn1.to_out.0.lora_A.weight",
                           "unet.input_blocks.1.1.transformer_blocks.0.attn1.to_out.0.lora_down.weight",
                           "lora_unet.input_blocks.1.1.transformer_blocks.0.attn1.to_out.0.lora_down.weight",
                           "lora_unet_input_blocks_1_1_transformer_blocks_0_attn1_to_out_0.lora_down.weight",
                           "lycoris_input_blocks_1_1_transformer_blocks_0_attn1_to_out_0.lora_down.weight",
                           "unet.input_blocks.1.1.transformer_blocks.0.attn1.processor.to_out_lora.down.weight",
                           "input_blocks.1.1.transformer_blocks.0.attn1.to_out.0.lora_A.some_name.weight"}) {
    const LoraModule module = only_module({name});
    EXPECT_EQ(module.component, LoraComponent::Network) << name;
    EXPECT_EQ(lora_layer_key(module.component, module.path), key) << name;
  }
}

TEST(LoraNames, ReadWhatScalesAndWhatIsAddedWhole) {
  const LoraModule module =
      only_module({"unet.a.lora_A.x.weight", "unet.a.lora_B.x.weight", "unet.a.lora_B.x.bias",
                   "unet.a.lora_magnitude_vector.x", "unet.a.scale", "unet.a.scalar", "unet.a.dora_scale"});
  EXPECT_THAT(module.tensors, testing::SizeIs(7));
  EXPECT_TRUE(module.has("up_bias") && module.has("magnitude") && module.has("dora_scale"));
  EXPECT_THAT(only_module({"lora_unet_a.diff", "lora_unet_a.diff_b"}).tensors, testing::SizeIs(2));
  EXPECT_THAT(only_module({"lora_unet_a.w_norm", "lora_unet_a.b_norm"}).tensors, testing::SizeIs(2));
  EXPECT_THAT(only_module({"lora_unet_a.weight", "lora_unet_a.on_input"}).tensors, testing::SizeIs(2));
  EXPECT_THAT(only_module({"lora_unet_a.a1.weight", "lora_unet_a.a2.weight"}).tensors, testing::SizeIs(2));
}

TEST(LoraNames, KeepWhatTheyDoNotKnow) {
  const LoraNames read = read_lora_names({"lora_unet_a.dora_scale", "lora_unet_b.lora_up.weight", "conv_in.weight",
                                          "lora_unet_c.alpha", "bundle_emb.word.string_to_param.*"});
  EXPECT_THAT(read.foreign, ElementsAre("conv_in.weight", "lora_unet_a.dora_scale"));
  EXPECT_THAT(read.embeddings, ElementsAre("bundle_emb.word.string_to_param.*"));
  EXPECT_EQ(read.modules.size(), 1U);
}

TEST(LoraNames, TellTheNamesOfAdapters) {
  EXPECT_THAT(read_lora_names({"a.lora_A.default.weight", "b.lora_A.other.weight"}).adapters,
              ElementsAre("default", "other"));
  EXPECT_THAT(read_lora_names({"a.lora_A.weight", "unet.b.lora_A"}).adapters, IsEmpty());
}

TEST(LoraNames, DistrustTwoTensorsOfOneRole) {
  const LoraNames read = read_lora_names({"unet.a.lora_A.weight", "unet.a.lora.down.weight"});
  EXPECT_THAT(read.foreign, ElementsAre("unet.a.lora.down.weight"));
}

}  // namespace
}  // namespace tstitch
