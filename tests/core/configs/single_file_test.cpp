#include "core/configs/single_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/configs/model_config.h"
#include "tests/support/original_layout.h"
#include "tests/support/refusal.h"

namespace tstitch {
namespace {

using test::OriginalLayout;
using test::prefixed;
using test::published_tensors;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kGolden = TSTITCH_GOLDEN_DIR;

/// A published network of keys/ as a one-file checkpoint names it.
TensorShapes original(const std::string& name, const std::string& prefix) {
  return prefixed(OriginalLayout(kGolden, name).tensors(published_tensors(kGolden, name)), prefix);
}

void expect_same(const TensorMap& map, const TensorShapes& expected) {
  EXPECT_EQ(map.size(), expected.size());
  for (const auto& [name, shape] : expected) {
    ASSERT_TRUE(map.contains(name)) << name;
    EXPECT_EQ(map.at(name).shape, shape) << name;
  }
}

/// Every tensor of the file serves one of ours, whole or in as many rows as it has.
void expect_used_once(const TensorMap& map, const TensorShapes& file) {
  std::map<std::string, std::int64_t> elements;
  const auto count = [](const std::vector<std::int64_t>& shape) {
    std::int64_t product = 1;
    for (const std::int64_t side : shape) product *= side;
    return product;
  };
  for (const auto& [name, origin] : map) elements[origin.name] += count(origin.shape);
  EXPECT_EQ(elements.size(), file.size());
  for (const auto& [name, shape] : file) EXPECT_EQ(elements[name], count(shape)) << name;
}

std::string refusal(const TensorShapes& tensors, WeightChoice choice) {
  return test::refusal_in("file", [&] { return map_single_file(tensors, "file", choice); });
}

class OriginalUnet : public testing::TestWithParam<const char*> {};

TEST_P(OriginalUnet, givesEveryTensorOnce) {
  const TensorShapes file = original(GetParam(), "model.diffusion_model.");
  const SingleFile mapped = map_single_file(file, "file");
  expect_same(mapped.unet, published_tensors(kGolden, GetParam()));
  expect_used_once(mapped.unet, file);
  EXPECT_THAT(mapped.unused, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Lists, OriginalUnet,
                         testing::Values("sd15", "sd21", "bk-sdm-base", "bk-sdm-small", "bk-sdm-tiny", "sdxl",
                                         "sdxl-refiner", "lcm-sdxl", "ssd-1b", "segmind-vega"));

class OriginalControlNet : public testing::TestWithParam<const char*> {};

TEST_P(OriginalControlNet, givesEveryTensorOnce) {
  for (const char* prefix : {"control_model.", "", "state_dict.control_model."}) {
    const TensorShapes file = original(GetParam(), prefix);
    const SingleFile mapped = map_single_file(file, "file");
    expect_same(mapped.controlnet, published_tensors(kGolden, GetParam()));
    expect_used_once(mapped.controlnet, file);
    EXPECT_THAT(mapped.unused, IsEmpty());
  }
}

INSTANTIATE_TEST_SUITE_P(Lists, OriginalControlNet, testing::Values("controlnet-sd15", "controlnet-sdxl"));

TEST(OriginalVae, givesEveryTensorOnceWhereverItIs) {
  for (const char* prefix : {"first_stage_model.", "vae.", "", "state_dict."}) {
    const TensorShapes file = original("vae-kl-f8", prefix);
    const SingleFile mapped = map_single_file(file, "file");
    expect_same(mapped.vae, published_tensors(kGolden, "vae-kl-f8"));
    expect_used_once(mapped.vae, file);
  }
}

TEST(OriginalVae, mayKeepItsAttentionAsMatricesAndOurNames) {
  TensorShapes file = original("vae-kl-f8", "first_stage_model.");
  file["first_stage_model.encoder.mid.attn_1.q.weight"] = {512, 512};
  expect_same(map_single_file(file, "file").vae, published_tensors(kGolden, "vae-kl-f8"));
  const TensorShapes ours = published_tensors(kGolden, "vae-kl-f8");
  expect_same(map_single_file(prefixed(ours, "first_stage_model."), "file").vae, ours);
}

TEST(OriginalText, splitsAndTransposesOpenClip) {
  const TensorShapes file = original("openclip-bigg", "conditioner.embedders.1.model.");
  const SingleFile mapped = map_single_file(file, "file");
  ASSERT_EQ(mapped.text.size(), 1U);
  EXPECT_TRUE(mapped.sdxl);
  EXPECT_TRUE(mapped.text[0].open_clip);
  expect_same(mapped.text[0].tensors, published_tensors(kGolden, "openclip-bigg"));
  expect_used_once(mapped.text[0].tensors, file);
  const TensorOrigin& keys = mapped.text[0].tensors.at("text_model.encoder.layers.7.self_attn.k_proj.weight");
  EXPECT_EQ(keys.name, "conditioner.embedders.1.model.transformer.resblocks.7.attn.in_proj_weight");
  EXPECT_EQ(keys.first_row, 1280);
  EXPECT_EQ(keys.rows, 1280);
  EXPECT_TRUE(mapped.text[0].tensors.at("text_projection.weight").transposed);
}

/// OpenCLIP-H as SD 2's files have it: with the last layer, and the projection behind it.
TensorShapes text_of_sd2() {
  TensorShapes file = original("openclip-h", "cond_stage_model.model.");
  TensorShapes last;
  const std::string layers = "cond_stage_model.model.transformer.resblocks.";
  for (const auto& [name, shape] : file) {
    if (name.starts_with(layers + "22.")) last[layers + "23." + name.substr(layers.size() + 3)] = shape;
  }
  file.merge(last);
  file["cond_stage_model.model.text_projection"] = {1024, 1024};
  file["cond_stage_model.model.logit_scale"] = {};
  file["cond_stage_model.model.attn_mask"] = {77, 77};
  return file;
}

TEST(OriginalText, leavesOutTheLastLayerOfSd2) {
  const SingleFile published = map_single_file(text_of_sd2(), "file");
  expect_same(published.text.at(0).tensors, published_tensors(kGolden, "openclip-h"));
  EXPECT_THAT(published.unused, IsEmpty());
  // Converted from our layout there are 23 layers from the start.
  const SingleFile converted = map_single_file(original("openclip-h", "cond_stage_model.model."), "file");
  expect_same(converted.text.at(0).tensors, published_tensors(kGolden, "openclip-h"));
}

TEST(OriginalText, keepsClipWithAndWithoutItsPrefix) {
  const TensorShapes clip = published_tensors(kGolden, "clip-l");
  TensorShapes file = prefixed(clip, "cond_stage_model.transformer.");
  file["cond_stage_model.transformer.text_model.embeddings.position_ids"] = {1, 77};
  const SingleFile mapped = map_single_file(file, "file");
  expect_same(mapped.text.at(0).tensors, clip);
  EXPECT_THAT(mapped.unused, IsEmpty());
  TensorShapes older;
  for (const auto& [name, shape] : clip) older[name.substr(std::string("text_model.").size())] = shape;
  expect_same(map_single_file(prefixed(older, "cond_stage_model.transformer."), "file").text.at(0).tensors, older);
}

/// A whole SDXL file.
TensorShapes sdxl_file() {
  TensorShapes file = original("sdxl", "model.diffusion_model.");
  file.merge(original("vae-kl-f8", "first_stage_model."));
  file.merge(prefixed(published_tensors(kGolden, "clip-l"), "conditioner.embedders.0.transformer."));
  file.merge(original("openclip-bigg", "conditioner.embedders.1.model."));
  file["conditioner.embedders.1.model.logit_scale"] = {};
  file["denoiser.sigmas"] = {1000};
  return file;
}

TEST(SingleFile, sortsAWholeSdxlFile) {
  const SingleFile mapped = map_single_file(sdxl_file(), "file");
  EXPECT_EQ(mapped.unet.size(), 1680U);
  EXPECT_EQ(mapped.vae.size(), 248U);
  ASSERT_EQ(mapped.text.size(), 2U);
  EXPECT_FALSE(mapped.text[0].open_clip);
  EXPECT_TRUE(mapped.text[1].open_clip);
  EXPECT_TRUE(mapped.sdxl);
  EXPECT_THAT(mapped.unused, IsEmpty());
  EXPECT_TRUE(mapped.dit.empty() && mapped.controlnet.empty() && mapped.class_embedding.empty());
}

TEST(SingleFile, namesWhatNoPartTakes) {
  TensorShapes file = sdxl_file();
  file["something.else.weight"] = {1};
  EXPECT_THAT(map_single_file(file, "file").unused, ElementsAre("something.else.weight"));
  file.erase("something.else.weight");
  file["model.diffusion_model.input_blocks.1.0.in_layers.9.weight"] = {1};
  // Below a part's prefix it is the network that finds it left over.
  EXPECT_TRUE(map_single_file(file, "file").unet.contains("input_blocks.1.0.in_layers.9.weight"));
}

TEST(SingleFile, looksThroughWhatTrainingLeaves) {
  TensorShapes file = original("sd15", "state_dict.model.diffusion_model.");
  for (const char* name : {"betas", "alphas_cumprod", "posterior_variance", "logvar", "model_ema.decay",
                           "first_stage_model.loss.logvar"}) {
    file[std::string("state_dict.") + name] = {};
  }
  file["optimizer_states.0.state.0.exp_avg"] = {320};
  const SingleFile mapped = map_single_file(file, "file");
  expect_same(mapped.unet, published_tensors(kGolden, "sd15"));
  EXPECT_EQ(mapped.unet.at("conv_in.weight").name, "state_dict.model.diffusion_model.input_blocks.0.0.weight");
  EXPECT_THAT(mapped.unused, IsEmpty());
}

TEST(SingleFile, takesAveragedWeightsWhenAsked) {
  TensorShapes file = original("ssd-1b", "model.diffusion_model.");
  TensorShapes averages;
  for (const auto& [name, shape] : file) {
    std::string dotless = name.substr(std::string("model.").size());
    std::erase(dotless, '.');
    averages["model_ema." + dotless] = shape;
  }
  file.merge(averages);
  EXPECT_EQ(map_single_file(file, "file").unet.at("conv_in.weight").name,
            "model.diffusion_model.input_blocks.0.0.weight");
  const SingleFile averaged = map_single_file(file, "file", WeightChoice::Ema);
  EXPECT_EQ(averaged.unet.at("conv_in.weight").name, "model_ema.diffusion_modelinput_blocks00weight");
  expect_same(averaged.unet, published_tensors(kGolden, "ssd-1b"));
  EXPECT_THAT(averaged.unused, IsEmpty());
  EXPECT_TRUE(averaged.has_both_weights);
  file.erase("model_ema.diffusion_modelinput_blocks00bias");
  EXPECT_THAT(refusal(file, WeightChoice::Ema), HasSubstr("holds no averaged weights of conv_in.bias"));
  EXPECT_THAT(refusal(original("ssd-1b", "model.diffusion_model."), WeightChoice::Ema),
              HasSubstr("holds no averaged weights of "));
  EXPECT_FALSE(map_single_file(original("ssd-1b", "model.diffusion_model."), "file").has_both_weights);
}

// The stock script of conversion knows no attention in the innermost way up, which the pruned tiny network has, nor the
// place of the upsampler behind it.
TEST(SingleFile, readsWhatTheStockScriptMakesOfPrunedNetworks) {
  const TensorShapes ours = published_tensors(kGolden, "bk-sdm-tiny");
  TensorShapes file;
  for (const auto& [name, shape] : original("bk-sdm-tiny", "")) {
    if (name.starts_with("output_blocks.0.1.") || name.starts_with("output_blocks.1.1.")) continue;
    const std::string upsampler = "output_blocks.2.2.conv.";
    file[name.starts_with(upsampler) ? "output_blocks.2.1.conv." + name.substr(upsampler.size()) : name] = shape;
  }
  for (const auto& [name, shape] : ours) {
    if (name.starts_with("up_blocks.0.attentions.")) file[name] = shape;
  }
  ASSERT_EQ(file.size(), ours.size());
  expect_same(map_single_file(prefixed(file, "model.diffusion_model."), "file").unet, ours);
}

TEST(SingleFile, findsDitBareOrInItsTrainingFile) {
  const TensorShapes bare = published_tensors(kGolden, "dit-s-2-256");
  const SingleFile plain = map_single_file(bare, "file");
  EXPECT_THAT(plain.unused, IsEmpty());
  expect_used_once(plain.dit, bare);
  EXPECT_TRUE(plain.dit.contains("transformer_blocks.11.attn1.to_v.bias"));
  EXPECT_EQ(plain.dit.at("transformer_blocks.3.attn1.to_v.weight").first_row, 2 * 384);
  TensorShapes nested = prefixed(bare, "ema.");
  nested.merge(prefixed(bare, "model."));
  nested["opt.state.0.exp_avg"] = {1};
  const SingleFile usual = map_single_file(nested, "file");
  EXPECT_EQ(usual.dit.at("proj_out_2.bias").name, "ema.final_layer.linear.bias");
  EXPECT_THAT(usual.unused, IsEmpty());
  EXPECT_EQ(map_single_file(nested, "file", WeightChoice::Raw).dit.at("proj_out_2.bias").name,
            "model.final_layer.linear.bias");
  EXPECT_TRUE(usual.has_both_weights);
}

TEST(SingleFile, refusesDitWeightsThatAreNotThere) {
  const TensorShapes bare = published_tensors(kGolden, "dit-s-2-256");
  EXPECT_FALSE(map_single_file(bare, "file", WeightChoice::Raw).has_both_weights);
  EXPECT_THAT(refusal(bare, WeightChoice::Ema), HasSubstr("holds no averaged weights (ema.)"));
  EXPECT_THAT(refusal(prefixed(bare, "model."), WeightChoice::Ema), HasSubstr("holds no averaged weights (ema.)"));
  EXPECT_THAT(refusal(prefixed(bare, "ema."), WeightChoice::Raw), HasSubstr("no weights but their average"));
}

class ClassConditional : public testing::TestWithParam<const char*> {};

TEST_P(ClassConditional, sortsAWholeFile) {
  TensorShapes file = published_tensors(kGolden, GetParam());
  file.merge(prefixed(published_tensors(kGolden, "ldm-vq-f8"), "first_stage_model."));
  const SingleFile mapped = map_single_file(file, "file");
  EXPECT_THAT(mapped.unused, IsEmpty());
  EXPECT_EQ(mapped.unet.size() + mapped.vae.size() + mapped.class_embedding.size(), file.size());
  EXPECT_TRUE(mapped.vae.contains("quantize.embedding.weight"));
  EXPECT_EQ(mapped.class_embedding.at("embedding.weight").shape[0], 1000);
  EXPECT_TRUE(mapped.unet.contains("down_blocks.2.attentions.1.transformer_blocks.0.attn2.to_k.weight"));
  EXPECT_TRUE(mapped.unet.contains("up_blocks.1.upsamplers.0.conv.weight"));
}

INSTANTIATE_TEST_SUITE_P(Lists, ClassConditional, testing::Values("ldm-cin-small", "ldm-cin-large"));

TEST(SingleFile, sortsATinyAutoencoder) {
  const TensorShapes ours = published_tensors(kGolden, "taesd");
  expect_same(map_single_file(ours, "file").vae, ours);
  for (const auto& [encoder, decoder] :
       {std::pair{"taesd_encoder.", "taesd_decoder."}, std::pair{"encoder.", "decoder."}}) {
    const TensorShapes file = test::original_tiny(ours, encoder, decoder);
    const SingleFile parts = map_single_file(file, "file");
    expect_same(parts.vae, ours);
    expect_used_once(parts.vae, file);
    EXPECT_THAT(parts.unused, IsEmpty());
  }
}

/// `taesd_decoder.safetensors` and `taesd_encoder.safetensors` hold numbered layers alone.
TEST(SingleFile, tellsTheHalvesOfATinyAutoencoderApart) {
  for (const std::string half : {"encoder", "decoder"}) {
    TensorShapes ours = published_tensors(kGolden, "taesd");
    std::erase_if(ours, [&](const auto& tensor) { return !tensor.first.starts_with(half); });
    expect_same(map_single_file(test::original_tiny(ours, "", ""), "file").vae, ours);
  }
}

}  // namespace
}  // namespace tstitch
