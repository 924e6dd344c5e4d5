#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/device/device.h"
#include "core/engine/settings.h"

namespace tstitch {

/// What a run may take. Free memory is other programs' too: of that, parts side by side take three fifths at the most.
/// A limit that was asked for is taken whole.
struct MemoryBudget {
  std::int64_t available = 0;  ///< bytes; beyond them a run is refused
  bool is_limit = false;

  [[nodiscard]] std::int64_t side_by_side() const { return is_limit ? available : available / 5 * 3; }
};

/// Settings without auto: where networks are computed, in which type, by how many threads.
struct ComputeChoice {
  ChosenDevice chosen;
  at::Device device = at::kCPU;
  at::ScalarType type = at::kFloat;
  at::ScalarType wide = at::kFloat;  ///< beside fp16, for decoders that overflow in it: fp32 or bf16
  int threads = 1;                   ///< at the most
  std::int64_t memory_limit = 0;     ///< bytes; 0 = none

  [[nodiscard]] std::string precision_name() const;  ///< `fp32`, `fp16`, `bf16`
  /// "cpu fp32 2": what measured times are keyed by.
  [[nodiscard]] std::string label() const;
  /// What may still be taken, on the device that computes.
  [[nodiscard]] MemoryBudget memory_budget() const;
  /// Tells LibTorch, for all that this process computes from now on: as many as pay for pieces of that much work
  /// (work_estimate.h), all of them for what is not said.
  void use_threads(double work = std::numeric_limits<double>::infinity()) const;
};

/// How many threads such settings compute with.
int threads_of(const RunSettings& settings);

/// ComputeChoice::wide on that device: bf16, of which it needs half the memory, where it has arithmetic for it (8.0).
at::ScalarType wide_type(const CudaDevice& device);

/// fp32 for those that leave it open.
at::ScalarType tensor_type(Precision precision);

/// Resolves the settings; `auto` as a precision is the device's default, fp32 on a processor and fp16 on a GPU. Throws
/// UsageError for a device that is not there, with what is missing.
ComputeChoice choose_compute(const RunSettings& settings, const std::filesystem::path& plugins,
                             const std::filesystem::path& torch_libraries);

/// What the settings' device computes fast: everything on a GPU, on a processor what it has arithmetic for.
std::vector<Precision> fast_precisions(const RunSettings& settings, const std::filesystem::path& plugins,
                                       const std::filesystem::path& torch_libraries);

}  // namespace tstitch
