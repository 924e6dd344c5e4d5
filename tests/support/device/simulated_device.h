#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace tstitch::test {

/// A device without a GPU: LibTorch's PrivateUse1 with memory of the host. Its tensors refuse to meet CPU tensors but
/// for numbers (0 dimensions), as CUDA's do; its operators compute with the CPU's kernels over the same memory, so
/// results are the CPU's to the bit; what happens at the border is told to the DeviceLog. The first call makes it known
/// to LibTorch, for the rest of the process.
at::Device simulated_device();

/// Something that costs time on a real device.
struct DeviceCall {
  enum class Kind {
    Upload,
    Download,  ///< waits, too
    Wait,      ///< of the host: for a number, an event, a stream, or a shape that depends on numbers
    Allocation,
  };
  Kind kind = Kind::Wait;
  std::string operation;      ///< LibTorch's name of it
  std::string purpose;        ///< what CrossingScope (core/device/crossing.h) said; empty = nothing
  std::int64_t bytes = 0;     ///< of tensors
  std::int64_t launched = 0;  ///< of an event: how many operators were asked for after it

  /// "upload for noise (aten::_copy_from, 768 bytes)"
  [[nodiscard]] std::string text() const;
};

/// What all threads do to the device while it lives. One at a time.
class DeviceLog {
 public:
  DeviceLog();
  ~DeviceLog();
  DeviceLog(const DeviceLog&) = delete;
  DeviceLog& operator=(const DeviceLog&) = delete;

  [[nodiscard]] std::vector<DeviceCall> calls() const;
  [[nodiscard]] std::int64_t count(DeviceCall::Kind kind) const;
  /// All but the allocations, in order, as "upload for noise"; for ::testing::ElementsAre.
  [[nodiscard]] std::vector<std::string> crossings() const;
  /// Forgets what was recorded.
  void clear();
};

}  // namespace tstitch::test
