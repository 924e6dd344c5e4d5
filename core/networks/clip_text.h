#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/formats/model_config.h"
#include "core/nn/embedding.h"
#include "core/nn/layer_norm.h"
#include "core/nn/linear.h"
#include "core/weights/weight_scope.h"

namespace tstitch {

/// One pre-norm transformer layer with causal self-attention.
class ClipTextLayer {
 public:
  ClipTextLayer(const WeightScope& at, const ClipTextConfig& config);

  /// [B, T, hidden] -> the same shape.
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  std::int64_t heads_;
  TextActivation activation_;
  LayerNorm layer_norm1_;
  Linear q_proj_, k_proj_, v_proj_, out_proj_;
  LayerNorm layer_norm2_;
  Linear fc1_, fc2_;
};

/// transformers' CLIPTextModel and CLIPTextModelWithProjection; names with and without the `text_model.` prefix.
class ClipTextModel {
 public:
  ClipTextModel(const WeightScope& at, const ClipTextConfig& config);

  struct Output {
    at::Tensor last_hidden_state;  ///< [B, T, hidden] after the final norm
    at::Tensor penultimate;        ///< [B, T, hidden] before the last layer, no norm (hidden_states[-2])
    at::Tensor pooled;             ///< [B, projection] or, without projection, [B, hidden]: the state at the end token
  };

  /// `ids` [B, T] int64 with T <= max_positions; all outputs fp32. Throws Interrupted between layers.
  Output operator()(const at::Tensor& ids, const std::stop_token& stop) const;

 private:
  Embedding token_embedding_, position_embedding_;
  std::vector<ClipTextLayer> layers_;
  LayerNorm final_layer_norm_;
  std::optional<int> eos_token_id_;
  std::optional<Linear> text_projection_;
};

}  // namespace tstitch
