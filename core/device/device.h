#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/device/cuda_plugin.h"

namespace tstitch {

/// What a run asks for.
enum class DeviceWish { Auto, Cpu, Cuda };

/// What it gets. `cuda` is set exactly when the networks run on a CUDA device.
struct ChosenDevice {
  std::string name = "cpu";  ///< as the command line spells it: "cpu", "cuda:0"
  std::optional<CudaPlugin> cuda;
  int index = 0;
};

/// Looks for CUDA only where `wish` allows it; `Auto` takes device `index` if it answers and is supported, and a CPU
/// without a word otherwise. Must run before any tensor work of the process that could ask LibTorch about CUDA.
/// Throws CudaMissing when `wish` is Cuda and the device cannot be used.
ChosenDevice choose_device(DeviceWish wish, int index, const std::filesystem::path& plugins,
                           const std::filesystem::path& torch_libraries);

}  // namespace tstitch
