#include "core/nn/pair_kernels.h"

#include <initializer_list>

#include "core/nn/vector_kernels.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define TSTITCH_HAS_PAIR_KERNELS
#include <immintrin.h>
#endif

namespace tstitch::detail {

#ifdef TSTITCH_HAS_PAIR_KERNELS

#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl,avx512bw,avx512dq,avx512bf16,fma,prefer-vector-width=512")
namespace avx512bf16 {
namespace {

constexpr int kLanes = 16;
constexpr int kRows = 8;
constexpr int kLine = 16;  // pairs that come from memory together
#include "core/nn/vectors.inc"

using LooseInt __attribute__((aligned(4), may_alias)) = int;
using LooseBits __attribute__((vector_size(kLanes * sizeof(float)), aligned(4), may_alias)) = std::uint32_t;
using Words __attribute__((vector_size(kLanes * sizeof(float)))) = std::uint32_t;
using LooseHalves __attribute__((vector_size(kLanes * sizeof(Bf16)), aligned(2), may_alias)) = Bf16;

inline Vector load(const Bf16* from) {
  const Words words = __builtin_convertvector(*reinterpret_cast<const LooseHalves*>(from), Words) << 16U;
  return reinterpret_cast<Vector>(words);
}

inline void store(Bf16* to, Vector value) {
  const __m256bh halves = _mm512_cvtneps_pbh(reinterpret_cast<__m512>(value));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), reinterpret_cast<__m256i>(halves));
}

#include "core/nn/winograd_tiles.inc"

inline __m512bh pairs(const Pair* from) {
  return reinterpret_cast<__m512bh>(_mm512_loadu_si512(from));
}

template <int kCount>
inline void multiply_rows(const StridedPairs& a, const Pair* panel, float* sums, bool add) {
  __m512 sum[kCount][2];
#pragma GCC unroll 16
  for (int r = 0; r < kCount; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < 2; ++v) {
      sum[r][v] = add ? _mm512_loadu_ps(sums + r * kPanel + v * kLanes) : _mm512_setzero_ps();
    }
  }
  const Pair* left = a.data;
  if (a.step == 1 && a.rows >= 2 * kCount) {
    for (int r = 0; r < kCount; ++r) {
      for (std::int64_t k = 0; k < a.depth; k += kLine) __builtin_prefetch(left + (kCount + r) * a.row + k);
    }
  }
  for (std::int64_t k = 0; k < a.depth; ++k, left += a.step, panel += kPanel) {
    const __m512bh first = pairs(panel);
    const __m512bh second = pairs(panel + kLanes);
#pragma GCC unroll 16
    for (int r = 0; r < kCount; ++r) {
      const int pair = *reinterpret_cast<const LooseInt*>(left + r * a.row);
      const auto both = reinterpret_cast<__m512bh>(_mm512_set1_epi32(pair));
      sum[r][0] = _mm512_dpbf16_ps(sum[r][0], first, both);
      sum[r][1] = _mm512_dpbf16_ps(sum[r][1], second, both);
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < kCount; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < 2; ++v) _mm512_storeu_ps(sums + r * kPanel + v * kLanes, sum[r][v]);
  }
}

/// As many rows at a time as `kCount`, then half of that, and so on.
template <int kCount>
inline void multiply_columns(StridedPairs a, const Pair* panel, float* sums, bool add) {
  for (; a.rows >= kCount; a.rows -= kCount) {
    multiply_rows<kCount>(a, panel, sums, add);
    a.data += kCount * a.row;
    sums += kCount * kPanel;
  }
  if constexpr (kCount > 1) {
    if (a.rows > 0) multiply_columns<(kCount + 1) / 2>(a, panel, sums, add);
  }
}

void multiply(const StridedPairs& a, const Pair* panel, float* sums, bool add) {
  multiply_columns<kRows>(a, panel, sums, add);
}

constexpr std::uint32_t kUpper = 0xFFFF0000U;

/// To the nearest, of two equally near the larger one.
inline Words rounded(Vector value) {
  return (reinterpret_cast<Words>(value) + 0x8000U) & kUpper;
}

inline void store_pairs(Pair* to, Words first, Words second) {
  *reinterpret_cast<LooseBits*>(to) = (first >> 16U) | second;
}

void weigh(const float* scores, std::int64_t keys, float factor, Pair* weights, float* most, float* total,
           float* rescale) {
  for (int column = 0; column < kPanel; column += kLanes) {
    const Vector before = load(most + column);
    Vector now = before;
    for (std::int64_t k = 0; k < keys; ++k) now = larger(load(scores + k * kPanel + column), now);
    const Vector share = power_of_two((before - now) * factor);
    const Vector below = now * factor;
    Vector sum = load(total + column) * share;
    const auto weight = [&](std::int64_t k) {
      const Words bits = rounded(power_of_two(load(scores + k * kPanel + column) * factor - below));
      sum += reinterpret_cast<Vector>(bits);
      return bits;
    };
    for (std::int64_t k = 0; k < keys; k += 2) {
      const Words first = weight(k);
      const Words second = k + 1 < keys ? weight(k + 1) : Words{};
      store_pairs(weights + k / 2 * kPanel + column, first, second);
    }
    store(most + column, now);
    store(total + column, sum);
    store(rescale + column, share);
  }
}

void scale(float* panel, std::int64_t rows, const float* factors) {
  for (int column = 0; column < kPanel; column += kLanes) {
    const Vector factor = load(factors + column);
    for (std::int64_t r = 0; r < rows; ++r) {
      float* const at = panel + r * kPanel + column;
      store(at, load(at) * factor);
    }
  }
}

void interleave(const Bf16* first, const Bf16* second, std::int64_t count, Pair* to) {
  if (second == nullptr) {
    for (std::int64_t i = 0; i < count; ++i) to[i] = first[i];
    return;
  }
  for (std::int64_t i = 0; i < count; ++i) to[i] = first[i] | (static_cast<Pair>(second[i]) << 16U);
}

void enter_weights(const Bf16* weights, std::int64_t channels, Bf16* tiles, std::int64_t stride) {
  for (std::int64_t at = 0; at < channels / 2 * kPanel; at += kLanes) {
    const Bf16* const from = weights + at / kPanel * 18 * kPanel + at % kPanel;
    Vector first[4][4];
    Vector second[4][4];
    transform_weights(from, first);
    transform_weights(from + 9 * kPanel, second);
#pragma GCC unroll 4
    for (int y = 0; y < 4; ++y) {
#pragma GCC unroll 4
      for (int x = 0; x < 4; ++x) {
        auto* const to = reinterpret_cast<Pair*>(tiles + (4 * y + x) * stride);
        store_pairs(to + at, rounded(first[y][x]), rounded(second[y][x]));
      }
    }
  }
}

constexpr PairKernels kKernels{multiply, weigh, scale, interleave, enter_tile<Bf16>, enter_weights, leave_tile<Bf16>};

}  // namespace
}  // namespace avx512bf16
#pragma GCC pop_options

namespace {

bool has_pairs() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bf16") && !__builtin_cpu_supports("amx-bf16");
}

}  // namespace

#endif

const PairKernels* pair_kernels() {
#ifdef TSTITCH_HAS_PAIR_KERNELS
  static const bool has = has_pairs();
  if (has && !vectors_are_limited()) return &avx512bf16::kKernels;
#endif
  return nullptr;
}

}  // namespace tstitch::detail
