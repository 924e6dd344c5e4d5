// libtstitch_cuda.so: LibTorch's ordinary CUDA paths behind the C interface of plugin_api.h.
#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>

#include <ATen/Context.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <cuda_runtime_api.h>
#include <dlfcn.h>

#include "core/base/text.h"
#include "core/cuda/plugin_api.h"
#ifdef TSTITCH_KERNELS
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

c10::Device cuda_device(int index) {
  return {c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(index)};
}

/// Bytes that LibTorch holds unused on a device.
std::int64_t unused_bytes(c10::DeviceIndex device) {
  const auto stats = at::getDeviceAllocator(c10::DeviceType::CUDA)->getDeviceStats(device);
  return stats.reserved_bytes[0].current - stats.allocated_bytes[0].current;
}

/// What graphs of each device hold for themselves. They share one pool, which lives as long as one of them.
struct GraphMemory {
  int graphs = 0;
  std::int64_t unused_bytes = 0;
};
std::mutex graph_mutex;
std::map<int, GraphMemory> graph_memory;

std::int64_t graph_bytes(int index) {
  const std::lock_guard lock(graph_mutex);
  return graph_memory[index].unused_bytes;
}

int available_bytes(int index, std::uint64_t* bytes, char* error, std::size_t error_size) {
  return guarded(error, error_size, [&] {
    auto* allocator = at::getDeviceAllocator(c10::DeviceType::CUDA);
    const auto device = static_cast<c10::DeviceIndex>(index);
    const std::size_t free_bytes = allocator->getMemoryInfo(device).first;
    const std::int64_t unused = unused_bytes(device) - graph_bytes(index);
    *bytes = free_bytes + static_cast<std::uint64_t>(std::max<std::int64_t>(unused, 0));
  });
}

int release_unused(char* error, std::size_t error_size) {
  return guarded(error, error_size, [] { at::getDeviceAllocator(c10::DeviceType::CUDA)->emptyCache(); });
}

}  // namespace

/// LibTorch's, recorded on a stream of its own.
struct TstitchGraph {
  explicit TstitchGraph(int index) : device(cuda_device(index)) {}

  c10::Device device;
  std::optional<c10::Stream> outer{};  ///< the current one before
  std::int64_t unused_before = 0;
  bool is_counted = false;
  at::cuda::CUDAGraph graph{};
};

namespace {

/// One for all graphs: they are replayed one after the other, each reads nothing of what another made, and what it
/// gives is taken out before the next one comes.
c10::MempoolId_t graph_pool() {
  static const c10::MempoolId_t pool = at::cuda::graph_pool_handle();
  return pool;
}

/// Leaves the stream of the recording.
void leave(TstitchGraph& graph) {
  if (!graph.outer) return;
  c10::impl::VirtualGuardImpl(c10::DeviceType::CUDA).exchangeStream(*graph.outer);
  graph.outer.reset();
}

/// A recording that failed leaves LibTorch's allocator in the middle of it.
void forget_recording(const TstitchGraph& graph) noexcept {
  auto* const allocator =
      static_cast<c10::cuda::CUDACachingAllocator::CUDAAllocator*>(at::getDeviceAllocator(c10::DeviceType::CUDA));
  try {
    allocator->endAllocateToPool(graph.device.index(), graph_pool());
    allocator->releasePool(graph.device.index(), graph_pool());
  } catch (const std::exception&) {  // it was not, or not any more
  }
}

int begin_graph(int index, TstitchGraph** made, char* error, std::size_t error_size) {
  return guarded(error, error_size, [&] {
    const c10::DeviceGuard guard(cuda_device(index));
    const c10::impl::VirtualGuardImpl cuda(c10::DeviceType::CUDA);
    at::getDeviceAllocator(c10::DeviceType::CUDA)->emptyCache();  // nothing can be given back while it is recorded
    auto graph = std::make_unique<TstitchGraph>(index);
    graph->unused_before = unused_bytes(graph->device.index());
    graph->outer = cuda.exchangeStream(cuda.getStreamFromGlobalPool(graph->device));
    try {
      graph->graph.capture_begin(graph_pool(), cudaStreamCaptureModeThreadLocal);
    } catch (...) {
      forget_recording(*graph);
      leave(*graph);
      throw;
    }
    *made = graph.release();
  });
}

int end_graph(TstitchGraph* graph, char* error, std::size_t error_size) {
  return guarded(error, error_size, [&] {
    const c10::DeviceGuard guard(graph->device);
    try {
      graph->graph.capture_end();
    } catch (...) {
      forget_recording(*graph);
      leave(*graph);
      throw;
    }
    leave(*graph);
    const std::int64_t grown = unused_bytes(graph->device.index()) - graph->unused_before;
    const std::lock_guard lock(graph_mutex);
    GraphMemory& memory = graph_memory[graph->device.index()];
    memory.graphs += 1;
    memory.unused_bytes += std::max<std::int64_t>(grown, 0);
    graph->is_counted = true;
  });
}

int replay_graph(TstitchGraph* graph, char* error, std::size_t error_size) {
  return guarded(error, error_size, [&] { graph->graph.replay(); });
}

void release_graph(TstitchGraph* graph) {
  try {
    const c10::DeviceGuard guard(graph->device);
    const c10::impl::VirtualGuardImpl cuda(c10::DeviceType::CUDA);
    cuda.synchronizeStream(cuda.getStream(graph->device));
  } catch (const std::exception&) {  // a device that answers no more has nothing under way
  }
  if (graph->is_counted) {
    const std::lock_guard lock(graph_mutex);
    GraphMemory& memory = graph_memory[graph->device.index()];
    if (--memory.graphs == 0) memory.unused_bytes = 0;
  }
  delete graph;  // LibTorch warns of what it cannot give back
}

constexpr TstitchGraphs kGraphs{begin_graph, end_graph, replay_graph, release_graph};

#ifdef TSTITCH_KERNELS

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

constexpr TstitchCudaApi kApi{kTstitchCudaAbi, open_all, device_count, describe,      available_bytes,
                              release_unused,  kernels,  &kGraphs,     kArchitectures};

}  // namespace

extern "C" __attribute__((visibility("default"))) const TstitchCudaApi* tstitch_cuda_api() {
  return &kApi;
}
