#pragma once

#include <cstdint>

namespace tstitch::detail {

/// The bits of an fp16 number.
using Fp16 = std::uint16_t;

/// Columns of a panel, which lie side by side: two vectors of the widest kind.
inline constexpr std::int64_t kPanel = 32;
/// Places of a tile of the Winograd convolution: four rows of four.
inline constexpr std::int64_t kTilePlaces = 16;

/// Rows of a matrix anywhere in memory: element (r, k) is `data[r * row + k * step]`.
struct StridedRows {
  const float* data;
  std::int64_t row;
  std::int64_t step;
  std::int64_t rows;
  std::int64_t depth;
};

/// What the processor's vectors are used for, compiled for one kind of them. Panels are [depth, kPanel].
struct VectorKernels {
  /// `sums` [a.rows, kPanel] = `a` times `panel` [a.depth, kPanel]; to what is there where `add`.
  void (*multiply)(const StridedRows& a, const float* panel, float* sums, bool add);
  /// One block of scores [keys, kPanel], in powers of two, becomes weights; a column is a query. `most` and `total`
  /// [kPanel] are the largest score and the sum of weights so far, `rescale` [kPanel] what earlier results are
  /// multiplied by.
  void (*weigh)(float* scores, std::int64_t keys, float* most, float* total, float* rescale);
  /// Each row of `panel` [rows, kPanel] times `factors` [kPanel].
  void (*scale)(float* panel, std::int64_t rows, const float* factors);
  /// Sixteen places [channels] of a picture as those of a tile, `stride` floats apart; channels a multiple of 16.
  void (*enter_tile)(const float* const* places, std::int64_t channels, float* tile, std::int64_t stride);
  /// 3x3 weights [channels, 9, kPanel] as kTilePlaces times [channels, kPanel], `stride` floats apart.
  void (*enter_weights)(const float* weights, std::int64_t channels, float* tiles, std::int64_t stride);
  /// The same of weights that are kept in fp16.
  void (*enter_fp16_weights)(const Fp16* weights, std::int64_t channels, float* tiles, std::int64_t stride);
  /// A tile's sums [kPanel], `stride` floats apart, plus `bias` [kPanel], as four places [kPanel]; those that are null
  /// are beyond the picture's edge.
  void (*leave_tile)(const float* tile, std::int64_t stride, const float* bias, float* const* places);
  /// Each row of `sums` [rows, kPanel] plus `bias` [kPanel], to rows that lie `stride` floats apart.
  void (*leave_rows)(const float* sums, std::int64_t rows, const float* bias, float* to, std::int64_t stride);
  /// `count` numbers, a multiple of 16, as fp16; false where that changes one of them.
  bool (*narrow)(const float* from, std::int64_t count, Fp16* to);
};

/// Those for the widest vectors that the processor has (AVX-512, AVX2), null where it has neither.
const VectorKernels* vector_kernels();

/// While a VectorLimit lives.
bool vectors_are_limited();

/// While it lives, vector_kernels() is null or that of narrower vectors, and there are no pair kernels, on all threads.
/// For tests.
class VectorLimit {
 public:
  enum class Most { Nothing, Avx2 };

  explicit VectorLimit(Most most);
  ~VectorLimit();
  VectorLimit(const VectorLimit&) = delete;
  VectorLimit& operator=(const VectorLimit&) = delete;
};

}  // namespace tstitch::detail
