#include "core/networks/vq_autoencoder.h"

#include <algorithm>
#include <map>
#include <stop_token>
#include <string>

#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/stop.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

constexpr double kTolerance = 1e-5;

struct VqAutoencoder {
  VqEncoder encoder;
  VqDecoder decoder;
};

VqAutoencoder build(const WeightSource& weights, const VqConfig& config, const BuildOptions& options = {}) {
  const WeightScope root(weights, options);
  VqAutoencoder both{VqEncoder(root, config), VqDecoder(root, config)};
  root.require_complete();
  return both;
}

double decoding_difference(const VqAutoencoder& vq, const test::NetworkGolden& golden) {
  return test::relative_difference(vq.decoder(golden["z"], {}), golden["out.decoded"]);
}

double encoding_difference(const VqAutoencoder& vq, const test::NetworkGolden& golden) {
  return test::relative_difference(vq.encoder(golden["picture"], {}), golden["out.latents"]);
}

TEST(VqGolden, encodesAndDecodesAsTheReference) {
  const auto golden = test::NetworkGolden::load("vq");
  for (const FastPaths paths : {FastPaths::On, FastPaths::Off}) {
    const VqAutoencoder vq = build(golden.weights, parse_vq_config(golden.config, "vq"), {.fast_paths = paths});
    EXPECT_LT(decoding_difference(vq, golden), kTolerance);
    EXPECT_LT(encoding_difference(vq, golden), kTolerance);
  }
}

TEST(VqGolden, staysCloseInSixteenBits) {
  const auto golden = test::NetworkGolden::load("vq");
  const VqAutoencoder vq = build(golden.weights, parse_vq_config(golden.config, "vq"), {.type = at::kBFloat16});
  EXPECT_LT(decoding_difference(vq, golden), 8e-2);
  EXPECT_LT(encoding_difference(vq, golden), 8e-2);
}

TEST(VqGolden, noticesEveryTensor) {
  auto golden = test::NetworkGolden::load("vq");
  const VqConfig config = parse_vq_config(golden.config, "vq");
  const auto unseen = test::unseen_mutations(golden.weights, kTolerance, [&](const WeightSource& weights) {
    const VqAutoencoder vq = build(weights, config, {.fast_paths = FastPaths::Off});
    return std::max(decoding_difference(vq, golden), encoding_difference(vq, golden));
  });
  // A bias of the keys adds the same number to all scores of a place, which softmax takes away again.
  EXPECT_THAT(unseen, testing::Each(testing::EndsWith("to_k.bias")));
  EXPECT_EQ(unseen.size(), 7U);
}

TEST(VqDecoder, roundsToTheNearestCodeFirst) {
  const auto golden = test::NetworkGolden::load("vq");
  const VqConfig config = parse_vq_config(golden.config, "vq");
  const VqAutoencoder vq = build(golden.weights, config);
  const WeightScope scope(golden.weights, {});
  const Codebook codebook(scope / "quantize" / "embedding", config.codes, config.code_width);
  const at::Tensor rounded = codebook(golden["z"]);
  EXPECT_GT(test::relative_difference(rounded, golden["z"]), 1e-2);
  EXPECT_TRUE(codebook(rounded).equal(rounded));
  EXPECT_TRUE(vq.decoder(rounded, {}).equal(vq.decoder(golden["z"], {})));
}

TEST(VqEncoder, encodesInOneTileExactlyAsWithout) {
  const auto golden = test::NetworkGolden::load("vq");
  const VqAutoencoder vq = build(golden.weights, parse_vq_config(golden.config, "vq"));
  const at::Tensor picture = vq.decoder(golden["z"], {});
  const at::Tensor tiled = vq.encoder.encode_tiled(picture, {}, {.tile = 16, .overlap = 0.25});
  EXPECT_TRUE(tiled.equal(vq.encoder(picture, {})));
}

TEST(VqDecoder, decodesInOneTileExactlyAsWithout) {
  const auto golden = test::NetworkGolden::load("vq");
  const VqAutoencoder vq = build(golden.weights, parse_vq_config(golden.config, "vq"));
  const at::Tensor tiled = vq.decoder.decode_tiled(golden["z"], {}, {.tile = 16, .overlap = 0.25});
  EXPECT_TRUE(tiled.equal(vq.decoder(golden["z"], {})));
}

TEST(VqDecoder, stopsWhenAsked) {
  const auto golden = test::NetworkGolden::load("vq");
  const VqAutoencoder vq = build(golden.weights, parse_vq_config(golden.config, "vq"));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(vq.decoder(golden["z"], stop.get_token()), Interrupted);
  EXPECT_THROW(vq.encoder(golden["picture"], stop.get_token()), Interrupted);
}

TEST(VqCodebook, findsTheNearestOfAFew) {
  const test::TensorWeights weights({{"weight", at::tensor({0.0F, 0.0F, 1.0F, 0.0F, 0.0F, 2.0F}).view({3, 2})}});
  const Codebook codebook(WeightScope(weights, {}), 3, 2);
  const at::Tensor z = at::tensor({0.4F, 0.6F, 0.1F, /**/ 0.1F, 0.1F, 1.2F}).view({1, 2, 1, 3});
  EXPECT_TRUE(codebook(z).equal(at::tensor({0.0F, 1.0F, 0.0F, /**/ 0.0F, 0.0F, 2.0F}).view({1, 2, 1, 3})));
}

}  // namespace
}  // namespace tstitch
