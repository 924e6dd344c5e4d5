#include "core/nn/vector_kernels.h"

#include <atomic>
#include <initializer_list>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define TSTITCH_HAS_VECTOR_KERNELS
#include <immintrin.h>
#endif

namespace tstitch::detail {
namespace {

#ifdef TSTITCH_HAS_VECTOR_KERNELS

#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl,avx512bw,avx512dq,fma,prefer-vector-width=512")
namespace avx512 {
constexpr int kLanes = 16;
constexpr int kRows = 8;

using Widened = __m512;
constexpr __mmask16 kAll = 0xFFFF;  // masked, since what the others leave undefined gives warnings

inline Widened widen(const Fp16* from) {
  return _mm512_maskz_cvtph_ps(kAll, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
}
inline void narrow(Widened numbers, Fp16* to) {
  const __m256i halves = _mm512_maskz_cvtps_ph(kAll, numbers, _MM_FROUND_TO_NEAREST_INT);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), halves);
}

#include "core/nn/vector_kernels.inc"
}  // namespace avx512
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx2,fma,f16c")
namespace avx2 {
constexpr int kLanes = 8;
constexpr int kRows = 6;

using Widened = __m256;
inline Widened widen(const Fp16* from) {
  return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
}
inline void narrow(Widened numbers, Fp16* to) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm256_cvtps_ph(numbers, _MM_FROUND_TO_NEAREST_INT));
}

#include "core/nn/vector_kernels.inc"
}  // namespace avx2
#pragma GCC pop_options

bool has_avx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
}

bool has_avx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
}

#endif

enum class Limit { None, Avx2, Nothing };
std::atomic<Limit> limit{Limit::None};

}  // namespace

const VectorKernels* vector_kernels() {
#ifdef TSTITCH_HAS_VECTOR_KERNELS
  static const bool wide = has_avx512();
  static const bool narrow = has_avx2();
  const Limit now = limit;
  if (wide && now == Limit::None) return &avx512::kKernels;
  if (narrow && now != Limit::Nothing) return &avx2::kKernels;
#endif
  return nullptr;
}

bool vectors_are_limited() {
  return limit != Limit::None;
}

VectorLimit::VectorLimit(Most most) {
  limit = most == Most::Avx2 ? Limit::Avx2 : Limit::Nothing;
}

VectorLimit::~VectorLimit() {
  limit = Limit::None;
}

}  // namespace tstitch::detail
