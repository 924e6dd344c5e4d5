#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "core/weights/weight_scope.h"

namespace tstitch {

/// Latent diffusion's ClassEmbedder: a class is a context of one token. Takes `embedding.weight` [classes, width].
/// There is no null class.
class ClassEmbedder {
 public:
  ClassEmbedder(const WeightScope& at, std::int64_t classes, std::int64_t width);

  /// `labels` [B] int64 in 0..classes-1 -> [B, 1, width] fp32.
  at::Tensor operator()(const at::Tensor& labels) const;
  /// The mean of all classes, [1, 1, width] fp32: a stand-in for the null class that is the same in every run.
  [[nodiscard]] at::Tensor mean() const;

  [[nodiscard]] std::int64_t classes() const { return table_.size(0); }
  [[nodiscard]] at::Device device() const { return table_.device(); }
  [[nodiscard]] std::int64_t width() const { return table_.size(1); }

 private:
  at::Tensor table_;
};

}  // namespace tstitch
