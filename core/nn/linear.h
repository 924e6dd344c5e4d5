#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/nn/prepacking.h"
#include "core/weights/weight_scope.h"

namespace tstitch {
namespace detail {

/// The terms that a layer adds to its own product (LoRA at run time); mostly none.
class LowRankTerms {
 public:
  /// Takes the terms of `weight` in the type in which the layer computes.
  LowRankTerms(const WeightScope& at, at::ScalarType type);

  /// `y` [..., out] of a linear layer, plus the terms' share for `x` [..., in].
  [[nodiscard]] at::Tensor linear(const at::Tensor& y, const at::Tensor& x) const;
  /// `y` [B, out, h', w'] of a convolution of that shape, plus the terms' share for `x` [B, in, h, w].
  [[nodiscard]] at::Tensor convolution(const at::Tensor& y, const at::Tensor& x, ConvolutionStride shape) const;

 private:
  std::vector<LowRankTerm> terms_;
};

}  // namespace detail

enum class Bias { None, Learned };
/// Compute: the network's compute type. Full: fp32 whatever the compute type is (time embeddings).
enum class LayerPrecision { Compute, Full };

/// y = x W^T + b. Takes `weight` [out, in] and, unless Bias::None, `bias` [out].
class Linear {
 public:
  Linear(const WeightScope& at, std::int64_t in, std::int64_t out, Bias bias = Bias::Learned,
         LayerPrecision precision = LayerPrecision::Compute);

  /// A 1x1 convolution's tensors (`weight` [out, in, 1, 1]) as the linear layer over channels that it is.
  static Linear from_pointwise_convolution(const WeightScope& at, std::int64_t in, std::int64_t out);

  /// [..., in] -> [..., out]; `x` has the layer's type.
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  Linear(const WeightScope& at, at::Tensor weight, std::optional<at::Tensor> bias);

  [[nodiscard]] at::Tensor product(const at::Tensor& x) const;

  at::Tensor weight_;
  std::optional<at::Tensor> bias_;
  detail::LowRankTerms terms_;
};

}  // namespace tstitch
