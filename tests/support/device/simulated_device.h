#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace tstitch::test {

/// A device without a GPU: LibTorch's PrivateUse1 with memory of the host. Its tensors refuse to meet CPU tensors but
/// for numbers (0 dimensions), as CUDA's do; its operators compute with the CPU's kernels over the same memory, so
/// results are the CPU's to the bit; what happens at the border is told to the DeviceLog. Its memory holds NaN at
/// first. Copies from or to page-locked memory that do not block are made as late as they may be: when their stream is
/// asked for an operator, or somebody waits for it or for an event after them. The first call makes it known to
/// LibTorch, for the rest of the process.
at::Device simulated_device();
/// The tensor there.
inline at::Tensor on_device(const at::Tensor& host) {
  return host.to(simulated_device());
}

/// Something that costs time on a real device.
struct DeviceCall {
  enum class Kind {
    Upload,
    Download,  ///< waits, too
    Wait,      ///< of the host: for a number, an event, a stream, or a shape that depends on numbers
    Allocation,
    Order,  ///< of a stream: it waits for an event, the host does not
  };
  Kind kind = Kind::Wait;
  std::string operation;      ///< LibTorch's name of it
  std::string purpose;        ///< what CrossingScope (core/device/crossing.h) said; empty = nothing
  std::int64_t bytes = 0;     ///< of tensors
  std::int64_t launched = 0;  ///< of an event: how many operators were asked for after it
  std::int64_t stream = 0;    ///< the current one, the event's, or the one that waits; 0 = the default one

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
  /// All but allocations and orders, in order, as "upload for noise"; for ::testing::ElementsAre.
  [[nodiscard]] std::vector<std::string> crossings() const;
  /// What was recorded, which is forgotten.
  std::vector<DeviceCall> take();
};

/// Bytes that are held now.
struct MemoryInUse {
  std::int64_t device = 0;  ///< but for results that a kernel made
  std::int64_t page_locked = 0;

  friend bool operator==(const MemoryInUse&, const MemoryInUse&) = default;
};
MemoryInUse memory_in_use();

/// While one lives, there are no more than so many blocks of page-locked memory to be had.
class FewPageLocked {
 public:
  explicit FewPageLocked(int blocks);
  ~FewPageLocked();
  FewPageLocked(const FewPageLocked&) = delete;
  FewPageLocked& operator=(const FewPageLocked&) = delete;
};

/// A kernel of one's own: called now, as one launch, and again by each replay of what records it.
void launch_on_device(std::function<void()> kernel);

/// How many operators all threads asked the device for so far; a replay counts as one.
std::int64_t device_launches();

/// While it lives, the device's work can be recorded (core/device/device_graph.h): the operators with the memory and
/// the numbers that they were given. A replay does all of them again over the same memory. What a recording made is not
/// a number until then, as on a device, which does nothing while it records; a replay whose memory was given back
/// meanwhile is refused, and so is recording what waits or crosses.
class GraphsOnDevice {
 public:
  enum class Recordings { Work, Fail };
  explicit GraphsOnDevice(Recordings recordings = Recordings::Work);
  ~GraphsOnDevice();
  GraphsOnDevice(const GraphsOnDevice&) = delete;
  GraphsOnDevice& operator=(const GraphsOnDevice&) = delete;

  /// Of all that lived so far.
  static int recorded();
  static int replayed();
  /// Recordings that were not released yet.
  static int alive();
};

}  // namespace tstitch::test
