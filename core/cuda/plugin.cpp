// libtstitch_cuda.so: LibTorch's ordinary CUDA paths behind the C interface of plugin_api.h.
#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <ATen/Context.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <cuda_runtime_api.h>
#include <dlfcn.h>

#include "core/base/text.h"
#include "core/cuda/plugin_api.h"
#ifdef TSTITCH_KERNELS
#include <c10/core/DeviceGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include "core/cuda/kernels.h"
#endif

namespace {

namespace fs = std::filesystem;
using tstitch::concat;

/// Runs `work`; what it throws becomes the sentence in `error`, since no exception may cross a C interface.
template <class Work>
int guarded(char* error, std::size_t error_size, const Work& work) noexcept {
  try {
    work();
    return 0;
  } catch (const c10::Error& thrown) {
    std::strncpy(error, thrown.what_without_backtrace(), error_size);
  } catch (const std::exception& thrown) {
    std::strncpy(error, thrown.what(), error_size);
  }
  if (error_size > 0) error[error_size - 1] = '\0';
  return 1;
}

void check(cudaError_t status, const char* what) {
  if (status != cudaSuccess) throw std::runtime_error(concat(what, ": ", cudaGetErrorString(status), "."));
}

void open_driver() {
  if (::dlopen("libcuda.so.1", RTLD_LAZY) == nullptr) {
    throw std::runtime_error("The NVIDIA driver (libcuda.so.1) is not installed; 580.65 or newer is needed.");
  }
  int count = 0;
  check(cudaGetDeviceCount(&count), "The NVIDIA driver does not answer");
  if (count == 0) throw std::runtime_error("The NVIDIA driver knows no device.");
}

void open_torch(const fs::path& folder) {
  const fs::path library = folder / "libtorch_cuda.so";
  if (!fs::exists(library)) {
    throw std::runtime_error(concat("LibTorch's CUDA part is not installed: ", library.string(), " is missing."));
  }
  if (::dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr) {
    throw std::runtime_error(concat("LibTorch's CUDA part cannot be opened: ", ::dlerror(), "."));
  }
  if (!at::hasCUDA()) {
    throw std::logic_error("LibTorch was asked about CUDA before its CUDA part was opened; start the program again.");
  }
  // Asked for by its bare name later, and then found because it is open.
  ::dlopen((folder / "libcaffe2_nvrtc.so").c_str(), RTLD_LAZY | RTLD_LOCAL);
  at::globalContext().lazyInitDevice(c10::DeviceType::CUDA);
}

int open_all(const char* torch_libraries, char* error, std::size_t error_size) {
  return guarded(error, error_size, [&] {
    open_driver();
    open_torch(torch_libraries);
  });
}

int device_count() {
  int count = 0;
  return cudaGetDeviceCount(&count) == cudaSuccess ? count : 0;
}

int describe(int index, TstitchCudaDevice* device, char* error, std::size_t error_size) {
  return guarded(error, error_size, [&] {
    cudaDeviceProp properties{};
    check(cudaGetDeviceProperties(&properties, index), "The device cannot be described");
    static_assert(sizeof(device->name) == sizeof(properties.name));
    std::memcpy(device->name, properties.name, sizeof(device->name));
    device->compute_major = properties.major;
    device->compute_minor = properties.minor;
    device->total_bytes = properties.totalGlobalMem;
  });
}

int available_bytes(int index, std::uint64_t* bytes, char* error, std::size_t error_size) {
  return guarded(error, error_size, [&] {
    auto* allocator = at::getDeviceAllocator(c10::DeviceType::CUDA);
    const auto device = static_cast<c10::DeviceIndex>(index);
    const std::size_t free_bytes = allocator->getMemoryInfo(device).first;
    const auto stats = allocator->getDeviceStats(device);
    const std::int64_t unused = stats.reserved_bytes[0].current - stats.allocated_bytes[0].current;
    *bytes = free_bytes + static_cast<std::uint64_t>(std::max<std::int64_t>(unused, 0));
  });
}

int release_unused(char* error, std::size_t error_size) {
  return guarded(error, error_size, [] { at::getDeviceAllocator(c10::DeviceType::CUDA)->emptyCache(); });
}

#ifdef TSTITCH_KERNELS

c10::Device cuda_device(int index) {
  return {c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(index)};
}

/// On the stream that LibTorch queues its own work on.
template <class What>
int queue_kernel(int index, const What* of, char* error, std::size_t error_size) {
  return guarded(error, error_size, [&] {
    const c10::Device device = cuda_device(index);
    const c10::DeviceGuard guard(device);
    const c10::impl::VirtualGuardImpl cuda(c10::DeviceType::CUDA);
    auto* stream = static_cast<cudaStream_t>(cuda.getStreamNativeHandle(cuda.getStream(device)));
    check(tstitch::cuda::queue(stream, *of), "A kernel cannot be started");
  });
}

std::uint64_t group_norm_workspace(const TstitchGroupNorm* of) {
  return tstitch::cuda::group_norm_workspace(*of);
}

constexpr TstitchKernels kKernels{group_norm_workspace, queue_kernel<TstitchGroupNorm>, queue_kernel<TstitchGeglu>,
                                  queue_kernel<TstitchSamplerUpdate>};
constexpr const char* kArchitectures = TSTITCH_KERNELS;

const TstitchKernels* kernels(int index) {
  std::array<char, 1024> refusal{};
  bool supported = false;
  guarded(refusal.data(), refusal.size(), [&] {
    const c10::DeviceGuard guard(cuda_device(index));
    supported = tstitch::cuda::is_supported();
  });
  return supported ? &kKernels : nullptr;
}

#else

constexpr const char* kArchitectures = "";

const TstitchKernels* kernels(int) {
  return nullptr;
}

#endif

constexpr TstitchCudaApi kApi{kTstitchCudaAbi, open_all,       device_count, describe,
                              available_bytes, release_unused, kernels,      kArchitectures};

}  // namespace

extern "C" __attribute__((visibility("default"))) const TstitchCudaApi* tstitch_cuda_api() {
  return &kApi;
}
