#pragma once

#include <cuda_runtime_api.h>

#include "core/cuda/plugin_api.h"

/// The kernels, compiled by nvcc, on one stream of the current device. What CUDA refuses comes back.
namespace tstitch::cuda {

cudaError_t queue(cudaStream_t stream, const TstitchGroupNorm& of);
cudaError_t queue(cudaStream_t stream, const TstitchGeglu& of);
cudaError_t queue(cudaStream_t stream, const TstitchSamplerUpdate& of);

/// Whether there are kernels for the current device.
bool is_supported();

std::uint64_t group_norm_workspace(const TstitchGroupNorm& of);

}  // namespace tstitch::cuda
