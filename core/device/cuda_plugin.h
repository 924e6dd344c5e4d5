#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/error.h"

struct TstitchCudaApi;
struct TstitchGraphs;
struct TstitchKernels;

namespace tstitch {

/// CUDA was asked for and something of it is missing; the sentence names what (exit 2: `--device` got what this machine
/// does not have).
class CudaMissing : public UsageError {
 public:
  explicit CudaMissing(const std::string& what)
      : UsageError(what, "--device cuda", "Use --device cpu, or install what is missing (tstitch cuda install).") {}
};

struct CudaDevice {
  int index = 0;
  std::string name;
  int compute_major = 0;
  int compute_minor = 0;
  std::uint64_t total_bytes = 0;

  /// LibTorch's kernels for CUDA 13 start at 7.5 (Turing).
  [[nodiscard]] bool is_supported() const { return compute_major * 10 + compute_minor >= 75; }
};

/// libtstitch_cuda.so, opened. A handle without ownership: what is opened stays until the process ends.
class CudaPlugin {
 public:
  /// Opens the plugin in the folder `plugins` and, through it, the driver and LibTorch's CUDA part in the folder
  /// `torch_libraries`. Call it before any tensor work that asks about CUDA. Throws CudaMissing.
  static CudaPlugin open(const std::filesystem::path& plugins, const std::filesystem::path& torch_libraries);

  /// Every device the driver knows, supported or not.
  [[nodiscard]] std::vector<CudaDevice> devices() const;
  /// Bytes that can still be allocated on a device.
  [[nodiscard]] std::uint64_t available_bytes(int index) const;
  /// Gives memory that LibTorch keeps for later back to the device.
  void release_unused() const;
  /// Our own kernels for that device (device_kernels.h); null where the plugin has none for it.
  [[nodiscard]] const TstitchKernels* kernels(int index) const;
  /// Recording of work (device_graph.h), of all devices.
  [[nodiscard]] const TstitchGraphs* graphs() const;

 private:
  explicit CudaPlugin(const TstitchCudaApi* api) : api_(api) {}

  const TstitchCudaApi* api_;
};

}  // namespace tstitch
