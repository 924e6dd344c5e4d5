#include "core/networks/clip_text.h"

#include <algorithm>
#include <stop_token>
#include <string>

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/nonzero.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/stop.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

constexpr double kTolerance = 1e-5;

ClipTextModel::Output encode(const WeightSource& weights, const test::NetworkGolden& golden,
                             const BuildOptions& options) {
  const WeightScope root(weights, options);
  const ClipTextModel model(root, parse_clip_text_config(golden.config, "golden"));
  root.require_complete();
  return model(golden["ids"].to(at::kLong), {});
}

double difference(const WeightSource& weights, const test::NetworkGolden& golden, const BuildOptions& options) {
  const ClipTextModel::Output out = encode(weights, golden, options);
  return std::max({test::relative_difference(out.last_hidden_state, golden["out.last_hidden_state"]),
                   test::relative_difference(out.hidden, golden["out.penultimate"]),
                   test::relative_difference(out.pooled, golden["out.pooled"])});
}

/// Both activations, with and without projection, with the names' `text_model.` prefix and without.
class ClipGolden : public testing::TestWithParam<std::string> {};

TEST_P(ClipGolden, encodesAsTheReference) {
  const auto golden = test::NetworkGolden::load(GetParam());
  EXPECT_LT(difference(golden.weights, golden, {}), kTolerance);
  EXPECT_LT(difference(golden.weights, golden, {.fast_paths = FastPaths::Off}), kTolerance);
}

TEST_P(ClipGolden, staysCloseInSixteenBits) {
  const auto golden = test::NetworkGolden::load(GetParam());
  EXPECT_LT(difference(golden.weights, golden, {.type = at::kBFloat16}), 8e-2);
}

TEST_P(ClipGolden, noticesEveryTensor) {
  auto golden = test::NetworkGolden::load(GetParam());
  const auto unseen = test::unseen_mutations(golden.weights, kTolerance, [&](const WeightSource& weights) {
    return difference(weights, golden, {.fast_paths = FastPaths::Off});
  });
  // A bias of the keys adds the same number to all scores of a token, which softmax takes away again.
  EXPECT_THAT(unseen, testing::Each(testing::EndsWith("k_proj.bias")));
  EXPECT_EQ(unseen.size(), 3U);
}

INSTANTIATE_TEST_SUITE_P(Models, ClipGolden, testing::Values("clip-quick-gelu", "clip-gelu", "clip-projection"));

TEST(ClipTextModel, encodesFewerTokensThanItHasPositionsFor) {
  const auto golden = test::NetworkGolden::load("clip-gelu");
  const WeightScope root(golden.weights, {});
  const ClipTextModel model(root, parse_clip_text_config(golden.config, "golden"));
  const at::Tensor ids = golden["ids"].to(at::kLong).narrow(1, 0, 5);
  // The mask is causal: the first tokens do not know whether others follow.
  EXPECT_LT(
      test::relative_difference(model(ids, {}).last_hidden_state, golden["out.last_hidden_state"].narrow(1, 0, 5)),
      kTolerance);
}

TEST(ClipTextModel, poolsAtTheEndTokenThatItsConfigNames) {
  const auto golden = test::NetworkGolden::load("clip-gelu");
  const at::Tensor ids = golden["ids"].to(at::kLong);
  ClipTextConfig config = parse_clip_text_config(golden.config, "golden");
  EXPECT_EQ(config.eos_token_id, std::nullopt) << "2 is the wrong id of published files: the largest id counts";
  config.eos_token_id = ids[0][3].item<int>();
  const std::int64_t first = ids[0].eq(*config.eos_token_id).nonzero()[0].item<std::int64_t>();
  const WeightScope root(golden.weights, {});
  const ClipTextModel::Output output = ClipTextModel(root, config)(ids, {});
  EXPECT_TRUE(at::equal(output.pooled[0], output.last_hidden_state[0][first]));
  EXPECT_EQ(parse_clip_text_config("{}", "config").eos_token_id, 49'407);
}

TEST(ClipTextModel, stopsWhenAsked) {
  const auto golden = test::NetworkGolden::load("clip-gelu");
  const WeightScope root(golden.weights, {});
  const ClipTextModel model(root, parse_clip_text_config(golden.config, "golden"));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(model(golden["ids"].to(at::kLong), stop.get_token()), Interrupted);
}

}  // namespace
}  // namespace tstitch
