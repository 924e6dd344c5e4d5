#pragma once

#include <cstdint>

namespace tstitch::detail {

/// The bits of a bfloat16.
using Bf16 = std::uint16_t;
/// Two of them, the first in the lower half.
using Pair = std::uint32_t;

/// Rows of pairs anywhere in memory: pair (r, k) is `data[r * row + k * step]`. `depth` counts pairs.
struct StridedPairs {
  const Pair* data;
  std::int64_t row;
  std::int64_t step;
  std::int64_t rows;
  std::int64_t depth;
};

/// What AVX512-BF16 is used for: products of bfloat16, which are exact, summed in floats. Panels are [depth, kPanel]
/// (vector_kernels.h).
struct PairKernels {
  /// `sums` [a.rows, kPanel] = `a` times `panel`, two products a pair; to what is there where `add`.
  void (*multiply)(const StridedPairs& a, const Pair* panel, float* sums, bool add);
  /// One block of scores [keys, kPanel] becomes weights, two to the power of `factor` times what a score lies below the
  /// largest; a column is a query. `weights` [(keys + 1) / 2, kPanel] are rounded, an odd one is beside nought.
  /// `most` and `total` [kPanel] are the largest score and the sum of rounded weights so far, `rescale` [kPanel] what
  /// earlier results are multiplied by.
  void (*weigh)(const float* scores, std::int64_t keys, float factor, Pair* weights, float* most, float* total,
                float* rescale);
  /// Each row of `panel` [rows, kPanel] times `factors` [kPanel].
  void (*scale)(float* panel, std::int64_t rows, const float* factors);
  /// Numbers of two rows side by side: `to[i]` = (`first[i]`, `second[i]`); without a second one, beside nought.
  void (*interleave)(const Bf16* first, const Bf16* second, std::int64_t count, Pair* to);
  /// As VectorKernels' for tiles of the Winograd convolution, which are computed in floats and rounded. `tiles` of
  /// weights are panels of pairs of channels [channels / 2, kPanel], `stride` bfloat16 apart.
  void (*enter_tile)(const Bf16* const* places, std::int64_t channels, Bf16* tile, std::int64_t stride);
  void (*enter_weights)(const Bf16* weights, std::int64_t channels, Bf16* tiles, std::int64_t stride);
  void (*leave_tile)(const float* tile, std::int64_t stride, const float* bias, Bf16* const* places);
};

/// Null where the processor has no AVX512-BF16, and where it has AMX, with which LibTorch's own kernels are faster.
const PairKernels* pair_kernels();

}  // namespace tstitch::detail
