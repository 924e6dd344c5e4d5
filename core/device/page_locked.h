#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace tstitch {

/// [count] numbers on the CPU in memory that `device` copies from and to while the host goes on. Undefined where that
/// kind of device offers none (a CPU) or the system has none left.
at::Tensor page_locked(std::int64_t count, at::ScalarType type, at::Device device);

}  // namespace tstitch
