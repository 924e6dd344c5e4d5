#include "core/networks/vision_transformer.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/gelu.h>

#include "core/base/check.h"

namespace tstitch {
namespace {

at::Tensor take_scale(const WeightScope& at, std::string_view name, std::int64_t width) {
  return name.empty() ? at::Tensor() : at.take(name, {width});
}

at::Tensor scaled(const at::Tensor& x, const at::Tensor& scale) {
  return scale.defined() ? x * scale : x;
}

}  // namespace

VisionLayer::VisionLayer(const WeightScope& at, const VisionLayerNames& names, const VisionLayerShape& shape)
    : attention_{.heads = shape.heads, .fast_paths = at.options().fast_paths},
      attention_norm_(at / names.attention_norm, shape.width, shape.norm_eps),
      query_(at / "attention.attention.query", shape.width, shape.width),
      key_(at / "attention.attention.key", shape.width, shape.width),
      value_(at / "attention.attention.value", shape.width, shape.width),
      out_(at / "attention.output.dense", shape.width, shape.width),
      feed_forward_norm_(at / names.feed_forward_norm, shape.width, shape.norm_eps),
      widening_(at / names.widening, shape.width, shape.widened),
      narrowing_(at / names.narrowing, shape.widened, shape.width),
      attention_scale_(take_scale(at, names.attention_scale, shape.width)),
      feed_forward_scale_(take_scale(at, names.feed_forward_scale, shape.width)) {}

at::Tensor VisionLayer::operator()(const at::Tensor& x) const {
  const at::Tensor h = scaled(attend(attention_norm_(x)), attention_scale_) + x;
  return scaled(narrowing_(at::gelu(widening_(feed_forward_norm_(h)))), feed_forward_scale_) + h;
}

at::Tensor VisionLayer::attend(const at::Tensor& x) const {
  return out_(attention(query_(x), key_(x), value_(x), attention_));
}

at::Tensor vision_tokens(const at::Tensor& patches, const at::Tensor& token, const at::Tensor& positions) {
  const at::Tensor rows = patches.flatten(2).transpose(1, 2);  // [B, h*w, width]
  return at::cat({token.expand({rows.size(0), -1, -1}), rows}, 1) + positions;
}

at::Tensor patches_of(const at::Tensor& tokens, std::int64_t rows, std::int64_t columns) {
  TSTITCH_CHECK(tokens.size(1) == 1 + rows * columns, tokens.size(1), " tokens for ", rows, "x", columns);
  return tokens.narrow(1, 1, rows * columns).transpose(1, 2).unflatten(2, {rows, columns});
}

}  // namespace tstitch
