#include "core/nn/attention.h"

#include <ATen/ops/scaled_dot_product_attention.h>

#include "core/base/check.h"

namespace tstitch {
namespace {

/// [B, N, heads * d] -> [B, heads, N, d], a view. Four dimensions and no mask tensor: anything else silently leaves the
/// fused kernel, which is four times as slow at 4096 tokens and holds all scores.
at::Tensor split_heads(const at::Tensor& x, std::int64_t heads) {
  return x.unflatten(-1, {heads, x.size(-1) / heads}).transpose(1, 2);
}

}  // namespace

at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const AttentionOptions& options) {
  TSTITCH_CHECK(q.dim() == 3 && q.size(-1) % options.heads == 0, "width ", q.size(-1), ", heads ", options.heads);
  const at::ScalarType type = options.precision == AttentionPrecision::Upcast ? at::kFloat : q.scalar_type();
  const at::Tensor mixed =
      at::scaled_dot_product_attention(split_heads(q.to(type), options.heads), split_heads(k.to(type), options.heads),
                                       split_heads(v.to(type), options.heads), /*attn_mask=*/{}, /*dropout_p=*/0.0,
                                       /*is_causal=*/options.mask == AttentionMask::Causal);
  return mixed.transpose(1, 2).flatten(2).to(q.scalar_type());
}

}  // namespace tstitch
