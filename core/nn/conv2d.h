#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <ATen/core/Tensor.h>

#include "core/nn/linear.h"
#include "core/weights/weight_scope.h"

namespace tstitch {

struct Conv2dShape {
  std::int64_t in = 0;
  std::int64_t out = 0;
  std::int64_t kernel = 3;
  std::int64_t stride = 1;
  std::int64_t padding = 1;
  Bias bias = Bias::Learned;
};

/// 2-D convolution with a square kernel and zero padding. Takes `weight` [out, in, k, k] and `bias` [out].
class Conv2d {
 public:
  Conv2d(const WeightScope& at, const Conv2dShape& shape);

  /// [B, in, h, w] -> [B, out, h', w']; `x` has the layer's type. Channels last on the fast path, else as `x`.
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  [[nodiscard]] at::Tensor convolution(const at::Tensor& x, detail::ConvolutionStride shape) const;
  [[nodiscard]] at::Tensor product(const at::Tensor& x, detail::ConvolutionStride shape) const;
  /// Of the result, on a side of that many of `x`.
  [[nodiscard]] std::int64_t places(std::int64_t side) const;
  [[nodiscard]] at::Tensor sample(const at::Tensor& x, double row_work) const;
  [[nodiscard]] at::Tensor band(const at::Tensor& x, std::int64_t first, std::int64_t rows) const;

  at::Tensor weight_;
  bool winograd_;                                ///< `weight_` is that of `winograd_convolution`
  std::shared_ptr<detail::SizedPacking> sized_;  ///< where the packed weight depends on the picture's size
  std::optional<at::Tensor> bias_;
  std::int64_t kernel_;
  double place_work_;  ///< multiply-adds
  detail::ConvolutionStride shape_;
  detail::LowRankTerms terms_;
};

}  // namespace tstitch
