#include "core/configs/embedding_layout.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace tstitch {
namespace {

using Tensors = std::vector<EmbeddingTensor>;

TEST(EmbeddingLayout, KnowsTheWaysOfThePrograms) {
  const EmbeddingLayout web_ui =
      read_embedding_layout({{"string_to_param.*", {2, 64}}, {"string_to_token.*", {}}}, {{"name", "zz"}}, "a.pt");
  EXPECT_EQ(web_ui.word, "zz");
  EXPECT_EQ(web_ui.tensors, (Tensors{{EmbeddingEncoder::Any, "string_to_param.*", 2, 64}}));
  EXPECT_EQ(read_embedding_layout({{"emb_params", {3, 768}}}, {}, "a").tensors,
            (Tensors{{EmbeddingEncoder::Any, "emb_params", 3, 768}}));
  const EmbeddingLayout diffusers = read_embedding_layout({{"<cat-toy>", {768}}}, {}, "a");
  EXPECT_EQ(diffusers.word, "<cat-toy>");
  EXPECT_EQ(diffusers.tensors, (Tensors{{EmbeddingEncoder::Any, "<cat-toy>", 1, 768}}));
  EXPECT_EQ(read_embedding_layout({{"clip_g", {4, 1280}}, {"clip_l", {4, 768}}}, {}, "a").tensors,
            (Tensors{{EmbeddingEncoder::First, "clip_l", 4, 768}, {EmbeddingEncoder::Second, "clip_g", 4, 1280}}));
}

TEST(EmbeddingLayout, RefusesWhatIsNone) {
  for (const TensorShapes& tensors :
       {TensorShapes{}, TensorShapes{{"a", {2, 64}}, {"b", {2, 64}}}, TensorShapes{{"latents", {1, 4, 8, 8}}},
        TensorShapes{{"a", {}}}, TensorShapes{{"a", {2000, 64}}}, TensorShapes{{"a", {0, 64}}}}) {
    EXPECT_FALSE(is_embedding(tensors));
    EXPECT_THROW((void)read_embedding_layout(tensors, {}, "a"), BadInput);
  }
  EXPECT_THROW((void)read_embedding_layout({{"emb_params", {1, 2, 64}}}, {}, "a"), BadInput);
  EXPECT_THROW((void)read_embedding_layout({{"string_to_param.a", {2, 64}}, {"string_to_param.b", {2, 64}}}, {}, "a"),
               BadInput);
}

TEST(EmbeddingLayout, FindsThoseInALowRankFile) {
  const auto found = read_bundled_embeddings({{"bundle_emb.zz.string_to_param.*", {2, 64}},
                                              {"bundle_emb.xl.clip_l", {1, 768}},
                                              {"bundle_emb.xl.clip_g", {1, 1280}},
                                              {"lora_unet_mid_block.alpha", {}}},
                                             "a");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].word, "xl");
  EXPECT_EQ(found[0].tensors.size(), 2U);
  EXPECT_EQ(found[1].word, "zz");
  EXPECT_EQ(found[1].tensors, (Tensors{{EmbeddingEncoder::Any, "bundle_emb.zz.string_to_param.*", 2, 64}}));
  EXPECT_THROW((void)read_bundled_embeddings({{"bundle_emb.zz", {2, 64}}}, "a"), BadInput);
}

}  // namespace
}  // namespace tstitch
