#include "core/configs/vq_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/refusal.h"

namespace tstitch {
namespace {

using testing::HasSubstr;

constexpr const char* kFile = "ldm/vqvae/config.json";

std::string refusal(const std::string& json) {
  return test::refusal_in(kFile, [&] { return parse_vq_config(json, kFile); });
}

TensorShapes our_shapes() {
  return {{"encoder.conv_in.weight", {32, 3, 3, 3}},
          {"encoder.down_blocks.0.resnets.0.conv1.weight", {32, 32, 3, 3}},
          {"encoder.down_blocks.0.resnets.1.conv1.weight", {32, 32, 3, 3}},
          {"encoder.down_blocks.1.resnets.0.conv1.weight", {64, 32, 3, 3}},
          {"encoder.down_blocks.1.resnets.1.conv1.weight", {64, 64, 3, 3}},
          {"encoder.down_blocks.1.attentions.0.group_norm.weight", {64}},
          {"encoder.mid_block.attentions.0.group_norm.weight", {64}},
          {"decoder.conv_in.weight", {64, 4, 3, 3}},
          {"decoder.conv_out.weight", {3, 32, 3, 3}},
          {"quantize.embedding.weight", {99, 5}}};
}

std::string inference_refusal(const std::string& name, std::vector<std::int64_t> shape) {
  TensorShapes shapes = our_shapes();
  shapes[name] = std::move(shape);
  try {
    (void)infer_vq_config(shapes, "model.ckpt");
  } catch (const BadInput& error) {
    EXPECT_EQ(error.where(), "model.ckpt");
    return error.what();
  }
  return "accepted";
}

TEST(VqConfigFile, readsAttentionPerLevel) {
  const VqConfig vq = parse_vq_config(
      R"({"_class_name": "VQModel", "act_fn": "silu", "block_out_channels": [128, 256, 256, 512], "in_channels": 3,
          "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D",
          "AttnDownEncoderBlock2D"], "latent_channels": 4, "layers_per_block": 2, "num_vq_embeddings": 16384,
          "up_block_types": ["AttnUpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"],
          "vq_embed_dim": null, "scaling_factor": 1.0, "norm_num_groups": 32, "out_channels": 3, "sample_size": 256})",
      kFile);
  EXPECT_EQ(vq.factor(), 8);
  EXPECT_EQ(vq.level_attention, (std::vector<bool>{false, false, false, true}));
  EXPECT_EQ(vq.codes, 16384);
  EXPECT_EQ(vq.code_width, 4);
  EXPECT_EQ(vq.scaling_factor, 1.0);
}

TEST(VqConfigFile, silenceMeansTheDefaultsOfTheClass) {
  const VqConfig vq = parse_vq_config("{}", kFile);
  EXPECT_EQ(vq.latent_channels, 3);
  EXPECT_EQ(vq.code_width, 3);
  EXPECT_EQ(vq.codes, 256);
  EXPECT_EQ(vq.level_attention, std::vector<bool>{false});
  EXPECT_EQ(vq.scaling_factor, 0.18215);
}

TEST(VqConfigFile, isRefusedByKey) {
  EXPECT_THAT(refusal(R"({"_class_name": "AutoencoderKL"})"), HasSubstr("_class_name"));
  EXPECT_THAT(refusal(R"({"norm_type": "spatial"})"), HasSubstr("norm_type"));
  EXPECT_THAT(refusal(R"({"down_block_types": ["AttnDownEncoderBlock2D"]})"), HasSubstr("up_block_types"));
  EXPECT_THAT(refusal(R"({"down_block_types": ["DownBlock2D"]})"), HasSubstr("DownBlock2D"));
  EXPECT_THAT(refusal(R"({"block_out_channels": [64, 64]})"), HasSubstr("accepted"));
  EXPECT_THAT(refusal(R"({"block_out_channels": [64, 65]})"), HasSubstr("65"));
  EXPECT_THAT(refusal(R"({"block_out_channels": [32, 32], "up_block_types": ["UpDecoderBlock2D"]})"),
              HasSubstr("up_block_types"));
  EXPECT_THAT(refusal(R"({"num_vq_embeddings": 100000000})"), HasSubstr("num_vq_embeddings"));
  EXPECT_THAT(refusal(R"({"block_out_channels": [32, 32, 32, 32, 32, 32, 32, 32, 32]})"), HasSubstr("8 levels"));
}

TEST(VqShapes, tellTheConfig) {
  const VqConfig vq = infer_vq_config(our_shapes(), "model.ckpt");
  EXPECT_EQ(vq.block_out_channels, (std::vector<int>{32, 64}));
  EXPECT_EQ(vq.level_attention, (std::vector<bool>{false, true}));
  EXPECT_EQ(vq.layers_per_block, 2);
  EXPECT_EQ(vq.codes, 99);
  EXPECT_EQ(vq.code_width, 5);
  EXPECT_EQ(vq.latent_channels, 4);
  EXPECT_EQ(vq.scaling_factor, 1.0);
  EXPECT_TRUE(vq.mid_attention);
}

TEST(VqShapes, areRefusedByTensorWhenImpossible) {
  EXPECT_THAT(inference_refusal("encoder.down_blocks.1.resnets.0.conv1.weight", {48, 32, 3, 3}),
              HasSubstr("multiple of 32"));
  EXPECT_THAT(inference_refusal("quantize.embedding.weight", {99}), HasSubstr("1 dimensions"));
  EXPECT_THAT(inference_refusal("decoder.conv_in.weight", {64, 0, 3, 3}), HasSubstr("decoder.conv_in.weight"));
}

}  // namespace
}  // namespace tstitch
