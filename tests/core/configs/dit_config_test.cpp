#include "core/configs/dit_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/refusal.h"

namespace tstitch {
namespace {

using testing::HasSubstr;

constexpr const char* kFile = "dit/transformer/config.json";
constexpr const char* kLabels = "transformer_blocks.0.norm1.emb.class_embedder.embedding_table.weight";
constexpr const char* kPublished =
    R"({"_class_name": "Transformer2DModel", "_diffusers_version": "0.12.0.dev0", "activation_fn": "gelu-approximate",
        "attention_bias": true, "attention_head_dim": 72, "cross_attention_dim": null, "dropout": 0.0, "in_channels": 4,
        "norm_elementwise_affine": false, "norm_num_groups": 32, "norm_type": "ada_norm_zero",
        "num_attention_heads": 16, "num_embeds_ada_norm": 1000, "num_layers": 28, "num_vector_embeds": null,
        "only_cross_attention": false, "out_channels": 8, "patch_size": 2, "sample_size": 32,
        "upcast_attention": false, "use_linear_projection": false})";

std::string refusal(const std::string& json) {
  return test::refusal_in(kFile, [&] { return parse_dit_config(json, kFile); });
}

/// An original network of that width and depth under our names.
TensorShapes original_shapes(std::int64_t width, int depth, std::int64_t patch, std::int64_t side) {
  TensorShapes shapes{{"pos_embed.proj.weight", {width, 4, patch, patch}},
                      {kLabels, {1001, width}},
                      {"pos_embed.pos_embed", {1, side * side / patch / patch, width}},
                      {"proj_out_2.weight", {patch * patch * 8, width}}};
  for (int i = 0; i < depth; ++i)
    shapes["transformer_blocks." + std::to_string(i) + ".attn1.to_q.weight"] = {width, width};
  return shapes;
}

std::string inference_refusal(const TensorShapes& shapes) {
  try {
    (void)infer_dit_config(shapes, "dit.pt");
  } catch (const BadInput& error) {
    EXPECT_EQ(error.where(), "dit.pt");
    return error.what();
  }
  return "accepted";
}

TEST(DitConfigFile, readsThePublishedOne) {
  const DitConfig dit = parse_dit_config(kPublished, kFile);
  EXPECT_EQ(dit.width(), 1152);
  EXPECT_EQ(dit.layers, 28);
  EXPECT_EQ(dit.sample_size, 32);
  EXPECT_EQ(dit.null_class(), 1000);
  EXPECT_TRUE(dit.learns_variance());
  EXPECT_TRUE(dit.attention_bias);
  EXPECT_EQ(dit.freq_shift, 1.0);
  EXPECT_EQ(dit.feed_forward_norm_eps, 1e-5);
}

TEST(DitConfigFile, silenceMeansTheDefaultsOfTheClass) {
  const DitConfig dit = parse_dit_config(R"({"_class_name": "DiTTransformer2DModel"})", kFile);
  EXPECT_EQ(dit.heads, 16);
  EXPECT_EQ(dit.out_channels, 4);
  EXPECT_FALSE(dit.learns_variance());
}

struct DitRefusal {
  const char* json;
  const char* names;
};

class DitConfigRefusal : public testing::TestWithParam<DitRefusal> {};

TEST_P(DitConfigRefusal, namesTheKey) {
  EXPECT_THAT(refusal(GetParam().json), HasSubstr(GetParam().names));
}

