#pragma once

#include <ATen/core/Tensor.h>

namespace tstitch::detail {

/// The weight itself, fp32, or in fp16 where that changes none of its numbers, as with most files: half the memory, and
/// the same results. For processors with wide vectors.
at::Tensor as_fp16(const at::Tensor& weight);

/// A weight [out, ...] of n columns a row, fp32, fp16 or bf16, as [out / kPanel, n, kPanel], so that kPanel results are
/// computed side by side (vector_kernels.h); `out` is a multiple of it.
at::Tensor in_panels(const at::Tensor& weight);

}  // namespace tstitch::detail
