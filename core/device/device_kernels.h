#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <ATen/core/Tensor.h>

struct TstitchKernels;

namespace tstitch {

/// Kernels of our own for tensors on a device: those of libtstitch_cuda.so, on CUDA. What they do not take (another
/// device, shape, layout or type, or nothing was offered) comes back empty, and LibTorch's own does it. They queue
/// their work where LibTorch would, on the current stream of the tensor's device.

/// For all tensors of that kind of device from now on; null takes them back. `kernels` is not copied.
void offer_device_kernels(c10::DeviceType device, const TstitchKernels* kernels);

/// Whether some were offered for where `x` lies; never on a plain CPU.
bool has_device_kernels(const at::Tensor& x);

enum class WithSilu { No, Yes };

/// Group normalisation of `x` [B, C, h, w], channels last, to the same layout; LibTorch's on CUDA comes back channels
/// first. `weight` and `bias` [C] are of the type of `x`.
std::optional<at::Tensor> device_group_norm(const at::Tensor& x, std::int64_t groups, const at::Tensor& weight,
                                            const at::Tensor& bias, double eps, WithSilu silu);

/// value * gelu(gate) of `value_and_gate` [..., 2 * width] -> [..., width].
std::optional<at::Tensor> device_geglu(const at::Tensor& value_and_gate);

struct WeightedTerm {
  at::Tensor tensor;  ///< fp32
  double factor = 1;
};

/// What a network says, guided where `unconditional` is defined.
struct WeightedPrediction {
  at::Tensor conditional;
  at::Tensor unconditional;
  double guidance = 1;
  double factor = 1;
};

/// The sum of one to four terms of one shape and of the prediction, if there is one, as a new fp32 tensor.
std::optional<at::Tensor> device_sampler_update(const std::vector<WeightedTerm>& terms,
                                                const std::optional<WeightedPrediction>& prediction);

}  // namespace tstitch
