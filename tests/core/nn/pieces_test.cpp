#include "core/nn/pieces.h"

#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/stop_scope.h"
#include "core/nn/attention.h"
#include "core/nn/conv2d.h"
#include "core/nn/linear.h"
#include "tests/support/generated_weights.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

constexpr double kTolerance = 1e-6;

std::vector<std::pair<std::int64_t, std::int64_t>> cut(std::int64_t size, std::int64_t piece) {
  std::vector<std::pair<std::int64_t, std::int64_t>> pieces;
  detail::in_pieces(size, piece, [&](std::int64_t begin, std::int64_t length) { pieces.emplace_back(begin, length); });
  return pieces;
}

TEST(Pieces, coverARangeWithoutShortOnes) {
  EXPECT_THAT(cut(10, 4), ElementsAre(Pair(0, 4), Pair(4, 4), Pair(8, 2)));
  EXPECT_THAT(cut(9, 4), ElementsAre(Pair(0, 4), Pair(4, 5)));
  EXPECT_THAT(cut(10, 5), ElementsAre(Pair(0, 5), Pair(5, 5)));
  EXPECT_THAT(cut(3, 7), ElementsAre(Pair(0, 3)));
  EXPECT_THAT(cut(3, 0), ElementsAre(Pair(0, 1), Pair(1, 1), Pair(2, 1)));
  EXPECT_THAT(cut(0, 4), ElementsAre());
}

TEST(Pieces, ofALinearLayerAreTheLayer) {
  const test::TensorWeights source(
      {{"weight", test::generated_tensor("weight", {24, 16}, 1)}, {"bias", test::generated_tensor("bias", {24}, 1)}});
  for (const FastPaths paths : {FastPaths::On, FastPaths::Off}) {
    const Linear layer(WeightScope(source, {.fast_paths = paths}), 16, 24);
    const at::Tensor x = test::generated_tensor("x.weight", {2, 37, 16}, 2);
    const at::Tensor whole = layer(x);
    const detail::WorkLimit limit(24 * 16 * 5);
    EXPECT_LT(test::relative_difference(layer(x), whole), kTolerance);
    EXPECT_LT(test::relative_difference(layer(x.transpose(0, 1).contiguous().transpose(0, 1)), whole), kTolerance);
  }
}

class ConvolutionPieces : public testing::TestWithParam<Conv2dShape> {};

