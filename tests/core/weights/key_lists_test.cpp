#include <ATen/ops/count_nonzero.h>
#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/configs/model_config.h"
#include "core/weights/weight_source.h"
#include "tests/support/key_list.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

using test::KeyList;

struct Published {
  const char* name;
  std::int64_t parameters;
};

class PublishedUnet : public testing::TestWithParam<Published> {};

TEST_P(PublishedUnet, configParsesAndAgreesWithItsTensors) {
  const KeyList keys = KeyList::load(TSTITCH_GOLDEN_DIR, GetParam().name);
  EXPECT_EQ(keys.parameter_count(), GetParam().parameters);
  const UnetConfig unet = parse_unet_config(keys.config, GetParam().name);
  EXPECT_EQ(keys.tensors.at("conv_in.weight"),
            (std::vector<std::int64_t>{unet.down.front().channels, unet.in_channels, 3, 3}));
  EXPECT_EQ(keys.tensors.contains("mid_block.resnets.0.conv1.weight"), unet.mid != UnetMidBlock::None);
  EXPECT_EQ(keys.tensors.at("down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight")[1],
            unet.cross_attention_dim);
  EXPECT_EQ(keys.tensors.at("down_blocks.0.attentions.0.proj_in.weight").size(), unet.use_linear_projection ? 2U : 4U);
}

INSTANTIATE_TEST_SUITE_P(Lists, PublishedUnet,
                         testing::Values(Published{"sd15", 859'520'964}, Published{"sd21", 865'910'724},
                                         Published{"bk-sdm-base", 579'384'964}, Published{"bk-sdm-small", 482'346'884},
                                         Published{"bk-sdm-tiny", 323'384'964}));

TEST(PublishedPart, configsOfTheOtherPartsParse) {
  EXPECT_EQ(parse_vae_config(KeyList::load(TSTITCH_GOLDEN_DIR, "vae-kl-f8").config, "vae").factor(), 8);
  EXPECT_EQ(parse_tiny_vae_config(KeyList::load(TSTITCH_GOLDEN_DIR, "taesd").config, "taesd").latent_channels, 4);
  const KeyList clip = KeyList::load(TSTITCH_GOLDEN_DIR, "clip-l");
  EXPECT_EQ(parse_clip_text_config(clip.config, "clip").layers, 12);
  EXPECT_EQ(clip.parameter_count(), 123'060'480);
  EXPECT_EQ(parse_clip_text_config(KeyList::load(TSTITCH_GOLDEN_DIR, "openclip-h").config, "h").heads, 16);
}

class SparseCheckpoint : public testing::TestWithParam<const char*> {};

TEST_P(SparseCheckpoint, aFullSizeFileOpensWithAllItsNames) {
  const test::TemporaryFolder folder;
  const KeyList keys = KeyList::load(TSTITCH_GOLDEN_DIR, GetParam());
  test::write_sparse_weights(folder.path() / "m.safetensors", keys, at::kHalf);
  const auto source = open_weights(folder.path(), "m");
  ASSERT_EQ(source->entries().size(), keys.tensors.size());
  for (const auto& [name, entry] : source->entries()) EXPECT_EQ(entry.shape, keys.tensors.at(name)) << name;
}

INSTANTIATE_TEST_SUITE_P(Lists, SparseCheckpoint,
                         testing::Values("sd15", "sd21", "bk-sdm-base", "bk-sdm-small", "bk-sdm-tiny", "vae-kl-f8",
                                         "taesd", "clip-l", "openclip-h"));

TEST(SparseCheckpointData, everyTensorReads) {
  const test::TemporaryFolder folder;
  const KeyList keys = KeyList::load(TSTITCH_GOLDEN_DIR, "vae-kl-f8");
  test::write_sparse_weights(folder.path() / "m.safetensors", keys, at::kHalf);
  const auto source = open_weights(folder.path(), "m");
  std::int64_t elements = 0;
  for (const auto& [name, entry] : source->entries()) {
    const at::Tensor tensor = source->read(name, at::kFloat);
    EXPECT_EQ(at::count_nonzero(tensor).item<std::int64_t>(), 0) << name;
    elements += tensor.numel();
  }
  EXPECT_EQ(elements, keys.parameter_count());
}

}  // namespace
}  // namespace tstitch
