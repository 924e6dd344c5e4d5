#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace tstitch::detail {

/// What `channels_last_norm` takes: floats or bfloat16 on a CPU, [B, C, h, w] with the channels last.
bool is_channels_last_on_cpu(const at::Tensor& x);

/// What is computed of a normalised value before it is written; SiLU (Elfwing et al. 2018) is x / (1 + exp(-x)).
enum class AfterNorm { Nothing, Silu };

/// Group normalisation (Wu and He 2018) of such an `x`; `weight` and `bias` [C] are floats, C a
/// multiple of `groups`; all is computed in floats and rounded once. Deviations
/// are summed about the mean of their own piece and pieces are joined in doubles (Chan, Golub and LeVeque 1979), so a
/// mean far above the deviation costs no more digits than LibTorch's kernel for contiguous tensors, to a factor of two.
/// The same on any number of threads.
at::Tensor channels_last_norm(const at::Tensor& x, std::int64_t groups, const at::Tensor& weight,
                              const at::Tensor& bias, double eps, AfterNorm after = AfterNorm::Nothing);

}  // namespace tstitch::detail
