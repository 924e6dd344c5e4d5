#pragma once

#include <cstdint>
#include <type_traits>

#include "core/cuda/kernels/grid.h"

#ifndef __CUDACC__
#include <cstring>
#include <stdexcept>

#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>
#endif

namespace tstitch::cuda {

/// Numbers as they lie in memory; all arithmetic is float.
struct Half {
  std::uint16_t bits;
};
struct BFloat16 {
  std::uint16_t bits;
};

TSTITCH_DEVICE float as_float(float value) {
  return value;
}

template <class T>
TSTITCH_DEVICE T rounded(float value);

template <>
TSTITCH_DEVICE float rounded<float>(float value) {
  return value;
}

#ifdef __CUDACC__

TSTITCH_DEVICE float as_float(Half value) {
  float wide;
  asm("cvt.f32.f16 %0, %1;" : "=f"(wide) : "h"(value.bits));
  return wide;
}

TSTITCH_DEVICE float as_float(BFloat16 value) {
  return __uint_as_float(static_cast<unsigned>(value.bits) << 16U);
}

template <>
TSTITCH_DEVICE Half rounded<Half>(float value) {
  Half narrow;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(narrow.bits) : "f"(value));
  return narrow;
}

template <>
TSTITCH_DEVICE BFloat16 rounded<BFloat16>(float value) {
  BFloat16 narrow;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(narrow.bits) : "f"(value));
  return narrow;
}

#else

inline float as_float(Half value) {
  return static_cast<float>(c10::Half(value.bits, c10::Half::from_bits()));
}

inline float as_float(BFloat16 value) {
  return static_cast<float>(c10::BFloat16(value.bits, c10::BFloat16::from_bits()));
}

template <>
inline Half rounded<Half>(float value) {
  return {c10::Half(value).x};
}

template <>
inline BFloat16 rounded<BFloat16>(float value) {
  return {c10::BFloat16(value).x};
}

#endif

/// Neighbours that are read and written at once.
inline constexpr int kPack = 4;

template <class T>
struct alignas(kPack * sizeof(T)) Pack {
  T values[kPack];
};

template <class T>
bool is_aligned_for_packs(const T* at) {
  return reinterpret_cast<std::uintptr_t>(at) % alignof(Pack<T>) == 0;
}

/// `at` is aligned for packs; the host's build throws where it is not.
template <class T>
TSTITCH_DEVICE Pack<T> load_pack(const T* at) {
#ifdef __CUDACC__
  return *reinterpret_cast<const Pack<T>*>(at);
#else
  if (!is_aligned_for_packs(at)) throw std::logic_error("A pack is read from where none may lie.");
  Pack<T> pack;
  std::memcpy(&pack, at, sizeof(pack));
  return pack;
#endif
}

template <class T>
TSTITCH_DEVICE void store_pack(T* at, const Pack<T>& pack) {
#ifdef __CUDACC__
  // As a word: of a plain assignment nvcc may make one store an element.
  using Word = std::conditional_t<sizeof(Pack<T>) == sizeof(uint4), uint4, uint2>;
  static_assert(sizeof(Word) == sizeof(Pack<T>));
  Word word;
  memcpy(&word, &pack, sizeof(word));
  __stwb(reinterpret_cast<Word*>(at), word);
#else
  if (!is_aligned_for_packs(at)) throw std::logic_error("A pack is written to where none may lie.");
  std::memcpy(at, &pack, sizeof(pack));
#endif
}

}  // namespace tstitch::cuda
