#include "core/nn/attention.h"

#include <algorithm>
#include <functional>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/scaled_dot_product_attention.h>

#include "core/base/check.h"
#include "core/base/stop_scope.h"
#include "core/nn/pieces.h"

namespace tstitch {
namespace {

/// [B, N, heads * d] -> [B, heads, N, d], a view. Four dimensions and no mask tensor: anything else silently leaves the
/// fused kernel, which is four times as slow at 4096 tokens and holds all scores.
at::Tensor split_heads(const at::Tensor& x, std::int64_t heads) {
  return x.unflatten(-1, {heads, x.size(-1) / heads}).transpose(1, 2);
}

at::Tensor fused(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, AttentionMask mask) {
  return at::scaled_dot_product_attention(q, k, v, /*attn_mask=*/{}, /*dropout_p=*/0.0,
                                          /*is_causal=*/mask == AttentionMask::Causal);
}

/// The fused kernel takes blocks of 256 queries from this many on.
constexpr std::int64_t kQueryBlock = 256;
constexpr std::int64_t kLeastBlocks = 3;

/// How many heads and queries one call takes, so that it stays below `most` multiply-adds and every thread has a block.
struct AttentionPiece {
  std::int64_t heads, queries;

  /// `query_work`: of one query of one head.
  AttentionPiece(const at::Tensor& q, double query_work, double most) {
    const std::int64_t threads = at::get_num_threads();
    const std::int64_t least = (kLeastBlocks + threads - 1) / threads * threads * kQueryBlock;
    const std::int64_t few = std::min(q.size(2), least);
    heads = std::clamp<std::int64_t>(static_cast<std::int64_t>(most / (query_work * static_cast<double>(few))), 1,
                                     q.size(1));
    const auto fitting = static_cast<std::int64_t>(most / (query_work * static_cast<double>(heads)));
    constexpr std::int64_t kLeastQueries = 64;
    queries = fitting >= least / 2 ? std::max(least, fitting / kQueryBlock * kQueryBlock)
                                   : std::max(kLeastQueries, fitting / kLeastQueries * kLeastQueries);
  }
};

/// Of one call: whole heads [B, heads, N, d] in, results written in their place.
using Mixing =
    std::function<void(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& result)>;

at::Tensor empty_result(const at::Tensor& q, const at::Tensor& v) {
  return at::empty({q.size(0), q.size(2), q.size(1), v.size(3)}, q.options()).transpose(1, 2);
}

/// Samples, heads and queries see nothing of each other. `q`, `k`, `v` [B, heads, N, d]
at::Tensor in_attention_pieces(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, double most,
                               const Mixing& mix) {
  const AttentionPiece piece(q, 2.0 * static_cast<double>(k.size(2) * q.size(3)), most);
  at::Tensor result = empty_result(q, v);
  for (std::int64_t sample = 0; sample < q.size(0); ++sample) {
    detail::in_pieces(q.size(1), piece.heads, [&](std::int64_t head, std::int64_t heads) {
      const auto some = [&](const at::Tensor& x) { return x.narrow(0, sample, 1).narrow(1, head, heads); };
      detail::in_pieces(q.size(2), piece.queries, [&](std::int64_t first, std::int64_t count) {
        mix(some(q).narrow(2, first, count), some(k), some(v), some(result).narrow(2, first, count));
      });
    });
  }
  return result;
}

/// Ours for such heads; null where there is none.
Mixing own_kernel(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const AttentionOptions& options) {
  if (options.fast_paths != FastPaths::On || options.mask == AttentionMask::Causal) return {};
  if (detail::may_tile_attention(q, k, v)) return detail::tiled_attention;
  if (detail::may_attend_in_bf16(q, k, v)) return detail::bf16_attention;
  return {};
}

at::Tensor mixed(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const AttentionOptions& options) {
  StopScope::point();
  const bool causal = options.mask == AttentionMask::Causal;
  const Mixing own = own_kernel(q, k, v, options);
  const double most = detail::most_work(q);
  const bool whole = causal || 2.0 * static_cast<double>(q.numel()) * static_cast<double>(k.size(2)) <= most;
  if (own && whole) {
    at::Tensor result = empty_result(q, v);
    own(q, k, v, result);
    return result;
  }
  if (own) return in_attention_pieces(q, k, v, most, own);
  if (whole) return fused(q, k, v, options.mask);
  return in_attention_pieces(q, k, v, most,
                             [](const auto& some_q, const auto& some_k, const auto& some_v, const auto& result) {
                               result.copy_(fused(some_q, some_k, some_v, AttentionMask::None));
                             });
}

}  // namespace

at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const AttentionOptions& options) {
  TSTITCH_CHECK(q.dim() == 3 && q.size(-1) % options.heads == 0, "width ", q.size(-1), ", heads ", options.heads);
  const at::ScalarType type = options.precision == AttentionPrecision::Upcast ? at::kFloat : q.scalar_type();
  const auto parted = [&](const at::Tensor& x) { return split_heads(x.to(type), options.heads); };
  return mixed(parted(q), parted(k), parted(v), options).transpose(1, 2).flatten(2).to(q.scalar_type());
}

}  // namespace tstitch
