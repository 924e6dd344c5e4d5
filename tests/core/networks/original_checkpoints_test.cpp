#include <algorithm>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/networks/dit.h"
#include "core/networks/vq_autoencoder.h"
#include "core/weights/mapped_source.h"
#include "tests/support/class_networks.h"
#include "tests/support/generated_weights.h"
#include "tests/support/key_list.h"
#include "tests/support/network_golden.h"

// Class-conditional models in the layouts in which they were first published.

namespace tstitch {
namespace {

constexpr double kTolerance = 1e-5;

struct VqAutoencoder {
  VqEncoder encoder;
  VqDecoder decoder;
};

VqAutoencoder build_vq(const std::shared_ptr<const WeightSource>& checkpoint, const BuildOptions& options) {
  const TensorMap part = test::parts_of(*checkpoint).vae;
  const VqConfig config = infer_vq_config(shapes_of(part), "checkpoint");
  const MappedSource weights(checkpoint, part);
  const WeightScope root(weights, options);
  VqAutoencoder both{VqEncoder(root, config), VqDecoder(root, config)};
  root.require_complete();
  return both;
}

double dit_difference(const test::NetworkGolden& golden, const WeightSource& weights, const BuildOptions& options) {
  const Dit dit = test::build_class_dit(test::borrowed(weights), options);
  const at::Tensor labels = golden["labels"].to(at::kLong);
  return test::relative_difference(dit(golden["x"], golden["timesteps"], labels, {}), golden["out"]);
}

double unet_difference(const test::NetworkGolden& golden, const WeightSource& weights, const BuildOptions& options) {
  const test::ClassUnet network = test::build_class_unet(test::borrowed(weights), options);
  const at::Tensor context = network.classes(golden["labels"].to(at::kLong));
  return test::relative_difference(network.unet(golden["x"], golden["timesteps"], context, {}, {}, {}), golden["out"]);
}

double vq_difference(const test::NetworkGolden& golden, const WeightSource& weights, const BuildOptions& options) {
  const VqAutoencoder vq = build_vq(test::borrowed(weights), options);
  return std::max(test::relative_difference(vq.decoder(golden["z"], {}), golden["out.decoded"]),
                  test::relative_difference(vq.encoder(golden["picture"], {}), golden["out.latents"]));
}

class OriginalDitGolden : public testing::TestWithParam<std::string> {};

TEST_P(OriginalDitGolden, predictsAsThePublishedArchitecture) {
  const auto golden = test::NetworkGolden::load(GetParam());
  EXPECT_LT(dit_difference(golden, golden.weights, {}), kTolerance);
  EXPECT_LT(dit_difference(golden, golden.weights, {.fast_paths = FastPaths::Off}), kTolerance);
}

TEST_P(OriginalDitGolden, noticesEveryTensor) {
  auto golden = test::NetworkGolden::load(GetParam());
  const auto unseen = test::unseen_mutations(golden.weights, kTolerance, [&](const WeightSource& weights) {
    return dit_difference(golden, weights, {.fast_paths = FastPaths::Off});
  });
  EXPECT_THAT(unseen, testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Sizes, OriginalDitGolden, testing::Values("dit-original", "dit-original-small"));

class OriginalUnetGolden : public testing::TestWithParam<std::string> {};

TEST_P(OriginalUnetGolden, predictsAsTheReference) {
  const auto golden = test::NetworkGolden::load(GetParam());
  EXPECT_LT(unet_difference(golden, golden.weights, {}), kTolerance);
  EXPECT_LT(unet_difference(golden, golden.weights, {.fast_paths = FastPaths::Off}), kTolerance);
}

INSTANTIATE_TEST_SUITE_P(Sizes, OriginalUnetGolden, testing::Values("ldm-original", "ldm-original-small"));

TEST(OriginalUnet, noticesEveryTensor) {
  auto golden = test::NetworkGolden::load("ldm-original-small");
  const auto unseen = test::unseen_mutations(golden.weights, kTolerance, [&](const WeightSource& weights) {
    return unet_difference(golden, weights, {.fast_paths = FastPaths::Off});
  });
  // With a context of one token softmax has nothing to choose: queries, keys and what only they see do not matter.
  EXPECT_THAT(unseen, testing::Each(testing::ContainsRegex(R"((attn2\.to_[qk]|\.norm2)\.)")));
}

TEST(OriginalVq, encodesAndDecodesAsTheReference) {
  const auto golden = test::NetworkGolden::load("vq-original");
  EXPECT_LT(vq_difference(golden, golden.weights, {}), kTolerance);
  EXPECT_LT(vq_difference(golden, golden.weights, {.fast_paths = FastPaths::Off}), kTolerance);
}

TEST(OriginalVq, noticesEveryTensor) {
  auto golden = test::NetworkGolden::load("vq-original");
  const auto unseen = test::unseen_mutations(golden.weights, kTolerance, [&](const WeightSource& weights) {
    return vq_difference(golden, weights, {.fast_paths = FastPaths::Off});
  });
  // A bias of the keys adds the same number to all scores of a place, which softmax takes away again.
  EXPECT_THAT(unseen, testing::Each(testing::EndsWith(".k.bias")));
  EXPECT_EQ(unseen.size(), 5U);
}

std::shared_ptr<const WeightSource> published(const std::string& name) {
  return std::make_shared<test::GeneratedWeights>(test::KeyList::load(TSTITCH_GOLDEN_DIR, name).tensors, 0);
}

struct KnownDit {
  const char* name;
  int layers;
  int heads;
  int sample_size;
};

class PublishedDit : public testing::TestWithParam<KnownDit> {};

TEST_P(PublishedDit, isTakenTensorByTensor) {
  const Dit dit = test::build_class_dit(published(GetParam().name), {.device = at::kMeta});
  EXPECT_EQ(dit.config().layers, GetParam().layers);
  EXPECT_EQ(dit.config().heads, GetParam().heads);
  EXPECT_EQ(dit.config().sample_size, GetParam().sample_size);
  EXPECT_EQ(dit.config().classes, 1000);
  EXPECT_TRUE(dit.config().learns_variance());
}

INSTANTIATE_TEST_SUITE_P(Models, PublishedDit,
                         testing::Values(KnownDit{"dit-s-2-256", 12, 6, 32}, KnownDit{"dit-b-2-256", 12, 12, 32},
                                         KnownDit{"dit-l-2-256", 24, 16, 32}, KnownDit{"dit-xl-2-256", 28, 16, 32},
                                         KnownDit{"dit-xl-2-512", 28, 16, 64}));

TEST(PublishedClassUnet, isTakenTensorByTensor) {
  for (const auto& [name, width] : {std::pair{"ldm-cin-small", 256}, std::pair{"ldm-cin-large", 512}}) {
    const test::ClassUnet network = test::build_class_unet(published(name), {.device = at::kMeta});
    EXPECT_EQ(network.unet.config().down.size(), 3U);
    EXPECT_EQ(network.unet.config().down.back().heads, width == 256 ? 8 : 32);
    EXPECT_EQ(network.unet.config().cross_attention_dim, width);
    EXPECT_EQ(network.classes.classes(), 1000);
    EXPECT_EQ(network.classes.width(), width);
  }
}

TEST(PublishedVq, isTakenTensorByTensor) {
  EXPECT_NO_THROW(build_vq(published("ldm-vq-f8"), {.device = at::kMeta}));
  const VqConfig config = infer_vq_config(shapes_of(test::parts_of(*published("ldm-vq-f8")).vae), "checkpoint");
  EXPECT_EQ(config.factor(), 8);
  EXPECT_EQ(config.codes, 16384);
  EXPECT_EQ(config.code_width, 4);
  EXPECT_EQ(config.level_attention, (std::vector<bool>{false, false, false, true}));
}

}  // namespace
}  // namespace tstitch
