#include "core/configs/inferred_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/configs/single_file.h"
#include "tests/support/original_layout.h"

namespace tstitch {
namespace {

using test::published_config;
using test::published_tensors;
using testing::HasSubstr;

constexpr const char* kGolden = TSTITCH_GOLDEN_DIR;

void expect_same(const std::vector<UnetLevel>& found, const std::vector<UnetLevel>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].block, expected[i].block) << i;
    EXPECT_EQ(found[i].channels, expected[i].channels) << i;
    EXPECT_EQ(found[i].layers, expected[i].layers) << i;
    EXPECT_EQ(found[i].transformer_layers, expected[i].transformer_layers) << i;
    if (found[i].block == UnetBlock::Plain) continue;
    EXPECT_EQ(found[i].heads, expected[i].heads) << i;
    EXPECT_EQ(found[i].cross_attention_dim, expected[i].cross_attention_dim) << i;
  }
}

class InferredUnet : public testing::TestWithParam<const char*> {};

TEST_P(InferredUnet, isThePublishedOne) {
  const UnetConfig expected = parse_unet_config(published_config(kGolden, GetParam()), GetParam());
  const UnetConfig found = infer_unet_config(published_tensors(kGolden, GetParam()), GetParam());
  expect_same(found.down, expected.down);
  expect_same(found.up, expected.up);
  EXPECT_EQ(found.mid, expected.mid);
  if (found.mid == UnetMidBlock::CrossAttention) {
    EXPECT_EQ(found.mid_heads, expected.mid_heads);
    EXPECT_EQ(found.mid_transformer_layers, expected.mid_transformer_layers);
    EXPECT_EQ(found.mid_cross_attention_dim, expected.mid_cross_attention_dim);
  }
  EXPECT_EQ(found.in_channels, expected.in_channels);
  EXPECT_EQ(found.out_channels, expected.out_channels);
  EXPECT_EQ(found.use_linear_projection, expected.use_linear_projection);
  EXPECT_EQ(found.cross_attention_dim, expected.cross_attention_dim);
  EXPECT_EQ(found.time_cond_proj_dim, expected.time_cond_proj_dim);
  EXPECT_EQ(found.addition, expected.addition);
  if (found.addition == Addition::TextTime) {
    EXPECT_EQ(found.projection_class_embeddings_input_dim, expected.projection_class_embeddings_input_dim);
  }
}

INSTANTIATE_TEST_SUITE_P(Lists, InferredUnet,
                         testing::Values("sd15", "sd21", "bk-sdm-base", "bk-sdm-small", "bk-sdm-tiny", "sdxl",
                                         "lcm-sdxl", "sdxl-refiner", "ssd-1b", "segmind-vega", "koala-700m",
                                         "koala-1b"));

TEST(InferredUnet, hasHeadsAsWideAsTold) {
  const SingleFile file = map_single_file(published_tensors(kGolden, "ldm-cin-small"), "file");
  const UnetConfig unet = infer_unet_config(shapes_of(file.unet), "file", 32);
  ASSERT_EQ(unet.down.size(), 3U);
  EXPECT_EQ(unet.down[2].heads, 8);
  EXPECT_EQ(unet.cross_attention_dim, 256);
  EXPECT_FALSE(unet.use_linear_projection);
}

TEST(InferredUnet, refusesWhatDoesNotFitTogether) {
  const auto refusal_of = [](const TensorShapes& shapes) {
    try {
      infer_unet_config(shapes, "file");
    } catch (const BadInput& error) {
      return error.sentence();
    }
    return std::string();
  };
  TensorShapes shapes = published_tensors(kGolden, "sd15");
  EXPECT_EQ(refusal_of(shapes), "");
  shapes.erase("down_blocks.0.attentions.1.norm.weight");
  EXPECT_THAT(refusal_of(shapes), HasSubstr("is one of 1 beside 2 resnets"));
  shapes = published_tensors(kGolden, "sd15");
  shapes["down_blocks.0.resnets.0.conv1.weight"] = {324, 320, 3, 3};
  EXPECT_THAT(refusal_of(shapes), HasSubstr("8 heads do not divide"));
  shapes.erase("conv_in.weight");
  EXPECT_THAT(refusal_of(shapes), HasSubstr("tensor conv_in.weight is missing"));
}

TEST(InferredVae, isThePublishedOne) {
  const VaeConfig vae = infer_vae_config(published_tensors(kGolden, "vae-kl-f8"), "file");
  EXPECT_EQ(vae.block_out_channels, (std::vector<int>{128, 256, 512, 512}));
  EXPECT_EQ(vae.layers_per_block, 2);
  EXPECT_EQ(vae.latent_channels, 4);
  EXPECT_TRUE(vae.quant_conv && vae.post_quant_conv && vae.mid_attention);
  EXPECT_EQ(vae.factor(), 8);
}

class InferredText : public testing::TestWithParam<const char*> {};

TEST_P(InferredText, isThePublishedOne) {
  const ClipTextConfig expected = parse_clip_text_config(published_config(kGolden, GetParam()), GetParam());
  const ClipTextConfig found =
      infer_clip_text_config(published_tensors(kGolden, GetParam()), GetParam(), expected.activation);
  EXPECT_EQ(found.hidden_size, expected.hidden_size);
  EXPECT_EQ(found.intermediate_size, expected.intermediate_size);
  EXPECT_EQ(found.layers, expected.layers);
  EXPECT_EQ(found.heads, expected.heads);
  EXPECT_EQ(found.vocab_size, 49'408);
  EXPECT_EQ(found.max_positions, 77);
  EXPECT_EQ(found.activation, expected.activation);
  EXPECT_EQ(found.with_projection, std::string(GetParam()) == "openclip-bigg");
}

INSTANTIATE_TEST_SUITE_P(Lists, InferredText, testing::Values("clip-l", "openclip-h", "openclip-bigg"));

}  // namespace
}  // namespace tstitch
