#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <ATen/core/Tensor.h>

#include "core/device/device.h"
#include "core/engine/settings.h"

namespace tstitch {

/// Settings without auto: where networks are computed, in which type, by how many threads.
struct ComputeChoice {
  ChosenDevice chosen;
  at::Device device = at::kCPU;
  at::ScalarType type = at::kFloat;
  int threads = 1;

  [[nodiscard]] std::string precision_name() const;  ///< `fp32`, `fp16`, `bf16`
  /// "cpu fp32 2": what measured times are keyed by.
  [[nodiscard]] std::string label() const;
  /// Bytes that networks may still take, on the device that computes them.
  [[nodiscard]] std::int64_t available_memory() const;
};

/// Resolves the settings and sets LibTorch's thread counts. Throws UsageError for a device that is not there, with what
/// is missing.
ComputeChoice choose_compute(const RunSettings& settings, const std::filesystem::path& plugins,
                             const std::filesystem::path& torch_libraries);

}  // namespace tstitch
