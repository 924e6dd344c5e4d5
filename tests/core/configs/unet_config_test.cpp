#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/configs/model_config.h"
#include "tests/support/refusal.h"

namespace tstitch {
namespace {

constexpr const char* kFile = "large/unet/config.json";

std::string refusal(const std::string& json) {
  return test::refusal_in(kFile, [&] { return parse_unet_config(json, kFile); });
}

TEST(UnetConfigFile, readsStableDiffusion15) {
  const UnetConfig unet = parse_unet_config(
      R"({"_class_name": "UNet2DConditionModel", "_diffusers_version": "0.6.0", "act_fn": "silu", "attention_head_dim": 8,
          "block_out_channels": [320, 640, 1280, 1280], "center_input_sample": false, "cross_attention_dim": 768,
          "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
          "downsample_padding": 1, "flip_sin_to_cos": true, "freq_shift": 0, "in_channels": 4, "layers_per_block": 2,
          "mid_block_scale_factor": 1, "norm_eps": 1e-05, "norm_num_groups": 32, "out_channels": 4, "sample_size": 64,
          "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"]})",
      kFile);
  ASSERT_EQ(unet.down.size(), 4U);
  EXPECT_EQ(unet.down[0].block, UnetBlock::CrossAttention);
  EXPECT_EQ(unet.down[3].block, UnetBlock::Plain);
  EXPECT_EQ(unet.down[2].channels, 1280);
  EXPECT_EQ(unet.down[0].heads, 8);
  EXPECT_EQ(unet.down[0].transformer_layers, (std::vector<int>{1, 1}));
  EXPECT_EQ(unet.up[0].block, UnetBlock::Plain);
  EXPECT_EQ(unet.up[0].layers, 3);
  EXPECT_EQ(unet.up[3].channels, 320);
  EXPECT_EQ(unet.mid, UnetMidBlock::CrossAttention);
  EXPECT_EQ(unet.mid_cross_attention_dim, 768);
  EXPECT_EQ(unet.sample_size, 64);
  EXPECT_FALSE(unet.use_linear_projection);
}

TEST(UnetConfigFile, silenceMeansTheDefaultsOfTheClass) {
  const UnetConfig unet = parse_unet_config("{}", kFile);
  EXPECT_EQ(unet.cross_attention_dim, 1280);
  EXPECT_EQ(unet.down.size(), 4U);
  EXPECT_EQ(unet.mid, UnetMidBlock::CrossAttention);
  EXPECT_FALSE(unet.sample_size.has_value());
}

TEST(UnetConfigFile, takesAMaskAndMaskedLatentsForInpainting) {
  const UnetConfig plain = parse_unet_config("{}", kFile), nine = parse_unet_config(R"({"in_channels": 9})", kFile);
  EXPECT_FALSE(plain.inpaints());
  EXPECT_TRUE(nine.inpaints());
  EXPECT_EQ(nine.latent_channels(), 4);
  EXPECT_EQ(plain.latent_channels(), 4);
}

TEST(UnetConfigFile, nullMidBlockMeansNone) {
  EXPECT_EQ(parse_unet_config(R"({"mid_block_type": null})", kFile).mid, UnetMidBlock::None);
}

TEST(UnetConfigFile, upLevelsTakeTheirHeadsLayersAndContextsFromTheirOwnLevel) {
  const UnetConfig unet = parse_unet_config(
      R"({"block_out_channels": [64, 128, 192], "attention_head_dim": [1, 2, 4], "layers_per_block": [1, 2, 3],
          "cross_attention_dim": [10, 20, 30], "transformer_layers_per_block": [1, 2, 5],
          "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
          "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"]})",
      kFile);
  EXPECT_EQ(unet.up[0].heads, 4);
  EXPECT_EQ(unet.up[0].layers, 4);
  EXPECT_EQ(unet.up[0].cross_attention_dim, 30);
  EXPECT_EQ(unet.up[0].transformer_layers, (std::vector<int>{5, 5, 5, 5}));
  EXPECT_EQ(unet.up[1].transformer_layers, (std::vector<int>{2, 2, 2}));
  EXPECT_TRUE(unet.down[0].transformer_layers.empty());
  EXPECT_EQ(unet.mid_heads, 4);
  EXPECT_EQ(unet.mid_transformer_layers, 5);
}

