#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/networks/autoencoder_kl.h"
#include "core/networks/clip_text.h"
#include "core/networks/control_net.h"
#include "core/networks/dit.h"
#include "core/networks/tiny_autoencoder.h"
#include "core/networks/unet.h"
#include "tests/support/generated_weights.h"
#include "tests/support/key_list.h"

namespace tstitch {
namespace {

// Networks are built from names and shapes on the meta device, without any numbers.

test::KeyList published_list(const std::string& name) {
  return test::KeyList::load(TSTITCH_GOLDEN_DIR, name);
}

WeightScope meta_scope(const WeightSource& weights) {
  return {weights, {.device = at::kMeta}};
}

class PublishedUnet : public testing::TestWithParam<std::string> {};

TEST_P(PublishedUnet, isTakenTensorByTensor) {
  const test::KeyList published = published_list(GetParam());
  const test::GeneratedWeights weights(published.tensors, 0);
  const WeightScope root = meta_scope(weights);
  const Unet unet(root, parse_unet_config(published.config, GetParam()));
  EXPECT_NO_THROW(root.require_complete());
}

INSTANTIATE_TEST_SUITE_P(Models, PublishedUnet,
                         testing::Values("sd15", "sd21", "bk-sdm-base", "bk-sdm-small", "bk-sdm-tiny", "sdxl",
                                         "lcm-sdxl", "sdxl-refiner", "ssd-1b", "segmind-vega", "koala-700m",
                                         "koala-1b"));

class PublishedControl : public testing::TestWithParam<std::string> {};

TEST_P(PublishedControl, isTakenTensorByTensor) {
  test::KeyList published = published_list(GetParam());
  auto config = nlohmann::json::parse(published.config);
  config["_class_name"] = "ControlNetModel";
  const test::GeneratedWeights weights(published.tensors, 0);
  const WeightScope root = meta_scope(weights);
  const ControlNet control(root, parse_control_net_config(config.dump(), GetParam()));
  EXPECT_NO_THROW(root.require_complete());
}

INSTANTIATE_TEST_SUITE_P(Models, PublishedControl,
                         testing::Values("controlnet-sd15", "controlnet-sdxl", "controlnet-sdxl-mid",
                                         "controlnet-sdxl-small"));

/// Original checkpoints of DiT are in original_checkpoints_test.cpp.
TEST(PublishedDitFolder, isTakenTensorByTensor) {
  const test::KeyList published = published_list("dit-xl-2-256-folder");
  EXPECT_EQ(published.parameter_count(), 749'826'464);
  const test::GeneratedWeights weights(published.tensors, 0);
  const WeightScope root = meta_scope(weights);
  const Dit dit(root, parse_dit_config(published.config, "dit"));
  EXPECT_NO_THROW(root.require_complete());
}

class PublishedText : public testing::TestWithParam<std::string> {};

TEST_P(PublishedText, isTakenTensorByTensor) {
  const test::KeyList published = published_list(GetParam());
  ClipTextConfig config = parse_clip_text_config(published.config, GetParam());
  config.with_projection = published.tensors.count("text_projection.weight") > 0;
  const test::GeneratedWeights weights(published.tensors, 0);
  const WeightScope root = meta_scope(weights);
  const ClipTextModel model(root, config);
  EXPECT_NO_THROW(root.require_complete({"position_ids"}));
}

INSTANTIATE_TEST_SUITE_P(Models, PublishedText, testing::Values("clip-l", "openclip-h", "openclip-bigg"));

TEST(PublishedAutoencoder, isTakenTensorByTensor) {
  const test::KeyList published = published_list("vae-kl-f8");
  const VaeConfig config = parse_vae_config(published.config, "vae-kl-f8");
  const test::GeneratedWeights weights(published.tensors, 0);
  const WeightScope root = meta_scope(weights);
  const KlEncoder encoder(root, config);
  const KlDecoder decoder(root, config);
  EXPECT_NO_THROW(root.require_complete());
}

TEST(PublishedAutoencoder, isTakenTensorByTensorWhenTiny) {
  const test::KeyList published = published_list("taesd");
  const TinyVaeConfig config = parse_tiny_vae_config(published.config, "taesd");
  const test::GeneratedWeights weights(published.tensors, 0);
  const WeightScope root = meta_scope(weights);
  const TinyEncoder encoder(root, config);
  const TinyDecoder decoder(root, config);
  EXPECT_NO_THROW(root.require_complete());
}

TEST(PublishedAutoencoder, withOneTensorTooManyIsRefused) {
  test::KeyList published = published_list("taesd");
  published.tensors["decoder.layers.99.weight"] = {1};
  const test::GeneratedWeights weights(published.tensors, 0);
  const WeightScope root = meta_scope(weights);
  const TinyEncoder encoder(root, {});
  const TinyDecoder decoder(root, {});
  EXPECT_THROW(root.require_complete(), BadInput);
}

}  // namespace
}  // namespace tstitch
