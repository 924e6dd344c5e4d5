#pragma once

#include "core/cuda/plugin_api.h"
#include "core/device/device_kernels.h"

namespace tstitch::test {

/// The plugin's kernels as the host runs them, on the host's memory.
const TstitchKernels& host_kernels();
/// How often one of them was called so far.
int host_kernel_calls();

/// While it lives, CPU tensors are computed by them where core/nn asks for a device's kernels.
class KernelsOnHost {
 public:
  KernelsOnHost() { offer_device_kernels(c10::DeviceType::CPU, &host_kernels()); }
  ~KernelsOnHost() { offer_device_kernels(c10::DeviceType::CPU, nullptr); }
  KernelsOnHost(const KernelsOnHost&) = delete;
  KernelsOnHost& operator=(const KernelsOnHost&) = delete;
};

}  // namespace tstitch::test
