#pragma once

#include <array>

#include "core/base/check.h"
#include "tests/support/device/simulated_device.h"
#include "tests/support/host_kernels.h"

namespace tstitch::test {

/// While it lives, tensors of the simulated device are computed by the plugin's kernels where it has some, each one
/// launch.
class KernelsOnDevice {
 public:
  KernelsOnDevice() { offer_device_kernels(simulated_device().type(), &kKernels); }
  ~KernelsOnDevice() { offer_device_kernels(simulated_device().type(), nullptr); }
  KernelsOnDevice(const KernelsOnDevice&) = delete;
  KernelsOnDevice& operator=(const KernelsOnDevice&) = delete;

 private:
  template <auto kKernel, class What>
  static int launch(int device, const What* of, char* /*error*/, std::size_t /*error_size*/) {
    launch_on_device([device, what = *of] {
      std::array<char, 1024> sentence{};
      TSTITCH_CHECK((host_kernels().*kKernel)(device, &what, sentence.data(), sentence.size()) == 0, sentence.data());
    });
    return 0;
  }

  static std::uint64_t workspace(const TstitchGroupNorm* of) { return host_kernels().group_norm_workspace(of); }

  static constexpr TstitchKernels kKernels{workspace, launch<&TstitchKernels::group_norm, TstitchGroupNorm>,
                                           launch<&TstitchKernels::geglu, TstitchGeglu>,
                                           launch<&TstitchKernels::sampler_update, TstitchSamplerUpdate>};
};

}  // namespace tstitch::test
