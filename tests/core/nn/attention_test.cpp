#include "core/nn/attention.h"

#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include <ATen/TensorOperators.h>
#include <ATen/ops/_fused_sdp_choice.h>
#include <ATen/ops/full.h>
#include <ATen/ops/matmul.h>
#include <gtest/gtest.h>

#include "core/base/check.h"
#include "core/nn/pair_kernels.h"
#include "core/nn/vector_kernels.h"
#include "tests/support/generated_weights.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

at::Tensor tokens(const std::string& name, std::int64_t count, std::int64_t width) {
  return test::generated_tensor(name + ".norm.weight.x", {2, count, width}, 3) * std::sqrt(static_cast<double>(count));
}

/// softmax(q k^T / sqrt(d)) v head by head, all scores in memory, in doubles.
at::Tensor by_definition(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, std::int64_t heads,
                         bool causal = false) {
  const auto split = [&](const at::Tensor& x) { return x.to(at::kDouble).unflatten(-1, {heads, -1}).transpose(1, 2); };
  const std::int64_t width = q.size(-1) / heads;
  const double scale = 1 / std::sqrt(static_cast<double>(width));
  at::Tensor scores = at::matmul(split(q), split(k).transpose(-1, -2)) * scale;
  if (causal) {
    const double never = -std::numeric_limits<double>::infinity();
    scores = scores + at::full({q.size(1), k.size(1)}, never, at::kDouble).triu(1);
  }
  return at::matmul(scores.softmax(-1), split(v)).transpose(1, 2).flatten(2);
}

TEST(Attention, followsItsDefinition) {
  for (const std::int64_t heads : {1, 3, 6}) {
    const at::Tensor q = tokens("q", 21, 24);
    const at::Tensor k = tokens("k", 13, 24);
    const at::Tensor v = tokens("v", 13, 24);
    EXPECT_LT(test::relative_difference(attention(q, k, v, {.heads = heads}), by_definition(q, k, v, heads)), 2e-6);
  }
}

/// Widths, keys and queries that fill neither vectors nor blocks.
TEST(Attention, followsItsDefinitionInBlocksOfAllSizes) {
  for (const bool narrow : {false, true}) {
    std::optional<detail::VectorLimit> limit;
    if (narrow) limit.emplace(detail::VectorLimit::Most::Avx2);
    const std::vector<std::array<std::int64_t, 4>> sizes{
        {16, 1, 2, 40}, {33, 77, 3, 24}, {300, 200, 2, 5}, {65, 130, 1, 161}, {17, 64, 4, 8}};
    for (const auto& [queries, keys, heads, width] : sizes) {
      const at::Tensor q = tokens("q", queries, heads * width) * 3;
      const at::Tensor k = tokens("k", keys, heads * width) * 3;
      const at::Tensor v = tokens("v", keys, heads * width);
      const at::Tensor out = attention(q, k, v, {.heads = heads});
      EXPECT_LT(test::relative_difference(out, by_definition(q, k, v, heads)), 2e-6) << queries << ' ' << keys;
      const AttentionOptions plain{.heads = heads, .fast_paths = FastPaths::Off};
      EXPECT_LT(test::relative_difference(out, attention(q, k, v, plain)), 2e-6) << queries << ' ' << keys;
      EXPECT_TRUE(attention(q.narrow(0, 1, 1), k.narrow(0, 1, 1), v.narrow(0, 1, 1), {.heads = heads})
                      .equal(out.narrow(0, 1, 1)));
    }
  }
}

constexpr double kBf16Step = 1.0 / 256;  // of a number just above a power of two

/// Products are exact, sums floats; weights are rounded, and so is the result.
TEST(Attention, inBf16IsWithinTwoRoundingsOfItsDefinition) {
  if (detail::pair_kernels() == nullptr) GTEST_SKIP() << "no AVX512-BF16";
  const std::vector<std::array<std::int64_t, 4>> sizes{{16, 1, 2, 40},    {33, 77, 3, 24}, {300, 200, 2, 6},
                                                       {65, 130, 1, 162}, {17, 64, 4, 8},  {520, 129, 2, 80}};
  for (const auto& [queries, keys, heads, width] : sizes) {
    const at::Tensor q = (tokens("q", queries, heads * width) * 3).to(at::kBFloat16);
    const at::Tensor k = (tokens("k", keys, heads * width) * 3).to(at::kBFloat16);
    const at::Tensor v = tokens("v", keys, heads * width).to(at::kBFloat16);
    const at::Tensor out = attention(q, k, v, {.heads = heads});
    EXPECT_EQ(out.scalar_type(), at::kBFloat16);
    EXPECT_LT(test::relative_difference(out.to(at::kFloat), by_definition(q, k, v, heads)), 2 * kBf16Step)
        << queries << ' ' << keys;
    const AttentionOptions plain{.heads = heads, .fast_paths = FastPaths::Off};
    EXPECT_LT(test::relative_difference(out.to(at::kFloat), attention(q, k, v, plain).to(at::kFloat)), 3 * kBf16Step);
    EXPECT_TRUE(attention(q.narrow(0, 1, 1), k.narrow(0, 1, 1), v.narrow(0, 1, 1), {.heads = heads})
                    .equal(out.narrow(0, 1, 1)));
  }
}

