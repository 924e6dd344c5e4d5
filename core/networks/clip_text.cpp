#include "core/networks/clip_text.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/sigmoid.h>

#include "core/base/check.h"
#include "core/base/stop.h"
#include "core/nn/attention.h"

namespace tstitch {
namespace {

WeightScope without_prefix(const WeightScope& at) {
  const WeightScope prefixed = at / "text_model";
  return (prefixed / "final_layer_norm").has("weight") ? prefixed : at;
}

at::Tensor activate(const at::Tensor& x, TextActivation activation) {
  if (activation == TextActivation::Gelu) return at::gelu(x);
  return at::sigmoid(x * 1.702).mul_(x);
}

/// `states` [B, T, hidden] at the first end token of each row of ids, [B, hidden]; without an id of it at the largest.
at::Tensor at_end_token(const at::Tensor& states, const at::Tensor& ids, const std::optional<int>& end) {
  const at::Tensor position =
      at::argmax(end ? (ids == *end).to(at::kInt) : ids, 1).view({-1, 1, 1}).expand({-1, 1, states.size(2)});
  return states.gather(1, position).squeeze(1);
}

}  // namespace

ClipTextLayer::ClipTextLayer(const WeightScope& at, const ClipTextConfig& config)
    : heads_(config.heads),
      activation_(config.activation),
      layer_norm1_(at / "layer_norm1", config.hidden_size, config.layer_norm_eps),
      q_proj_(at / "self_attn" / "q_proj", config.hidden_size, config.hidden_size),
      k_proj_(at / "self_attn" / "k_proj", config.hidden_size, config.hidden_size),
      v_proj_(at / "self_attn" / "v_proj", config.hidden_size, config.hidden_size),
      out_proj_(at / "self_attn" / "out_proj", config.hidden_size, config.hidden_size),
      layer_norm2_(at / "layer_norm2", config.hidden_size, config.layer_norm_eps),
      fc1_(at / "mlp" / "fc1", config.hidden_size, config.intermediate_size),
      fc2_(at / "mlp" / "fc2", config.intermediate_size, config.hidden_size) {}

at::Tensor ClipTextLayer::operator()(const at::Tensor& x) const {
  const at::Tensor normed = layer_norm1_(x);
  const at::Tensor mixed =
      attention(q_proj_(normed), k_proj_(normed), v_proj_(normed), {.heads = heads_, .mask = AttentionMask::Causal});
  const at::Tensor h = out_proj_(mixed).add_(x);
  return fc2_(activate(fc1_(layer_norm2_(h)), activation_)).add_(h);
}

ClipTextModel::ClipTextModel(const WeightScope& at, const ClipTextConfig& config)
    : token_embedding_(without_prefix(at) / "embeddings" / "token_embedding", config.vocab_size, config.hidden_size),
      position_embedding_(without_prefix(at) / "embeddings" / "position_embedding", config.max_positions,
                          config.hidden_size),
      final_layer_norm_(without_prefix(at) / "final_layer_norm", config.hidden_size, config.layer_norm_eps),
      eos_token_id_(config.eos_token_id),
      vocabulary_(config.vocab_size),
      width_(config.hidden_size) {
  // What a file of the class with a projection, or of a whole CLIP, has besides.
  for (const char* part : {"vision_model", "visual_projection"}) at.skip(part);
  if (!config.with_projection) at.skip("text_projection");
  const WeightScope layers = without_prefix(at) / "encoder" / "layers";
  for (int i = 0; i < config.layers; ++i) layers_.emplace_back(layers / i, config);
  if (config.with_projection) {
    text_projection_.emplace(at / "text_projection", config.hidden_size, config.projection_dim, Bias::None);
  }
}

ClipTextModel::Output ClipTextModel::operator()(const at::Tensor& ids, const std::stop_token& stop,
                                                const Hidden& wanted, const std::vector<Placed>& placed) const {
  TSTITCH_CHECK(wanted.from_end >= 1 && wanted.from_end <= layers() + 1, wanted.from_end);
  const at::Tensor known = placed.empty() ? ids : ids.masked_fill(ids >= vocabulary_, 0);
  at::Tensor h = token_embedding_(known);
  for (const Placed& each : placed) h.select(1, each.position).copy_(each.vector);
  h = h + position_embedding_.first(ids.size(1));
  std::size_t left = layers_.size();
  at::Tensor hidden = h;
  for (const ClipTextLayer& layer : layers_) {
    stop_point(stop);
    if (static_cast<int>(left--) >= wanted.from_end - 1) hidden = h;
    h = layer(h);
  }
  if (wanted.from_end == 1) hidden = h;
  const at::Tensor last = final_layer_norm_(h);
  const at::Tensor end = at_end_token(last, ids, eos_token_id_);
  const at::Tensor pooled = text_projection_ ? (*text_projection_)(end) : end;
  if (wanted.final_norm) hidden = wanted.from_end == 1 ? last : final_layer_norm_(hidden);
  return {last.to(at::kFloat), hidden.to(at::kFloat), pooled.to(at::kFloat)};
}

}  // namespace tstitch
