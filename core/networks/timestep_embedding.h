#pragma once

#include <cstdint>
#include <optional>

#include <ATen/core/Tensor.h>

#include "core/nn/linear.h"
#include "core/weights/weight_scope.h"

namespace tstitch {

/// linear_1, silu, linear_2; with `condition_width`, cond_proj of a second embedding is added before linear_1. In fp32
/// whatever the compute type is: every resnet depends on it, and it costs nothing.
class TimestepEmbedding {
 public:
  TimestepEmbedding(const WeightScope& at, std::int64_t in, std::int64_t width,
                    std::optional<std::int64_t> condition_width = std::nullopt);

  /// `x` [B, in] and, where there is a cond_proj, `condition` [B, condition_width] (undefined: nothing added), all fp32
  /// -> [B, width].
  at::Tensor operator()(const at::Tensor& x, const at::Tensor& condition = {}) const;

 private:
  std::optional<Linear> cond_proj_;
  Linear linear_1_, linear_2_;
};

}  // namespace tstitch
