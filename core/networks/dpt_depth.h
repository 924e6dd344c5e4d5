#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/configs/depth_config.h"
#include "core/networks/bit_backbone.h"
#include "core/networks/depth_decoder.h"
#include "core/networks/depth_network.h"
#include "core/networks/vision_transformer.h"

namespace tstitch {

/// DPT-hybrid (Ranftl et al. 2021): a convolutional backbone, a vision transformer over its last stage, and a decoder
/// that merges two stages of the one and two layers of the other. Names of transformers' DPTForDepthEstimation.
class DptDepth final : public DepthNetwork {
 public:
  /// Takes every tensor that the depth depends on and passes over the two groups of the published file that it does
  /// not: `dpt.layernorm` and the coarsest resolution's `residual_layer1`.
  DptDepth(const WeightScope& at, const DptConfig& config);

  /// `picture` [B, 3, image_size, image_size].
  at::Tensor operator()(const at::Tensor& picture, const std::stop_token& stop) const override;

 private:
  /// A layer's states as a feature of the decoder: the class token is projected into the patches' states.
  struct Readout {
    Linear project;
    Conv2d projection;
    at::Tensor operator()(const at::Tensor& tokens, std::int64_t side) const;
  };
  static Readout take_readout(const WeightScope& at, const DptConfig& config, int level);

  DptConfig config_;
  at::ScalarType type_;
  BitBackbone backbone_;
  Conv2d projection_;
  at::Tensor class_token_, positions_;
  std::vector<VisionLayer> layers_;
  std::array<Readout, 2> readouts_;
  Conv2d coarsest_;  ///< halves the last tap's resolution
  DepthDecoder decoder_;
};

}  // namespace tstitch
