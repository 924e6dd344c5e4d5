#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace tstitch {

enum class AttentionMask { None, Causal };
/// Upcast: scores and weighted sum in fp32 (`upcast_attention`), for networks whose scores leave fp16's range.
enum class AttentionPrecision { Compute, Upcast };

struct AttentionOptions {
  std::int64_t heads = 1;
  AttentionMask mask = AttentionMask::None;
  AttentionPrecision precision = AttentionPrecision::Compute;
};

/// Multi-head attention, softmax(q k^T / sqrt(width / heads)) v, by LibTorch's fused kernel: scores are never in memory
/// as a whole, softmax is fp32 in every compute type.
/// `q` [B, N, width], `k` and `v` [B, M, width] -> [B, N, width].
at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const AttentionOptions& options);

}  // namespace tstitch
