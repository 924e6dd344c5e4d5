#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/configs/model_config.h"
#include "core/nn/embedding.h"
#include "core/nn/linear.h"
#include "core/nn/norms.h"
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

  /// Which hidden state is wanted: 1 = after the last layer, 2 = before it, ..., layers + 1 = what enters the first.
  struct Hidden {
    int from_end = 2;
    bool final_norm = false;
  };
  struct Output {
    at::Tensor last_hidden_state;  ///< [B, T, hidden] after the final norm
    at::Tensor hidden;             ///< [B, T, hidden], the one that was wanted
    at::Tensor pooled;             ///< [B, projection] or, without projection, [B, hidden]: the state at the end token
  };
  /// A vector [hidden] in the place of a token's, in every row.
  struct Placed {
    std::int64_t position;
    at::Tensor vector;
  };

  /// `ids` [B, T] int64 with T <= max_positions; all outputs fp32. Ids beyond the vocabulary need a vector in their
  /// place; where the end token is the largest id, which is how transformers reads the published configs, they are it.
  /// Throws Interrupted between layers.
  Output operator()(const at::Tensor& ids, const std::stop_token& stop, const Hidden& hidden,
                    const std::vector<Placed>& placed = {}) const;
  Output operator()(const at::Tensor& ids, const std::stop_token& stop) const { return (*this)(ids, stop, Hidden{}); }

  [[nodiscard]] int layers() const { return static_cast<int>(layers_.size()); }
  [[nodiscard]] std::int64_t width() const { return width_; }

 private:
  Embedding token_embedding_, position_embedding_;
  std::vector<ClipTextLayer> layers_;
  LayerNorm final_layer_norm_;
  std::optional<int> eos_token_id_;
  std::optional<Linear> text_projection_;
  std::int64_t vocabulary_, width_;
};

}  // namespace tstitch
