#pragma once

#include "core/cuda/kernels/grid.h"

namespace tstitch::cuda {

/// Of some values: how many, their mean, and the sum of squares of what they deviate by (Welford 1962; the merging is
/// that of Chan, Golub and LeVeque 1979). A large mean costs no digits of the deviation.
struct Moments {
  float count;
  float mean;
  float squares;

  TSTITCH_DEVICE void add(float value) {
    count += 1.0F;
    const float off = value - mean;
    mean += off / count;
    squares += off * (value - mean);
  }

  TSTITCH_DEVICE void merge(const Moments& other) {
    const float all = count + other.count;
    if (all == 0.0F) return;
    const float off = other.mean - mean;
    const float share = other.count / all;
    mean += off * share;
    squares += other.squares + off * off * count * share;
    count = all;
  }

  [[nodiscard]] TSTITCH_DEVICE float variance() const { return squares / count; }
};

/// The moments of all threads of a block, the same for each. `slots` has one place a thread; `own` may be of no value.
template <class Block>
TSTITCH_DEVICE Moments merged(const Block& block, Moments* slots, const Moments& own) {
  slots[block.thread()] = own;
  block.barrier();
  for (int left = block.threads(); left > 1;) {
    const int half = (left + 1) / 2;
    if (block.thread() + half < left) slots[block.thread()].merge(slots[block.thread() + half]);
    block.barrier();
    left = half;
  }
  return slots[0];
}

}  // namespace tstitch::cuda
