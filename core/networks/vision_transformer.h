#pragma once

#include <cstdint>
#include <string_view>

#include <ATen/core/Tensor.h>

#include "core/nn/attention.h"
#include "core/nn/linear.h"
#include "core/nn/norms.h"
#include "core/weights/weight_scope.h"

namespace tstitch {

/// How a family of vision transformers spells the parts of its layers.
struct VisionLayerNames {
  std::string_view attention_norm;
  std::string_view feed_forward_norm;
  std::string_view widening;
  std::string_view narrowing;
  std::string_view attention_scale = {};  ///< learned factors per channel on what is added; empty where there are none
  std::string_view feed_forward_scale = {};
};

inline constexpr VisionLayerNames kVitNames{.attention_norm = "layernorm_before",
                                            .feed_forward_norm = "layernorm_after",
                                            .widening = "intermediate.dense",
                                            .narrowing = "output.dense"};
inline constexpr VisionLayerNames kDinoNames{.attention_norm = "norm1",
                                             .feed_forward_norm = "norm2",
                                             .widening = "mlp.fc1",
                                             .narrowing = "mlp.fc2",
                                             .attention_scale = "layer_scale1.lambda1",
                                             .feed_forward_scale = "layer_scale2.lambda1"};

struct VisionLayerShape {
  std::int64_t width = 0;
  std::int64_t heads = 1;
  std::int64_t widened = 0;  ///< between the two linear layers
  double norm_eps = 1e-6;
};

/// One layer of a vision transformer (Dosovitskiy et al. 2021) as transformers' ViTLayer and Dinov2Layer have it:
/// attention and a feed-forward with exact gelu, each on a norm.
class VisionLayer {
 public:
  VisionLayer(const WeightScope& at, const VisionLayerNames& names, const VisionLayerShape& shape);

  /// [B, N, width] -> the same shape.
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  [[nodiscard]] at::Tensor attend(const at::Tensor& x) const;

  AttentionOptions attention_;
  LayerNorm attention_norm_;
  Linear query_, key_, value_, out_;
  LayerNorm feed_forward_norm_;
  Linear widening_, narrowing_;
  at::Tensor attention_scale_, feed_forward_scale_;  ///< [width], undefined where there are none
};

/// What a vision transformer's layers see: the patches' states behind the class token's, positions added.
/// `patches` [B, width, h, w], `token` [1, 1, width], `positions` [1, 1 + h*w, width] -> [B, 1 + h*w, width].
at::Tensor vision_tokens(const at::Tensor& patches, const at::Tensor& token, const at::Tensor& positions);

/// The patches' states without the class token's, as a picture: [B, 1 + h*w, width] -> [B, width, h, w].
at::Tensor patches_of(const at::Tensor& tokens, std::int64_t rows, std::int64_t columns);

}  // namespace tstitch