/// Rounded weights add up to one: what is the same everywhere stays so.
TEST(Attention, inBf16IsAMeanOfTheValues) {
  if (detail::pair_kernels() == nullptr) GTEST_SKIP() << "no AVX512-BF16";
  const at::Tensor q = tokens("q", 40, 32).to(at::kBFloat16);
  const at::Tensor k = (tokens("k", 201, 32) * 5).to(at::kBFloat16);
  const at::Tensor v = at::full({2, 201, 32}, 0.7109375, at::kBFloat16);
  EXPECT_TRUE(attention(q, k, v, {.heads = 4}).equal(at::full({2, 40, 32}, 0.7109375, at::kBFloat16)));
}

TEST(Attention, inBf16TakesOddWidthsAndMasksAsBefore) {
  for (const std::int64_t width : {5, 40}) {
    const at::Tensor x = tokens("x", 33, width).to(at::kBFloat16);
    const at::Tensor masked = attention(x, x, x, {.mask = AttentionMask::Causal});
    EXPECT_LT(test::relative_difference(masked.to(at::kFloat), by_definition(x, x, x, 1, true)), 3 * kBf16Step);
    const at::Tensor out = attention(x, x, x, {});
    EXPECT_LT(test::relative_difference(out.to(at::kFloat), by_definition(x, x, x, 1)), 2 * kBf16Step);
  }
}

TEST(Attention, hidesNothingThatIsNotANumber) {
  at::Tensor q = tokens("q", 40, 16);
  q[0][3][2] = std::numeric_limits<float>::quiet_NaN();
  const at::Tensor out = attention(q, tokens("k", 9, 16), tokens("v", 9, 16), {.heads = 2}).isnan();
  EXPECT_TRUE(out[0][3].narrow(0, 0, 8).all().item<bool>());
  EXPECT_EQ(out.sum().item<int>(), 8);
  const auto halved = [](const at::Tensor& x) { return x.to(at::kBFloat16); };
  const at::Tensor half =
      attention(halved(q), halved(tokens("k", 9, 16)), halved(tokens("v", 9, 16)), {.heads = 2}).isnan();
  EXPECT_TRUE(half.equal(out));
}

TEST(Attention, seesNoLaterTokenWhenCausal) {
  const at::Tensor x = tokens("x", 9, 24);
  const at::Tensor out = attention(x, x, x, {.heads = 4, .mask = AttentionMask::Causal});
  EXPECT_LT(test::relative_difference(out, by_definition(x, x, x, 4, true)), 2e-6);
  const at::Tensor start = x.narrow(1, 0, 4);
  const at::Tensor alone = attention(start, start, start, {.heads = 4, .mask = AttentionMask::Causal});
  EXPECT_LT(test::relative_difference(out.narrow(1, 0, 4), alone), 2e-6);
}

TEST(Attention, upcastsScoresThatLeaveSixteenBits) {
  const at::Tensor q = (tokens("q", 8, 16) * 300).to(at::kHalf);
  const at::Tensor v = tokens("v", 8, 16).to(at::kHalf);
  const AttentionOptions upcast{.heads = 2, .precision = AttentionPrecision::Upcast};
  const at::Tensor out = attention(q, q, v, upcast);
  EXPECT_EQ(out.scalar_type(), at::kHalf);
  EXPECT_LT(test::relative_difference(out.to(at::kFloat), by_definition(q, q, v, 2)), 2e-3);
}

TEST(Attention, takesTheFusedKernel) {
  // Heads of a strided projection, as the layers hand them over.
  const at::Tensor q = tokens("q", 64, 120).chunk(3, -1)[1].unflatten(-1, {1, 40}).transpose(1, 2);
  constexpr std::int64_t kFlash = 1;  // sdp::SDPBackend::flash_attention
  EXPECT_EQ(at::_fused_sdp_choice(q, q, q), kFlash);
}

TEST(Attention, refusesHeadsThatDoNotDivideTheWidth) {
  const at::Tensor x = tokens("x", 9, 24);
  EXPECT_THROW(attention(x, x, x, {.heads = 5}), LogicError);
}

}  // namespace
}  // namespace tstitch
