#include "core/networks/autoencoder_kl.h"

#include <algorithm>
#include <stop_token>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/stop.h"
#include "core/base/text.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

constexpr double kTolerance = 1e-5;

struct Autoencoder {
  KlEncoder encoder;
  KlDecoder decoder;
};

Autoencoder build(const WeightSource& weights, const VaeConfig& config, const BuildOptions& options = {}) {
  const WeightScope root(weights, options);
  Autoencoder both{KlEncoder(root, config), KlDecoder(root, config)};
  root.require_complete();
  return both;
}

VaeConfig config_of(const test::NetworkGolden& golden) {
  return parse_vae_config(golden.config, "golden");
}

double decoding_difference(const Autoencoder& vae, const test::NetworkGolden& golden) {
  return test::relative_difference(vae.decoder(golden["z"], {}), golden["out.decoded"]);
}

double encoding_difference(const Autoencoder& vae, const test::NetworkGolden& golden) {
  return test::relative_difference(vae.encoder(golden["picture"], {}), golden["out.mean"]);
}

class KlGolden : public testing::TestWithParam<std::string> {};

TEST_P(KlGolden, encodesAndDecodesAsTheReference) {
  const auto golden = test::NetworkGolden::load(GetParam());
  for (const FastPaths paths : {FastPaths::On, FastPaths::Off}) {
    const Autoencoder vae = build(golden.weights, config_of(golden), {.fast_paths = paths});
    EXPECT_LT(decoding_difference(vae, golden), kTolerance);
    EXPECT_LT(encoding_difference(vae, golden), kTolerance);
  }
}

TEST_P(KlGolden, staysCloseInSixteenBits) {
  const auto golden = test::NetworkGolden::load(GetParam());
  const Autoencoder vae = build(golden.weights, config_of(golden), {.type = at::kBFloat16});
  EXPECT_LT(decoding_difference(vae, golden), 8e-2);
  EXPECT_LT(encoding_difference(vae, golden), 8e-2);
}

TEST_P(KlGolden, noticesEveryTensor) {
  auto golden = test::NetworkGolden::load(GetParam());
  const VaeConfig config = config_of(golden);
  const auto unseen = test::unseen_mutations(golden.weights, kTolerance, [&](const WeightSource& weights) {
    const Autoencoder vae = build(weights, config, {.fast_paths = FastPaths::Off});
    return std::max(decoding_difference(vae, golden), encoding_difference(vae, golden));
  });
  // A bias of the keys adds the same number to all scores of a place, which softmax takes away again.
  EXPECT_THAT(unseen, testing::Each(testing::EndsWith("to_k.bias")));
  EXPECT_EQ(unseen.size(), config.mid_attention ? 2U : 0U);
}

INSTANTIATE_TEST_SUITE_P(Configurations, KlGolden, testing::Values("vae", "vae-plain"));

TEST(KlDecoder, decodesInTilesAsTheReference) {
  const auto golden = test::NetworkGolden::load("vae");
  const Autoencoder vae = build(golden.weights, config_of(golden));
  const at::Tensor tiled = vae.decoder.decode_tiled(golden["z_large"], {}, {.tile = 8, .overlap = 0.25});
  EXPECT_LT(test::relative_difference(tiled, golden["out.tiled"]), kTolerance);
}

TEST(KlEncoder, encodesInTilesAsTheReference) {
  const auto golden = test::NetworkGolden::load("vae");
  const Autoencoder vae = build(golden.weights, config_of(golden));
  const at::Tensor tiled = vae.encoder.encode_tiled(golden["out.tiled"], {}, {.tile = 8, .overlap = 0.25});
  EXPECT_LT(test::relative_difference(tiled, golden["out.tiled_mean"]), kTolerance);
  EXPECT_GT(test::relative_difference(vae.encoder(golden["out.tiled"], {}), tiled), kTolerance) << "tiles differ";
  const at::Tensor one = vae.encoder.encode_tiled(golden["picture"], {}, {.tile = 16, .overlap = 0.25});
  EXPECT_TRUE(one.equal(vae.encoder(golden["picture"], {})));
}

TEST(KlDecoder, decodesInOneTileExactlyAsWithout) {
  const auto golden = test::NetworkGolden::load("vae");
  const Autoencoder vae = build(golden.weights, config_of(golden));
  const at::Tensor tiled = vae.decoder.decode_tiled(golden["z"], {}, {.tile = 16, .overlap = 0.25});
  EXPECT_TRUE(tiled.equal(vae.decoder(golden["z"], {})));
}

TEST(KlAttention, readsTheOlderNamesToo) {
  auto golden = test::NetworkGolden::load("vae");
  const std::pair<const char*, const char*> names[] = {
      {"to_q", "query"}, {"to_k", "key"}, {"to_v", "value"}, {"to_out.0", "proj_attn"}};
  for (const char* half : {"encoder", "decoder"}) {
    for (const auto& [now, once] : names) {
      for (const char* part : {".weight", ".bias"}) {
        const std::string attention = concat(half, ".mid_block.attentions.0.");
        golden.weights.rename(concat(attention, now, part), concat(attention, once, part));
      }
    }
  }
  EXPECT_LT(decoding_difference(build(golden.weights, config_of(golden)), golden), kTolerance);
}

TEST(KlDecoder, stopsWhenAsked) {
  const auto golden = test::NetworkGolden::load("vae-plain");
  const Autoencoder vae = build(golden.weights, config_of(golden));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(vae.decoder(golden["z"], stop.get_token()), Interrupted);
  EXPECT_THROW(vae.encoder(golden["picture"], stop.get_token()), Interrupted);
}

}  // namespace
}  // namespace tstitch
