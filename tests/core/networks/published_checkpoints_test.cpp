#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/networks/autoencoder_kl.h"
#include "core/networks/clip_text.h"
#include "core/networks/control_net.h"
#include "core/networks/tiny_autoencoder.h"
#include "core/networks/unet.h"
#include "tests/support/generated_weights.h"

namespace tstitch {
namespace {

/// Names and shapes of a published checkpoint; networks are built from them on the meta device, without any numbers.
struct PublishedCheckpoint {
  explicit PublishedCheckpoint(const std::string& name) {
    const auto list = nlohmann::json::parse(std::ifstream(std::string(TSTITCH_GOLDEN_DIR) + "/keys/" + name + ".json"));
    config = list.at("config").dump();
    shapes = list.at("tensors").get<std::map<std::string, std::vector<std::int64_t>>>();
  }

  std::string config;
  std::map<std::string, std::vector<std::int64_t>> shapes;
};

WeightScope meta_scope(const WeightSource& weights) {
  return {weights, {.device = at::kMeta}};
}

class PublishedUnet : public testing::TestWithParam<std::string> {};

TEST_P(PublishedUnet, isTakenTensorByTensor) {
  const PublishedCheckpoint published(GetParam());
  const test::GeneratedWeights weights(published.shapes, 0);
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
  PublishedCheckpoint published(GetParam());
  auto config = nlohmann::json::parse(published.config);
  config["_class_name"] = "ControlNetModel";
  const test::GeneratedWeights weights(published.shapes, 0);
  const WeightScope root = meta_scope(weights);
  const ControlNet control(root, parse_control_net_config(config.dump(), GetParam()));
  EXPECT_NO_THROW(root.require_complete());
}

INSTANTIATE_TEST_SUITE_P(Models, PublishedControl, testing::Values("controlnet-sd15", "controlnet-sdxl"));

class PublishedText : public testing::TestWithParam<std::string> {};

TEST_P(PublishedText, isTakenTensorByTensor) {
  const PublishedCheckpoint published(GetParam());
  ClipTextConfig config = parse_clip_text_config(published.config, GetParam());
  config.with_projection = published.shapes.count("text_projection.weight") > 0;
  const test::GeneratedWeights weights(published.shapes, 0);
  const WeightScope root = meta_scope(weights);
  const ClipTextModel model(root, config);
  EXPECT_NO_THROW(root.require_complete({"position_ids"}));
}

INSTANTIATE_TEST_SUITE_P(Models, PublishedText, testing::Values("clip-l", "openclip-h", "openclip-bigg"));

TEST(PublishedAutoencoder, isTakenTensorByTensor) {
  const PublishedCheckpoint published("vae-kl-f8");
  const VaeConfig config = parse_vae_config(published.config, "vae-kl-f8");
  const test::GeneratedWeights weights(published.shapes, 0);
  const WeightScope root = meta_scope(weights);
  const KlEncoder encoder(root, config);
  const KlDecoder decoder(root, config);
  EXPECT_NO_THROW(root.require_complete());
}

TEST(PublishedAutoencoder, isTakenTensorByTensorWhenTiny) {
  const PublishedCheckpoint published("taesd");
  const TinyVaeConfig config = parse_tiny_vae_config(published.config, "taesd");
  const test::GeneratedWeights weights(published.shapes, 0);
  const WeightScope root = meta_scope(weights);
  const TinyEncoder encoder(root, config);
  const TinyDecoder decoder(root, config);
  EXPECT_NO_THROW(root.require_complete());
}

TEST(PublishedAutoencoder, withOneTensorTooManyIsRefused) {
  PublishedCheckpoint published("taesd");
  published.shapes["decoder.layers.99.weight"] = {1};
  const test::GeneratedWeights weights(published.shapes, 0);
  const WeightScope root = meta_scope(weights);
  const TinyEncoder encoder(root, {});
  const TinyDecoder decoder(root, {});
  EXPECT_THROW(root.require_complete(), BadInput);
}

}  // namespace
}  // namespace tstitch
