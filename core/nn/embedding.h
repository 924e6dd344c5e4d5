#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "core/weights/weight_scope.h"

namespace tstitch {

/// A table of vectors. Takes `weight` [rows, width].
class Embedding {
 public:
  Embedding(const WeightScope& at, std::int64_t rows, std::int64_t width);

  /// int64 ids [...] in 0..rows-1 -> [..., width].
  at::Tensor operator()(const at::Tensor& ids) const;
  /// The first `count` rows, [count, width].
  [[nodiscard]] at::Tensor first(std::int64_t count) const;

 private:
  at::Tensor weight_;
};

enum class SinusoidOrder { SinFirst, CosFirst };

/// Sinusoids of a number (Vaswani et al. 2017, as diffusion models use them): half of the entries are sin, half cos of
/// value * 10000^(-k / (width/2 - freq_shift)). `values` [N] -> [N, width], fp32 on the device of `values`.
at::Tensor sinusoidal_embedding(const at::Tensor& values, std::int64_t width, SinusoidOrder order,
                                double freq_shift = 0.0);

}  // namespace tstitch
