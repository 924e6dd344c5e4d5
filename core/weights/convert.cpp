#include "core/weights/convert.h"

#include <cstdint>
#include <cstring>

#include <c10/util/BFloat16.h>
#include <c10/util/Float8_e4m3fn.h>
#include <c10/util/Float8_e5m2.h>
#include <c10/util/Half.h>

#include "core/base/check.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tstitch {
namespace {

/// Each From is widened or narrowed to fp32, then made To.
template <class From, class To>
void convert_each(const void* from, void* to, std::size_t count) {
  const auto* source = static_cast<const From*>(from);
  auto* target = static_cast<To*>(to);
  for (std::size_t i = 0; i < count; ++i) target[i] = static_cast<To>(static_cast<float>(source[i]));
}

#if defined(__x86_64__)
/// What published files need: fp16 to fp32, eight numbers an instruction.
[[gnu::target("avx,f16c")]] void widen_half(const void* from, void* to, std::size_t count) {
  const auto* source = static_cast<const char*>(from);
  auto* target = static_cast<float*>(to);
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m128i halves = _mm_loadu_si128(reinterpret_cast<const __m128i*>(source + 2 * i));
    _mm256_storeu_ps(target + i, _mm256_cvtph_ps(halves));
  }
  convert_each<c10::Half, float>(source + 2 * i, target + i, count - i);
}

bool has_f16c() {
  static const bool answer = __builtin_cpu_supports("avx2");  // implies both; clang 14 asks for no f16c
  return answer;
}
#else
void widen_half(const void* from, void* to, std::size_t count) {
  convert_each<c10::Half, float>(from, to, count);
}
bool has_f16c() {
  return false;
}
#endif

template <class From>
void convert_from(const void* from, void* to, at::ScalarType to_type, std::size_t count) {
  if (to_type == at::kFloat) return convert_each<From, float>(from, to, count);
  if (to_type == at::kHalf) return convert_each<From, c10::Half>(from, to, count);
  return convert_each<From, c10::BFloat16>(from, to, count);
}

/// A number is finite when its exponent bits are not all set; the loop has no branch, so it vectorises.
template <class Bits>
bool all_finite_bits(const void* values, std::size_t count, Bits exponent) {
  const auto* bits = static_cast<const Bits*>(values);
  unsigned bad = 0;
  for (std::size_t i = 0; i < count; ++i) bad |= static_cast<unsigned>((bits[i] & exponent) == exponent);
  return bad == 0;
}

}  // namespace

bool is_weight_type(at::ScalarType type) {
  return type == at::kFloat || type == at::kHalf || type == at::kBFloat16;
}

bool is_stored_type(at::ScalarType type) {
  return is_weight_type(type) || type == at::kDouble || type == at::kFloat8_e4m3fn || type == at::kFloat8_e5m2;
}

void convert(const void* from, at::ScalarType from_type, void* to, at::ScalarType to_type, std::size_t count) {
  TSTITCH_CHECK(is_stored_type(from_type) && is_weight_type(to_type), from_type, " to ", to_type);
  if (count == 0) return;
  if (from_type == to_type) {
    std::memcpy(to, from, count * c10::elementSize(to_type));
  } else if (from_type == at::kHalf && to_type == at::kFloat && has_f16c()) {
    widen_half(from, to, count);
  } else if (from_type == at::kHalf) {
    convert_from<c10::Half>(from, to, to_type, count);
  } else if (from_type == at::kBFloat16) {
    convert_from<c10::BFloat16>(from, to, to_type, count);
  } else if (from_type == at::kDouble) {
    convert_from<double>(from, to, to_type, count);
  } else if (from_type == at::kFloat8_e4m3fn) {
    convert_from<c10::Float8_e4m3fn>(from, to, to_type, count);
  } else if (from_type == at::kFloat8_e5m2) {
    convert_from<c10::Float8_e5m2>(from, to, to_type, count);
  } else {
    convert_from<float>(from, to, to_type, count);
  }
}

bool all_finite(const void* values, at::ScalarType type, std::size_t count) {
  TSTITCH_CHECK(is_weight_type(type) || type == at::kDouble, type);
  if (type == at::kDouble) return all_finite_bits<std::uint64_t>(values, count, 0x7FF0000000000000U);
  if (type == at::kFloat) return all_finite_bits<std::uint32_t>(values, count, 0x7F800000U);
  return all_finite_bits<std::uint16_t>(values, count, type == at::kHalf ? 0x7C00U : 0x7F80U);
}

}  // namespace tstitch
