#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/configs/depth_config.h"
#include "core/networks/depth_decoder.h"
#include "core/networks/depth_network.h"
#include "core/networks/vision_transformer.h"

namespace tstitch {

/// Depth Anything (Yang et al. 2024, versions 1 and 2): DINOv2's vision transformer, four of its layers decoded. Names
/// of the published files of transformers' DepthAnythingForDepthEstimation.
class DepthAnything final : public DepthNetwork {
 public:
  /// Takes every tensor that the depth depends on. The published files also have the coarsest resolution's
  /// `residual_layer1`, which is passed over, and `backbone.embeddings.mask_token`, which the caller does.
  DepthAnything(const WeightScope& at, const DepthAnythingConfig& config);

  /// `picture` [B, 3, H, W], sides multiples of patch_size.
  at::Tensor operator()(const at::Tensor& picture, const std::stop_token& stop) const override;

 private:
  [[nodiscard]] at::Tensor positions(std::int64_t rows, std::int64_t columns) const;
  /// The normed states at tap `i` as the decoder's feature `i`: four times, twice, once and half the patches' grid.
  [[nodiscard]] at::Tensor feature(std::size_t i, const at::Tensor& tokens, std::int64_t rows,
                                   std::int64_t columns) const;

  DepthAnythingConfig config_;
  at::ScalarType type_;
  Conv2d patches_;
  at::Tensor class_token_, positions_;  ///< [1, 1, width], [1, 1 + n*n, width]
  std::vector<VisionLayer> layers_;
  LayerNorm norm_;
  std::vector<Conv2d> projections_;
  struct Growth {
    at::Tensor weight, bias;  ///< of a transposed convolution, [C, C, k, k] with stride k, and [C]
  };
  std::array<Growth, 2> growths_;
  Conv2d coarsest_;
  DepthDecoder decoder_;
};

}  // namespace tstitch
