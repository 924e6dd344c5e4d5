#pragma once

#include <array>
#include <cstdint>
#include <stop_token>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/nn/conv2d.h"
#include "core/weights/weight_scope.h"

namespace tstitch {

/// relu, convolution, relu, convolution, and a shortcut.
class FusionResidual {
 public:
  FusionResidual(const WeightScope& at, std::int64_t width);

  /// [B, width, h, w] -> the same shape.
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  Conv2d convolution1_, convolution2_;
};

/// Features of four resolutions, merged from coarse to fine, and the head that makes depth of them: the decoder of
/// "Vision Transformers for Dense Prediction" (Ranftl et al. 2021), which transformers' DPTForDepthEstimation and
/// DepthAnythingForDepthEstimation share up to the names of the head's layers.
class DepthDecoder {
 public:
  struct Shape {
    std::array<int, 4> in{};  ///< channels of the features
    std::int64_t width = 0;   ///< channels while they are merged
    std::int64_t head_width = 32;
    std::array<const char*, 3> head_names{};
  };

  /// Takes `neck.convs`, `neck.fusion_stage` and the head.
  DepthDecoder(const WeightScope& at, const Shape& shape);

  /// `features` [B, in[i], h_i, w_i], finest first; -> the depth [B, rows, columns] fp32, not negative, larger where it
  /// is nearer. Throws Interrupted between resolutions.
  at::Tensor operator()(const std::array<at::Tensor, 4>& features, std::int64_t rows, std::int64_t columns,
                        const std::stop_token& stop) const;

 private:
  struct Fusion {
    std::vector<FusionResidual> residual;  ///< of the feature that is merged; none at the coarsest
    FusionResidual merged;
    Conv2d projection;
  };
  static Fusion take_fusion(const WeightScope& at, std::int64_t width, bool coarsest);

  std::vector<Conv2d> convs_;    ///< finest first
  std::vector<Fusion> fusions_;  ///< coarsest first
  Conv2d head_in_, head_middle_, head_out_;
};

/// Bilinear, the corners of both grids on each other: [B, C, h, w] -> [B, C, rows, columns].
at::Tensor stretched(const at::Tensor& x, std::int64_t rows, std::int64_t columns);

}  // namespace tstitch
