#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/engine/host_tensor.h"

namespace tstitch {

/// A copy of its numbers, from whatever device.
HostTensor host_tensor(const at::Tensor& tensor);

/// A copy as a tensor, fp32 on the CPU. Throws BadInput when it has another shape, or fewer or more numbers than that.
at::Tensor tensor_of(const HostTensor& tensor, const std::vector<std::int64_t>& expected_shape);

}  // namespace tstitch