TEST(UnetConfigFile, readsTheDepthsOfPrunedLargeNetworks) {
  const UnetConfig unet = parse_unet_config(
      R"({"block_out_channels": [320, 640, 1280], "attention_head_dim": [5, 10, 20], "cross_attention_dim": 2048,
          "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
          "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
          "mid_block_type": "UNetMidBlock2D", "use_linear_projection": true, "addition_embed_type": "text_time",
          "addition_time_embed_dim": 256, "projection_class_embeddings_input_dim": 2816,
          "transformer_layers_per_block": [1, [2, 2], [4, 4]],
          "reverse_transformer_layers_per_block": [[4, 4, 10], [2, 1, 1], 1]})",
      kFile);
  EXPECT_EQ(unet.down[2].transformer_layers, (std::vector<int>{4, 4}));
  EXPECT_EQ(unet.up[0].transformer_layers, (std::vector<int>{4, 4, 10}));
  EXPECT_EQ(unet.up[1].transformer_layers, (std::vector<int>{2, 1, 1}));
  EXPECT_EQ(unet.mid, UnetMidBlock::Plain);
  EXPECT_EQ(unet.addition, Addition::TextTime);
  EXPECT_EQ(unet.projection_class_embeddings_input_dim, 2816);
}

TEST(UnetConfigFile, readsAttentionsWithoutTransformerLayers) {
  const ControlNetConfig control = parse_control_net_config(
      R"({"_class_name": "ControlNetModel", "block_out_channels": [320, 640, 1280], "attention_head_dim": [5, 10, 20],
          "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
          "transformer_layers_per_block": [0, 0, 0]})",
      kFile);
  EXPECT_EQ(control.encoder.down[1].transformer_layers, (std::vector<int>{0, 0}));
  EXPECT_EQ(control.encoder.mid, UnetMidBlock::CrossAttention);
  EXPECT_EQ(control.encoder.mid_transformer_layers, 0);
}

struct Refusal {
  const char* json;
  const char* names;  ///< what the sentence must say
};

class UnetConfigRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(UnetConfigRefusal, namesTheKey) {
  EXPECT_THAT(refusal(GetParam().json), testing::HasSubstr(GetParam().names));
}

INSTANTIATE_TEST_SUITE_P(
    Options, UnetConfigRefusal,
    testing::Values(Refusal{R"({"center_input_sample": true})", "center_input_sample"},
                    Refusal{R"({"act_fn": "mish"})", "act_fn"}, Refusal{R"({"encoder_hid_dim": 4})", "encoder_hid_dim"},
                    Refusal{R"({"encoder_hid_dim_type": "text_proj"})", "encoder_hid_dim_type"},
                    Refusal{R"({"num_attention_heads": 8})", "num_attention_heads"},
                    Refusal{R"({"dual_cross_attention": true})", "dual_cross_attention"},
                    Refusal{R"({"class_embed_type": "timestep"})", "class_embed_type"},
                    Refusal{R"({"num_class_embeds": 3})", "num_class_embeds"},
                    Refusal{R"({"only_cross_attention": [true, false, false, false]})", "only_cross_attention"},
                    Refusal{R"({"addition_embed_type": "text"})", "addition_embed_type"},
                    Refusal{R"({"resnet_time_scale_shift": "scale_shift"})", "resnet_time_scale_shift"},
                    Refusal{R"({"resnet_out_scale_factor": 1.4})", "resnet_out_scale_factor"},
                    Refusal{R"({"time_embedding_type": "fourier"})", "time_embedding_type"},
                    Refusal{R"({"conv_in_kernel": 1})", "conv_in_kernel"},
                    Refusal{R"({"attention_type": "gated"})", "attention_type"},
                    Refusal{R"({"cross_attention_norm": "group_norm"})", "cross_attention_norm"},
                    Refusal{R"({"_class_name": "UNet2DModel"})", "_class_name"},
                    Refusal{R"({"norm_num_groups": null})", "norm_num_groups"},
                    Refusal{R"({"mid_block_type": "UNetMidBlock2DSimpleCrossAttn"})", "mid_block_type"},
                    Refusal{R"({"down_block_types": ["AttnDownBlock2D", "DownBlock2D", "DownBlock2D", "DownBlock2D"]})",
                            "AttnDownBlock2D"}));

