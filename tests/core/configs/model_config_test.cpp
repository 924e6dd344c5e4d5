#include "core/configs/model_config.h"

#include <fstream>

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/formats/text_file.h"
#include "tests/support/refusal.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

constexpr const char* kFile = "config.json";

const auto refusal = [](auto parse) { return test::refusal_in(kFile, parse); };

TEST(VaeConfigFile, readsThePublishedOne) {
  const VaeConfig vae = parse_vae_config(
      R"({"_class_name": "AutoencoderKL", "act_fn": "silu", "block_out_channels": [128, 256, 512, 512],
          "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
          "in_channels": 3, "latent_channels": 4, "layers_per_block": 2, "norm_num_groups": 32, "out_channels": 3,
          "sample_size": 512,
          "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"]})",
      kFile);
  EXPECT_EQ(vae.factor(), 8);
  EXPECT_EQ(vae.scaling_factor, 0.18215);
  EXPECT_EQ(vae.shift_factor, 0.0);
  EXPECT_EQ(vae.layers_per_block, 2);
  EXPECT_TRUE(vae.quant_conv && vae.post_quant_conv && vae.mid_attention && vae.force_upcast);
}

TEST(VaeConfigFile, nullShiftIsNone) {
  EXPECT_EQ(parse_vae_config(R"({"shift_factor": null, "latents_mean": null})", kFile).shift_factor, 0.0);
}

struct Refusal {
  const char* json;
  const char* names;
};

class VaeConfigRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(VaeConfigRefusal, namesTheKey) {
  EXPECT_THAT(refusal([] { return parse_vae_config(GetParam().json, kFile); }), testing::HasSubstr(GetParam().names));
}

INSTANTIATE_TEST_SUITE_P(
    Files, VaeConfigRefusal,
    testing::Values(Refusal{R"({"_class_name": "VQModel"})", "_class_name"},
                    Refusal{R"({"latents_mean": [0.1]})", "latents_mean"}, Refusal{R"({"act_fn": "relu"})", "act_fn"},
                    Refusal{R"({"down_block_types": ["AttnDownEncoderBlock2D"]})", "AttnDownEncoderBlock2D"},
                    Refusal{R"({"block_out_channels": [64, 64]})", "accepted"},
                    Refusal{R"({"block_out_channels": [64, 64], "up_block_types": ["UpDecoderBlock2D"]})",
                            "up_block_types"},
                    Refusal{R"({"block_out_channels": [65]})", "block_out_channels"},
                    Refusal{R"({"block_out_channels": [32,32,32,32,32,32,32,32,32]})", "block_out_channels"},
                    Refusal{R"({"scaling_factor": 0})", "scaling_factor"},
                    Refusal{R"({"scaling_factor": "x"})", "scaling_factor"},
                    Refusal{R"({"latent_channels": 0})", "latent_channels"}));

TEST(TinyVaeConfigFile, defaultsAreThePublishedOnes) {
  const TinyVaeConfig vae =
      parse_tiny_vae_config(R"({"_class_name": "AutoencoderTiny", "latent_magnitude": 3})", kFile);
  EXPECT_EQ(vae.decoder_blocks, (std::vector<int>{3, 3, 3, 1}));
  EXPECT_EQ(vae.scaling_factor, 1.0);
  EXPECT_EQ(vae.latent_magnitude, 3.0);
}

TEST(TinyVaeConfigFile, contradictionsAreNamed) {
  EXPECT_THAT(refusal([] { return parse_tiny_vae_config(R"({"num_encoder_blocks": [1, 2]})", kFile); }),
              testing::HasSubstr("num_encoder_blocks"));
  EXPECT_THAT(refusal([] { return parse_tiny_vae_config(R"({"shift_factor": 0.5})", kFile); }),
              testing::HasSubstr("shift_factor"));
}

TEST(ClipTextConfigFile, readsBothClasses) {
  const ClipTextConfig plain = parse_clip_text_config(
      R"({"architectures": ["CLIPTextModel"], "model_type": "clip_text_model", "hidden_size": 768, "hidden_act": "quick_gelu",
          "intermediate_size": 3072, "num_attention_heads": 12, "num_hidden_layers": 12, "eos_token_id": 2,
          "projection_dim": 768, "torch_dtype": "float32"})",
      kFile);
  EXPECT_FALSE(plain.with_projection);
  EXPECT_EQ(plain.hidden_size, 768);
  EXPECT_EQ(plain.max_positions, 77);
  const ClipTextConfig projected = parse_clip_text_config(
      R"({"architectures": ["CLIPTextModelWithProjection"], "hidden_act": "gelu", "projection_dim": 1280})", kFile);
  EXPECT_TRUE(projected.with_projection);
  EXPECT_EQ(projected.activation, TextActivation::Gelu);
  EXPECT_EQ(projected.projection_dim, 1280);
}

class ClipTextConfigRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(ClipTextConfigRefusal, namesTheKey) {
  EXPECT_THAT(refusal([] { return parse_clip_text_config(GetParam().json, kFile); }),
              testing::HasSubstr(GetParam().names));
}

INSTANTIATE_TEST_SUITE_P(Files, ClipTextConfigRefusal,
                         testing::Values(Refusal{R"({"architectures": ["T5EncoderModel"]})", "architectures"},
                                         Refusal{R"({"architectures": []})", "architectures"},
                                         Refusal{R"({"hidden_act": "relu"})", "hidden_act"},
                                         Refusal{R"({"num_attention_heads": 7})", "num_attention_heads"},
                                         Refusal{R"({"num_hidden_layers": 100000})", "num_hidden_layers"},
                                         Refusal{R"({"vocab_size": 99999999})", "vocab_size"},
                                         Refusal{R"({"layer_norm_eps": -1})", "layer_norm_eps"}));

TEST(ClassName, isReadFromEitherKindOfConfig) {
  EXPECT_EQ(class_name_of(R"({"_class_name": "AutoencoderKL"})", kFile), "AutoencoderKL");
  EXPECT_EQ(class_name_of(R"({"architectures": ["CLIPTextModel"]})", kFile), "CLIPTextModel");
  EXPECT_THAT(refusal([] { return class_name_of("{}", kFile); }), testing::HasSubstr("_class_name"));
}

TEST(ReadTextFile, isBoundedAndNamesTheFile) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "a.json";
  EXPECT_THROW((void)read_text_file(path), BadInput);
  EXPECT_THROW((void)read_text_file(folder.path()), BadInput);
  std::ofstream(path) << "{}";
  EXPECT_EQ(read_text_file(path), "{}");
  EXPECT_EQ(read_text_file(path, 2), "{}");
  EXPECT_THROW((void)read_text_file(path, 1), BadInput);
}

}  // namespace
}  // namespace tstitch
