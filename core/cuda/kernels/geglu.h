#pragma once

#include <algorithm>
#include <cstdint>

#include <math.h>

#include "core/cuda/kernels/elements.h"
#include "core/cuda/kernels/grid.h"

namespace tstitch::cuda {

/// value * gelu(gate) with the exact gelu, of rows that hold all values, then all gates.
template <class T>
struct Geglu {
  static constexpr int kMostThreads = 512;
  using Shared = Nothing;

  const T* x;  ///< [rows, 2 * width]
  T* y;        ///< [rows, width], dense
  std::int64_t rows;
  int width;
  std::int64_t row_stride;  ///< of x, in elements
  bool in_packs;

  template <class Block>
  TSTITCH_DEVICE void operator()(const Block& block, Shared&) const {
    for (std::int64_t row = block.column(); row < rows; row += block.columns()) {
      const T* from = x + row * row_stride;
      T* to = y + row * width;
      if (in_packs) {
        for (int i = block.thread() * kPack; i < width; i += block.threads() * kPack) {
          Pack<T> pack = load_pack(from + i);
          const Pack<T> gates = load_pack(from + width + i);
          for (int k = 0; k < kPack; ++k) pack.values[k] = gated(pack.values[k], gates.values[k]);
          store_pack(to + i, pack);
        }
      } else {
        for (int i = block.thread(); i < width; i += block.threads()) to[i] = gated(from[i], from[width + i]);
      }
    }
  }

  static TSTITCH_DEVICE T gated(T value, T gate) {
    constexpr float kHalfRoot = 0.70710678F;
    const float wide = as_float(gate);
    return rounded<T>(as_float(value) * 0.5F * wide * (1.0F + erff(wide * kHalfRoot)));
  }
};

template <class Launcher, class T>
void geglu(const Launcher& launcher, Geglu<T> kernel) {
  constexpr std::int64_t kWarp = 32;
  constexpr std::int64_t kMostBlocks = 1 << 16;
  kernel.in_packs = kernel.width % kPack == 0 && kernel.row_stride % kPack == 0 && is_aligned_for_packs(kernel.x) &&
                    is_aligned_for_packs(kernel.y);
  const std::int64_t lanes = kernel.in_packs ? kernel.width / kPack : kernel.width;
  const std::int64_t rounds = divided_up(lanes, Geglu<T>::kMostThreads);
  const auto threads = static_cast<int>(divided_up(divided_up(lanes, rounds), kWarp) * kWarp);
  launcher.run(Grid{std::min(kernel.rows, kMostBlocks)}, threads, kernel);
}

}  // namespace tstitch::cuda