INSTANTIATE_TEST_SUITE_P(
    Contradictions, UnetConfigRefusal,
    testing::Values(
        Refusal{R"({"block_out_channels": [320, 640]})", "down_block_types"},
        Refusal{R"({"up_block_types": ["UpBlock2D"]})", "up_block_types"},
        Refusal{R"({"layers_per_block": [1, 2]})", "layers_per_block"},
        Refusal{R"({"attention_head_dim": [8, 8]})", "attention_head_dim"},
        Refusal{R"({"attention_head_dim": 7})", "attention_head_dim"},
        Refusal{R"({"norm_num_groups": 31})", "block_out_channels"},
        Refusal{R"({"cross_attention_dim": [768]})", "cross_attention_dim"},
        Refusal{R"({"transformer_layers_per_block": [1, 1]})", "transformer_layers_per_block"},
        Refusal{R"({"transformer_layers_per_block": [1, [2, 2], 1, 1]})", "reverse_transformer_layers_per_block"},
        Refusal{
            R"({"transformer_layers_per_block": [1, [2], 1, 1], "reverse_transformer_layers_per_block": [1, 1, 1, 1]})",
            "transformer_layers_per_block"},
        Refusal{R"({"addition_embed_type": "text_time"})", "addition_time_embed_dim"},
        Refusal{R"({"in_channels": 8})", "in_channels"}, Refusal{R"({"sample_size": [64, 32]})", "sample_size"}));

INSTANTIATE_TEST_SUITE_P(
    Values, UnetConfigRefusal,
    testing::Values(Refusal{R"({"in_channels": "4"})", "in_channels"},
                    Refusal{R"({"in_channels": 4.0})", "in_channels"}, Refusal{R"({"in_channels": 0})", "in_channels"},
                    Refusal{R"({"in_channels": -4})", "in_channels"},
                    Refusal{R"({"in_channels": 18446744073709551615})", "in_channels"},
                    Refusal{R"({"in_channels": 99999999999999999999})", "64 bits"},
                    Refusal{R"({"block_out_channels": [4294967297, 1, 1, 1]})", "block_out_channels"},
                    Refusal{R"({"block_out_channels": []})", "block_out_channels"},
                    Refusal{R"({"block_out_channels": 320})", "block_out_channels"},
                    Refusal{R"({"layers_per_block": 1000000})", "layers_per_block"},
                    Refusal{R"({"norm_eps": 0})", "norm_eps"}, Refusal{R"({"norm_eps": "small"})", "norm_eps"},
                    Refusal{R"({"use_linear_projection": 1})", "use_linear_projection"},
                    Refusal{R"({"time_cond_proj_dim": 255})", "time_cond_proj_dim"},
                    Refusal{R"({"transformer_layers_per_block": 1000000})", "transformer_layers_per_block"},
                    Refusal{
                        R"({"transformer_layers_per_block": [1, 1, 1, []], "reverse_transformer_layers_per_block": 1})",
                        "transformer_layers_per_block"}));

INSTANTIATE_TEST_SUITE_P(Texts, UnetConfigRefusal,
                         testing::Values(Refusal{"", "not JSON"}, Refusal{"[]", "no JSON object"},
                                         Refusal{R"({"in_channels": 4, "in_channels": 8})", "given twice"},
                                         Refusal{R"({"a": 1,})", "not JSON"}, Refusal{"\xFF", "UTF-8"}));

}  // namespace
}  // namespace tstitch
