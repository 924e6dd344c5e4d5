#include "core/cuda/kernels.h"

#include "core/cuda/kernels/launch.h"

namespace tstitch::cuda {
namespace device {  // with a name: nvcc makes one of the path for what has none

struct DeviceBlock {
  __device__ int thread() const { return static_cast<int>(threadIdx.x); }
  __device__ int threads() const { return static_cast<int>(blockDim.x); }
  __device__ std::int64_t column() const { return blockIdx.x; }
  __device__ std::int64_t columns() const { return gridDim.x; }
  __device__ std::int64_t row() const { return blockIdx.y; }
  __device__ void barrier() const { __syncthreads(); }
};

template <class Kernel>
__global__ void __launch_bounds__(Kernel::kMostThreads) run_block(const __grid_constant__ Kernel kernel) {
  __shared__ typename Kernel::Shared shared;
  kernel(DeviceBlock{}, shared);
}

/// Goes on until CUDA refuses one.
struct StreamLauncher {
  cudaStream_t stream;
  cudaError_t* first;

  template <class Kernel>
  void run(Grid grid, int threads, const Kernel& kernel) const {
    if (*first != cudaSuccess) return;
    const dim3 blocks(static_cast<unsigned>(grid.columns), static_cast<unsigned>(grid.rows));
    run_block<<<blocks, static_cast<unsigned>(threads), 0, stream>>>(kernel);
    *first = cudaGetLastError();
  }
};

template <class What>
cudaError_t queue_any(cudaStream_t stream, const What& of) {
  cudaError_t first = cudaSuccess;
  launch(StreamLauncher{stream, &first}, of);
  return first;
}

}  // namespace device

cudaError_t queue(cudaStream_t stream, const TstitchGroupNorm& of) {
  return device::queue_any(stream, of);
}

cudaError_t queue(cudaStream_t stream, const TstitchGeglu& of) {
  return device::queue_any(stream, of);
}

cudaError_t queue(cudaStream_t stream, const TstitchSamplerUpdate& of) {
  return device::queue_any(stream, of);
}

bool is_supported() {
  cudaFuncAttributes attributes{};
  if (cudaFuncGetAttributes(&attributes, device::run_block<SamplerUpdate<float>>) == cudaSuccess) return true;
  cudaGetLastError();  // forgets it
  return false;
}

std::uint64_t group_norm_workspace(const TstitchGroupNorm& of) {
  return workspace_bytes(of);
}

}  // namespace tstitch::cuda
