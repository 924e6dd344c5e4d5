#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "core/weights/weight_scope.h"

namespace tstitch {

/// Group normalisation (Wu and He 2018). Takes `weight` [channels] and `bias` [channels]; statistics are fp32 in every
/// compute type.
class GroupNorm {
 public:
  GroupNorm(const WeightScope& at, std::int64_t groups, std::int64_t channels, double eps);

  /// [B, channels, ...] -> the same shape and memory format.
  at::Tensor operator()(const at::Tensor& x) const;
  /// SiLU of that, written once where the fast path is taken.
  at::Tensor then_silu(const at::Tensor& x) const;

 private:
  at::Tensor normed(const at::Tensor& x, bool silu) const;

  at::Tensor weight_;
  at::Tensor bias_;
  std::int64_t groups_;
  double eps_;
  bool fast_;
};

/// Layer normalisation over the last dimension. Takes `weight` [width] and `bias` [width]; statistics are fp32 in every
/// compute type.
class LayerNorm {
 public:
  LayerNorm(const WeightScope& at, std::int64_t width, double eps = 1e-5);

  /// [..., width] -> the same shape.
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  at::Tensor weight_;
  at::Tensor bias_;
  double eps_;
};

}  // namespace tstitch
