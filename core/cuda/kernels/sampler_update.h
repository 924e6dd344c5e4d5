#pragma once

#include <cstdint>

#include "core/cuda/kernels/elements.h"
#include "core/cuda/kernels/grid.h"

namespace tstitch::cuda {

/// One step's arithmetic on latents in one pass: a weighted sum of up to four tensors (the latent, what a multistep
/// rule remembers, fresh noise) and of what the network predicts, guided where there are two predictions.
template <class T>
struct SamplerUpdate {
  static constexpr int kMostThreads = 256;
  static constexpr int kMostTerms = 4;
  using Shared = Nothing;

  const float* terms[kMostTerms];
  float factors[kMostTerms];
  int count;               ///< of terms, none to kMostTerms
  const T* conditional;    ///< null: no prediction
  const T* unconditional;  ///< null: no guidance
  float guidance;
  float factor;  ///< of the prediction
  float* y;      ///< may be one of the terms
  std::int64_t size;

  template <class Block>
  TSTITCH_DEVICE void operator()(const Block& block, Shared&) const {
    const std::int64_t i = block.column() * block.threads() + block.thread();
    if (i >= size) return;
    float sum = conditional == nullptr ? 0.0F : factor * prediction(i);
    for (int term = 0; term < kMostTerms; ++term) {
      if (term < count) sum += factors[term] * terms[term][i];
    }
    y[i] = sum;
  }

  [[nodiscard]] TSTITCH_DEVICE float prediction(std::int64_t i) const {
    const float with = as_float(conditional[i]);
    if (unconditional == nullptr) return with;
    const float without = as_float(unconditional[i]);
    return without + guidance * (with - without);
  }
};

template <class Launcher, class T>
void sampler_update(const Launcher& launcher, const SamplerUpdate<T>& kernel) {
  constexpr int kThreads = SamplerUpdate<T>::kMostThreads;
  launcher.run(Grid{divided_up(kernel.size, kThreads)}, kThreads, kernel);
}

}  // namespace tstitch::cuda
