#pragma once

#include <functional>

#include <ATen/core/Tensor.h>

namespace tstitch {

/// GFLOP/s of a large matrix product in that type on that device, by whichever library of LibTorch's is faster, on the
/// threads that LibTorch is told to use: what a machine gives at most. About a second on a CPU.
double matrix_product_gflops(at::Device device, at::ScalarType type);

/// The least of some calls' seconds, the first of which does not count; what a GPU was given is waited for.
double least_seconds(at::Device device, const std::function<at::Tensor()>& work);

}  // namespace tstitch
