#include "core/models/model_identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/configs/single_file.h"
#include "tests/support/adapter_layouts.h"
#include "tests/support/original_layout.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/torch_archive_bytes.h"

namespace tstitch {
namespace {

using test::OriginalLayout;
using test::prefixed;
using test::published_tensors;
using testing::HasSubstr;

constexpr const char* kGolden = TSTITCH_GOLDEN_DIR;

struct Expected {
  const char* list;
  ModelRole role;
  const char* family;
  const char* layout;
  const char* latent_space;
};

void expect_identity(const ModelIdentity& found, const Expected& expected) {
  EXPECT_EQ(found.role, expected.role) << expected.list;
  EXPECT_EQ(found.family, expected.family) << expected.list;
  EXPECT_EQ(found.layout, expected.layout) << expected.list;
  EXPECT_EQ(found.latent_space, expected.latent_space) << expected.list;
}

TEST(ModelIdentity, tellsEveryPublishedList) {
  const std::vector<Expected> lists{
      {"sd15", ModelRole::Denoiser, "sd1", "diffusers", "sd"},
      {"sd21", ModelRole::Denoiser, "sd2", "diffusers", "sd"},
      {"bk-sdm-base", ModelRole::Denoiser, "bk-sdm-base", "diffusers", "sd"},
      {"bk-sdm-small", ModelRole::Denoiser, "bk-sdm-small", "diffusers", "sd"},
      {"bk-sdm-tiny", ModelRole::Denoiser, "bk-sdm-tiny", "diffusers", "sd"},
      {"sdxl", ModelRole::Denoiser, "sdxl", "diffusers", "sdxl"},
      {"sdxl-refiner", ModelRole::Denoiser, "sdxl-refiner", "diffusers", "sdxl"},
      {"lcm-sdxl", ModelRole::Denoiser, "lcm-sdxl", "diffusers", "sdxl"},
      {"ssd-1b", ModelRole::Denoiser, "ssd-1b", "diffusers", "sdxl"},
      {"segmind-vega", ModelRole::Denoiser, "segmind-vega", "diffusers", "sdxl"},
      {"koala-700m", ModelRole::Denoiser, "koala-700m", "diffusers", "sdxl"},
      {"koala-1b", ModelRole::Denoiser, "koala-1b", "diffusers", "sdxl"},
      {"controlnet-sd15", ModelRole::ControlNet, "controlnet-sd1", "diffusers", "sd"},
      {"controlnet-sdxl", ModelRole::ControlNet, "controlnet-sdxl", "diffusers", "sdxl"},
      {"dit-s-2-256", ModelRole::Denoiser, "dit-s/2", "original", "sd"},
      {"dit-b-2-256", ModelRole::Denoiser, "dit-b/2", "original", "sd"},
      {"dit-l-2-256", ModelRole::Denoiser, "dit-l/2", "original", "sd"},
      {"dit-xl-2-256", ModelRole::Denoiser, "dit-xl/2", "original", "sd"},
      {"dit-xl-2-512", ModelRole::Denoiser, "dit-xl/2", "original", "sd"},
      {"ldm-cin-small", ModelRole::Denoiser, "ldm-class", "original", "ldm-vq"},
      {"ldm-cin-large", ModelRole::Denoiser, "ldm-class", "original", "ldm-vq"},
      {"ldm-vq-f8", ModelRole::Autoencoder, "vq-vae", "original", "ldm-vq"},
      {"vae-kl-f8", ModelRole::Autoencoder, "kl-vae", "diffusers", ""},
      {"taesd", ModelRole::Autoencoder, "taesd", "diffusers", ""},
      {"clip-l", ModelRole::TextEncoder, "clip-l", "transformers", ""},
      {"openclip-h", ModelRole::TextEncoder, "openclip-h", "transformers", ""},
      {"openclip-bigg", ModelRole::TextEncoder, "openclip-bigg", "transformers", ""},
  };
  for (const Expected& each : lists) {
    const TensorShapes tensors = published_tensors(kGolden, each.list);
    expect_identity(identify_tensors(tensors, each.list), each);
  }
}

TEST(ModelIdentity, tellsOriginalLayouts) {
  const std::vector<Expected> lists{
      {"sd15", ModelRole::Denoiser, "sd1", "original", "sd"},
      {"sd21", ModelRole::Denoiser, "sd2", "original", "sd"},
      {"bk-sdm-base", ModelRole::Denoiser, "bk-sdm-base", "original", "sd"},
      {"bk-sdm-small", ModelRole::Denoiser, "bk-sdm-small", "original", "sd"},
      {"bk-sdm-tiny", ModelRole::Denoiser, "bk-sdm-tiny", "original", "sd"},
      {"sdxl", ModelRole::Denoiser, "sdxl", "original", "sdxl"},
      {"sdxl-refiner", ModelRole::Denoiser, "sdxl-refiner", "original", "sdxl"},
      {"ssd-1b", ModelRole::Denoiser, "ssd-1b", "original", "sdxl"},
      {"segmind-vega", ModelRole::Denoiser, "segmind-vega", "original", "sdxl"},
  };
  for (const Expected& each : lists) {
    const TensorShapes tensors = OriginalLayout(kGolden, each.list).tensors(published_tensors(kGolden, each.list));
    expect_identity(identify_tensors(prefixed(tensors, "model.diffusion_model."), each.list), each);
  }
  for (const char* prefix : {"control_model.", "state_dict.control_model.", ""}) {
    const TensorShapes tensors =
        OriginalLayout(kGolden, "controlnet-sd15").tensors(published_tensors(kGolden, "controlnet-sd15"));
    expect_identity(identify_tensors(prefixed(tensors, prefix), "control"),
                    {"control", ModelRole::ControlNet, "controlnet-sd1", "original", "sd"});
  }
  const TensorShapes vae = OriginalLayout(kGolden, "vae-kl-f8").tensors(published_tensors(kGolden, "vae-kl-f8"));
  for (const char* prefix : {"", "state_dict.", "first_stage_model."}) {
    expect_identity(identify_tensors(prefixed(vae, prefix), "vae"),
                    {"vae", ModelRole::Autoencoder, "kl-vae", "original", ""});
  }
}

TEST(ModelIdentity, tellsAdaptersForPictures) {
  const auto expect = [](const TensorShapes& original, const char* family, const char* latent_space) {
    expect_identity(identify_tensors(original, "adapter"),
                    {"adapter", ModelRole::Adapter, family, "original", latent_space});
    expect_identity(identify_tensors(shapes_of(map_single_file(original, "adapter").adapter), "adapter"),
                    {"adapter", ModelRole::Adapter, family, "diffusers", latent_space});
  };
  for (const std::int64_t values : {64, 192}) expect(test::original_adapter(values), "t2i-adapter", "sd");
  for (const std::int64_t values : {256, 768}) expect(test::original_adapter(values), "t2i-adapter-sdxl", "sdxl");
  expect(test::original_light_adapter(), "t2i-adapter-light", "sd");
}

TEST(ModelIdentity, tellsWholeModels) {
  TensorShapes file =
      prefixed(OriginalLayout(kGolden, "sd15").tensors(published_tensors(kGolden, "sd15")), "model.diffusion_model.");
  file.merge(prefixed(published_tensors(kGolden, "vae-kl-f8"), "first_stage_model."));
  EXPECT_EQ(identify_tensors(file, "f").role, ModelRole::Denoiser);
  file.merge(prefixed(published_tensors(kGolden, "clip-l"), "cond_stage_model.transformer."));
  const ModelIdentity whole = identify_tensors(file, "f");
  EXPECT_EQ(whole.role, ModelRole::Pipeline);
  EXPECT_EQ(whole.parameters, 859'520'964 + 83'653'863 + 123'060'480);
  TensorShapes classes = published_tensors(kGolden, "ldm-cin-large");
  classes.merge(prefixed(published_tensors(kGolden, "ldm-vq-f8"), "first_stage_model."));
  EXPECT_EQ(identify_tensors(classes, "f").role, ModelRole::Pipeline);
}

TEST(ModelIdentity, doesNotGoByPublishedWidths) {
  TensorShapes small;
  for (auto [name, shape] : published_tensors(kGolden, "ssd-1b")) {
    for (std::int64_t& side : shape) side = side >= 320 && side % 320 == 0 ? side / 5 : side;
    small[name] = shape;
  }
  EXPECT_EQ(identify_tensors(small, "f").family, "ssd-1b");
}

TEST(ModelIdentity, tellsOtherUsesOfTheSameNetwork) {
  TensorShapes inpainting = published_tensors(kGolden, "sd15");
  inpainting["conv_in.weight"] = {320, 9, 3, 3};
  EXPECT_EQ(identify_tensors(inpainting, "f").family, "sd1-inpainting");
}

TEST(ModelIdentity, tellsLoraFiles) {
  const std::string kohya = "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k.";
  const TensorShapes lcm{
      {kohya + "alpha", {}}, {kohya + "lora_down.weight", {64, 2048}}, {kohya + "lora_up.weight", {640, 64}}};
  expect_identity(identify_tensors(lcm, "f"), {"lora", ModelRole::Lora, "lora-sdxl", "kohya", "sdxl"});
  const std::string peft = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.";
  const TensorShapes sd1{{peft + "lora_A.weight", {4, 768}}, {peft + "lora_B.weight", {320, 4}}};
  expect_identity(identify_tensors(sd1, "f"), {"lora", ModelRole::Lora, "lora-sd1", "peft", "sd"});
  const std::string older = "unet.mid_block.attentions.0.transformer_blocks.0.attn2.processor.to_k_lora.";
  const TensorShapes sd2{{older + "down.weight", {4, 1024}}, {older + "up.weight", {320, 4}}};
  expect_identity(identify_tensors(sd2, "f"), {"lora", ModelRole::Lora, "lora-sd2", "diffusers (older)", "sd"});
  const TensorShapes loha{{"lora_unet_input_blocks_1_1_proj_in.hada_w1_a", {320, 4}}};
  expect_identity(identify_tensors(loha, "f"), {"lora", ModelRole::Lora, "lora", "kohya (LoHa)", ""});
}

TEST(ModelIdentity, tellsTextualInversions) {
  const auto said = [](const TensorShapes& tensors) {
    const ModelIdentity found = identify_tensors(tensors, "a");
    EXPECT_EQ(found.role, ModelRole::Embedding);
    return found.family + " " + found.layout;
  };
  EXPECT_EQ(said({{"string_to_param.*", {2, 768}}, {"string_to_token.*", {}}}), "embedding-sd1 A1111");
  EXPECT_EQ(said({{"emb_params", {1, 1024}}}), "embedding-sd2 A1111");
  EXPECT_EQ(said({{"clip_l", {2, 768}}, {"clip_g", {2, 1280}}}), "embedding-sdxl SDXL");
  EXPECT_EQ(said({{"<cat-toy>", {64}}}), "embedding diffusers");
}

TEST(ModelIdentity, tellsAnnotators) {
  const std::vector<std::pair<TensorShapes, std::string>> files{
      {{{"dpt.embeddings.backbone.bit.embedder.convolution.weight", {64, 3, 7, 7}}}, "dpt-hybrid"},
      {{{"pretrained.model.patch_embed.backbone.stem.conv.weight", {64, 3, 7, 7}}}, "dpt-hybrid"},
      {{{"backbone.embeddings.mask_token", {1, 384}}, {"backbone.embeddings.cls_token", {1, 1, 384}}},
       "depth-anything-small"},
      {{{"depth_head.scratch.layer1_rn.weight", {64, 48, 3, 3}}, {"pretrained.cls_token", {1, 1, 384}}},
       "depth-anything-small"},
      {{{"conv1_1.weight", {64, 3, 3, 3}}, {"conv5_1_CPM_L1.weight", {128, 128, 3, 3}}}, "openpose-body"},
      {{{"block1.convs.0.weight", {64, 3, 3, 3}}}, "hed"},
      {{{"model0.1.weight", {64, 3, 7, 7}}, {"model4.1.weight", {1, 64, 7, 7}}}, "line-art"},
  };
  for (const auto& [tensors, family] : files) {
    const ModelIdentity found = identify_tensors(tensors, "f");
    EXPECT_EQ(found.role, ModelRole::Annotator);
    EXPECT_EQ(found.family, family);
  }
}

std::string refusal_of(const TensorShapes& tensors) {
  try {
    identify_tensors(tensors, "file");
  } catch (const BadInput& error) {
    return error.sentence();
  }
  return {};
}

TEST(ModelIdentity, saysWhatForeignModelsAre) {
  EXPECT_THAT(refusal_of({{"model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight", {1, 1}}}),
              HasSubstr("is a Stable Diffusion 3 transformer, which is not supported"));
  EXPECT_THAT(refusal_of({{"double_blocks.0.img_attn.qkv.weight", {1, 1}}}), HasSubstr("is a FLUX transformer"));
  EXPECT_THAT(refusal_of({{"model.layers.0.self_attn.q_proj.weight", {1, 1}}}), HasSubstr("is a language model"));
  EXPECT_THAT(refusal_of({{"fc.weight", {10, 10}}, {"fc.bias", {10}}}),
              HasSubstr("holds 2 tensors (first: \"fc.bias\") of no model that is known here"));
  EXPECT_THAT(refusal_of({}), HasSubstr("holds no tensors"));
}

TEST(ModelIdentity, opensFilesOfEitherKind) {
  const test::TemporaryFolder folder;
  const auto safetensors = folder.write(
      "a.ckpt",
      test::safetensors_bytes(R"({"conv5_1_CPM_L1.weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", "1234"));
  EXPECT_EQ(identify_file(safetensors).family, "openpose-body");
  const test::PickledTensor tensor{.elements = 1, .shape = {1}, .strides = {1}};
  const auto archive =
      folder.write("b.safetensors",
                   test::torch_archive_bytes(
                       test::pickle_of(test::pickle_dict({{"conv5_1_CPM_L1.weight", tensor.pickled()}})), {"1234"}));
  EXPECT_EQ(identify_file(archive).family, "openpose-body");
  EXPECT_THROW(identify_file(folder.path() / "missing.pt"), BadInput);
  EXPECT_THROW(identify_file(folder.write("lfs.pt", "version https://git-lfs.github.com/spec/v1\n")), BadInput);
}

}  // namespace
}  // namespace tstitch