TEST_P(ConvolutionPieces, areTheWhole) {
  const Conv2dShape& shape = GetParam();
  const test::TensorWeights source(
      {{"weight", test::generated_tensor("weight", {shape.out, shape.in, shape.kernel, shape.kernel}, 1)},
       {"bias", test::generated_tensor("bias", {shape.out}, 1)}});
  for (const FastPaths paths : {FastPaths::On, FastPaths::Off}) {
    const Conv2d conv(WeightScope(source, {.fast_paths = paths}), shape);
    for (const auto& [batch, height, width] : {std::array{1, 23, 17}, std::array{2, 16, 9}, std::array{2, 5, 40}}) {
      const at::Tensor x = test::generated_tensor("x.weight", {batch, shape.in, height, width}, 2);
      const at::Tensor whole = conv(x);
      for (const double rows : {0.5, 1.0, 3.0, 7.0}) {
        const auto place = static_cast<double>(shape.in * shape.out * shape.kernel * shape.kernel);
        const detail::WorkLimit limit(place * width * rows / static_cast<double>(shape.stride));
        const at::Tensor pieced = conv(x);
        EXPECT_EQ(pieced.sizes(), whole.sizes());
        EXPECT_LT(test::relative_difference(pieced, whole), kTolerance) << x.sizes() << " by " << rows;
        EXPECT_LT(test::relative_difference(conv(x.contiguous(at::MemoryFormat::ChannelsLast)), whole), kTolerance);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, ConvolutionPieces,
                         testing::Values(Conv2dShape{.in = 8, .out = 16}, Conv2dShape{.in = 8, .out = 8, .stride = 2},
                                         Conv2dShape{.in = 8, .out = 8, .stride = 2, .padding = 0},
                                         Conv2dShape{.in = 16, .out = 8, .kernel = 1, .padding = 0},
                                         Conv2dShape{.in = 4, .out = 8, .kernel = 7, .stride = 4, .padding = 3},
                                         Conv2dShape{.in = 4, .out = 8, .kernel = 4, .stride = 4, .padding = 0}));

TEST(Pieces, ofAttentionAreTheWhole) {
  const at::Tensor q = test::generated_tensor("q.weight", {2, 1300, 24}, 3);
  const at::Tensor k = test::generated_tensor("k.weight", {2, 70, 24}, 3);
  const at::Tensor v = test::generated_tensor("v.weight", {2, 70, 24}, 3);
  for (const std::int64_t heads : {1, 3, 6}) {
    const at::Tensor whole = attention(q, k, v, {.heads = heads});
    for (const double share : {0.9, 0.3, 0.05, 0.001}) {
      const detail::WorkLimit limit(2.0 * static_cast<double>(q.numel()) * 70 * share);
      const at::Tensor pieced = attention(q, k, v, {.heads = heads});
      EXPECT_EQ(pieced.sizes(), whole.sizes());
      EXPECT_LT(test::relative_difference(pieced, whole), kTolerance) << heads << " heads, " << share;
    }
  }
}

TEST(Pieces, leaveCausalAttentionWhole) {
  const at::Tensor x = test::generated_tensor("x.weight", {1, 40, 24}, 3);
  const AttentionOptions causal{.heads = 3, .mask = AttentionMask::Causal};
  const at::Tensor whole = attention(x, x, x, causal);
  const detail::WorkLimit limit(1);
  EXPECT_EQ(test::relative_difference(attention(x, x, x, causal), whole), 0.0);
}

/// What a stop waits for is one piece, not the layer.
TEST(Pieces, hearAStopBetweenThem) {
  std::stop_source stop;
  const std::stop_token token = stop.get_token();
  const StopScope scope(token);
  int done = 0;
  const auto work = [&](std::int64_t, std::int64_t) {
    if (++done == 3) stop.request_stop();
  };
  EXPECT_THROW(detail::in_pieces(10, 1, work), Interrupted);
  EXPECT_EQ(done, 3);
}

TEST(Layers, hearAStopBeforeTheyBegin) {
  const test::TensorWeights source(
      {{"weight", test::generated_tensor("weight", {8, 8}, 1)}, {"bias", test::generated_tensor("bias", {8}, 1)}});
  const test::TensorWeights kernels({{"weight", test::generated_tensor("weight", {8, 8, 3, 3}, 1)},
                                     {"bias", test::generated_tensor("bias", {8}, 1)}});
  const Linear linear(WeightScope(source, {}), 8, 8);
  const Conv2d conv(WeightScope(kernels, {}), {.in = 8, .out = 8});
  const at::Tensor x = test::generated_tensor("x.weight", {1, 8, 8}, 2);
  std::stop_source stop;
  stop.request_stop();
  const std::stop_token token = stop.get_token();
  {
    const StopScope scope(token);
    EXPECT_THROW(linear(x), Interrupted);
    EXPECT_THROW(conv(x.unsqueeze(0)), Interrupted);
    EXPECT_THROW(attention(x, x, x, {.heads = 2}), Interrupted);
  }
  EXPECT_NO_THROW(linear(x));
}

TEST(Layers, hearTheStopOfTheirOwnThreadOnly) {
  const at::Tensor x = test::generated_tensor("x.weight", {1, 8, 8}, 2);
  const auto layer = [&] { return attention(x, x, x, {.heads = 2}); };
  std::stop_source stop;
  stop.request_stop();
  const std::stop_token token = stop.get_token();
  const StopScope scope(token);
  const StopScope inner{std::stop_token()};
  EXPECT_THROW(layer(), Interrupted) << "a token that cannot be asked hides nothing";
  std::thread([&] { EXPECT_NO_THROW(layer()); }).join();
}

}  // namespace
}  // namespace tstitch
