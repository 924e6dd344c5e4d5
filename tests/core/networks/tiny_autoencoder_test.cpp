#include "core/networks/tiny_autoencoder.h"

#include <algorithm>
#include <stop_token>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/stop.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

constexpr double kTolerance = 1e-5;

/// The larger of both halves' differences from the golden.
double difference(const WeightSource& weights, const test::NetworkGolden& golden, const BuildOptions& options) {
  const TinyVaeConfig config = parse_tiny_vae_config(golden.config, "golden");
  const WeightScope root(weights, options);
  const TinyEncoder encoder(root, config);
  const TinyDecoder decoder(root, config);
  root.require_complete();
  return std::max(test::relative_difference(decoder(golden["z"], {}), golden["out.decoded"]),
                  test::relative_difference(encoder(golden["picture"], {}), golden["out.latents"]));
}

TEST(TinyAutoencoder, encodesAndDecodesAsTheReference) {
  const auto golden = test::NetworkGolden::load("taesd");
  EXPECT_LT(difference(golden.weights, golden, {}), kTolerance);
  EXPECT_LT(difference(golden.weights, golden, {.fast_paths = FastPaths::Off}), kTolerance);
}

TEST(TinyAutoencoder, staysCloseInSixteenBits) {
  const auto golden = test::NetworkGolden::load("taesd");
  EXPECT_LT(difference(golden.weights, golden, {.type = at::kBFloat16}), 8e-2);
}

TEST(TinyAutoencoder, noticesEveryTensor) {
  auto golden = test::NetworkGolden::load("taesd");
  const auto unseen = test::unseen_mutations(golden.weights, kTolerance, [&](const WeightSource& weights) {
    return difference(weights, golden, {.fast_paths = FastPaths::Off});
  });
  EXPECT_THAT(unseen, testing::IsEmpty());
}

TEST(TinyAutoencoder, stopsWhenAsked) {
  const auto golden = test::NetworkGolden::load("taesd");
  const WeightScope root(golden.weights, {});
  const TinyDecoder decoder(root, parse_tiny_vae_config(golden.config, "golden"));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(decoder(golden["z"], stop.get_token()), Interrupted);
}

}  // namespace
}  // namespace tstitch
