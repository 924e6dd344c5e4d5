#include "tests/support/host_kernels.h"

#include <atomic>
#include <cstring>
#include <exception>

#include "core/cuda/kernels/launch.h"
#include "tests/support/host_grid.h"

namespace tstitch::test {
namespace {

std::atomic<int> calls{0};

template <class What>
int run(int, const What* of, char* error, std::size_t error_size) {
  ++calls;
  try {
    cuda::launch(HostLauncher(), *of);
    return 0;
  } catch (const std::exception& thrown) {
    std::strncpy(error, thrown.what(), error_size - 1);
    return 1;
  }
}

std::uint64_t workspace(const TstitchGroupNorm* of) {
  return cuda::workspace_bytes(*of);
}

}  // namespace

const TstitchKernels& host_kernels() {
  static constexpr TstitchKernels kKernels{workspace, run<TstitchGroupNorm>, run<TstitchGeglu>,
                                           run<TstitchSamplerUpdate>};
  return kKernels;
}

int host_kernel_calls() {
  return calls;
}

}  // namespace tstitch::test
