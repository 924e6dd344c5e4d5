#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "core/weights/weight_scope.h"

namespace tstitch {

enum class AttentionMask { None, Causal };
/// Upcast: scores and weighted sum in fp32 (`upcast_attention`), for networks whose scores leave fp16's range.
enum class AttentionPrecision { Compute, Upcast };

struct AttentionOptions {
  std::int64_t heads = 1;
  AttentionMask mask = AttentionMask::None;
  AttentionPrecision precision = AttentionPrecision::Compute;
  FastPaths fast_paths = FastPaths::On;
};

/// Multi-head attention, softmax(q k^T / sqrt(width / heads)) v, by our kernels (floats on a processor with wide
/// vectors, bfloat16 where it has AVX512-BF16, no mask) or LibTorch's fused one: scores are never in memory as a whole,
/// softmax is fp32 in every compute type. `q` [B, N, width], `k` and `v` [B, M, width] -> [B, N, width].
at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const AttentionOptions& options);

namespace detail {

/// Whether `tiled_attention` takes such heads: floats on a CPU with wide vectors, whose numbers lie side by side, and
/// enough queries to fill its panels.
bool may_tile_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v);

/// softmax(q k^T / sqrt(d)) v of each head into `result` [B, heads, N, d], block by block of keys with a running
/// maximum (Dao et al. 2022). Scores lie transposed, a query in each lane of a vector, so keys and values are read
/// where they are and no sum runs across a vector. `q` [B, heads, N, d], `k` and `v` [B, heads, M, d]. A query's result
/// depends neither on the others nor on the number of threads.
void tiled_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& result);

/// Likewise for bfloat16, whose products are summed in floats: heads of even width on a CPU with AVX512-BF16.
bool may_attend_in_bf16(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v);

/// As tiled_attention(). Weights are rounded to bfloat16 and summed as they are rounded, so that they add up to one.
void bf16_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& result);

}  // namespace detail

}  // namespace tstitch