INSTANTIATE_TEST_SUITE_P(
    Options, DitConfigRefusal,
    testing::Values(DitRefusal{R"({"norm_type": "ada_norm_single"})", "norm_type"},
                    DitRefusal{R"({"_class_name": "Transformer2DModel"})", "norm_type"},
                    DitRefusal{R"({"_class_name": "PixArtTransformer2DModel"})", "_class_name"},
                    DitRefusal{R"({"activation_fn": "geglu"})", "activation_fn"},
                    DitRefusal{R"({"cross_attention_dim": 768})", "cross_attention_dim"},
                    DitRefusal{R"({"norm_elementwise_affine": true})", "norm_elementwise_affine"},
                    DitRefusal{R"({"out_channels": 5})", "out_channels"},
                    DitRefusal{R"({"patch_size": 3})", "patch_size"}, DitRefusal{R"({"patch_size": 65})", "patch_size"},
                    DitRefusal{R"({"num_layers": 257})", "num_layers"},
                    DitRefusal{R"({"num_layers": 0})", "num_layers"},
                    DitRefusal{R"({"num_attention_heads": 1000, "attention_head_dim": 1000})", "num_attention_heads"},
                    DitRefusal{R"({"num_attention_heads": 1, "attention_head_dim": 6})", "num_attention_heads"},
                    DitRefusal{R"({"sample_size": 1025})", "sample_size"},
                    DitRefusal{R"({"num_embeds_ada_norm": 0})", "num_embeds_ada_norm"},
                    DitRefusal{R"({"norm_eps": 0})", "norm_eps"}, DitRefusal{"[]", "no JSON object"}));

TEST(DitShapes, tellTheConfigOfEverySize) {
  const DitConfig small = infer_dit_config(original_shapes(384, 12, 2, 32), "s.pt");
  EXPECT_EQ(small.heads, 6);
  EXPECT_EQ(small.layers, 12);
  const DitConfig large = infer_dit_config(original_shapes(1152, 28, 8, 64), "xl.pt");
  EXPECT_EQ(large.heads, 16);
  EXPECT_EQ(large.head_width, 72);
  EXPECT_EQ(large.patch_size, 8);
  EXPECT_EQ(large.sample_size, 64);
  EXPECT_EQ(large.classes, 1000);
  EXPECT_EQ(large.out_channels, 8);
  EXPECT_EQ(large.freq_shift, 0.0);
  EXPECT_EQ(large.feed_forward_norm_eps, 1e-6);
}

TEST(DitShapes, doWithoutThePositions) {
  TensorShapes shapes = original_shapes(384, 1, 4, 64);
  shapes.erase("pos_embed.pos_embed");
  EXPECT_EQ(infer_dit_config(shapes, "s.pt").sample_size, 32);
}

TEST(DitShapes, theOriginalLayoutIsKnownByItsNames) {
  TensorShapes shapes{{"x_embedder.proj.weight", {}},
                      {"t_embedder.mlp.0.weight", {}},
                      {"y_embedder.embedding_table.weight", {}},
                      {"blocks.0.attn.qkv.weight", {}}};
  EXPECT_TRUE(is_original_dit(shapes));
  shapes.erase("blocks.0.attn.qkv.weight");
  EXPECT_FALSE(is_original_dit(shapes));
}

TEST(DitShapes, areRefusedByTensorWhenImpossible) {
  const auto changed = [](const std::string& name, std::vector<std::int64_t> shape) {
    TensorShapes shapes = original_shapes(384, 2, 2, 32);
    shapes[name] = std::move(shape);
    return inference_refusal(shapes);
  };
  EXPECT_THAT(changed("pos_embed.proj.weight", {100, 4, 2, 2}), HasSubstr("heads are 64 or 72 wide"));
  EXPECT_THAT(changed("pos_embed.proj.weight", {384, 4}), HasSubstr("2 dimensions"));
  EXPECT_THAT(changed("pos_embed.proj.weight", {384, 4, 0, 0}), HasSubstr("not in 1..64"));
  EXPECT_THAT(changed("pos_embed.pos_embed", {1, 255, 384}), HasSubstr("no square"));
  EXPECT_THAT(changed(kLabels, {1, 384}), HasSubstr("besides the null class"));
  EXPECT_THAT(changed("proj_out_2.weight", {20, 384}), HasSubstr("16 or 32 were expected"));
  TensorShapes none = original_shapes(384, 1, 2, 32);
  none.erase("transformer_blocks.0.attn1.to_q.weight");
  EXPECT_THAT(inference_refusal(none), HasSubstr("transformer_blocks.0.attn1.to_q.weight is missing"));
}

}  // namespace
}  // namespace tstitch
