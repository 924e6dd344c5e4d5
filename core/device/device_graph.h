#pragma once

#include <functional>

#include <ATen/core/Tensor.h>

struct TstitchGraph;
struct TstitchGraphs;

namespace tstitch {

/// For that kind of device from now on; null takes them back. `graphs` is not copied.
void offer_device_graphs(c10::DeviceType device, const TstitchGraphs* graphs);

/// Whether work of that device can be recorded; never on a plain CPU.
bool has_device_graphs(at::Device device);

/// Work of a device that was recorded once and is asked for again as a whole, by one launch instead of one for each
/// operator. It reads and writes the same memory each time: tensors that were there before must stay where they are as
/// long as it lives, those that were made meanwhile keep their place by themselves. What the host decided and the
/// numbers that it gave are the recording's.
class DeviceGraph {
 public:
  /// Records what `work` asks for on this thread; the device does nothing of it yet. `work` may neither wait for the
  /// device nor bring it anything from the host. Throws what `work` throws, and Error where it cannot be recorded.
  /// The device must have graphs.
  DeviceGraph(at::Device device, const std::function<void()>& work);
  ~DeviceGraph();
  DeviceGraph(const DeviceGraph&) = delete;
  DeviceGraph& operator=(const DeviceGraph&) = delete;

  /// Queues it where LibTorch would queue work. Throws Error.
  void replay() const;

 private:
  const TstitchGraphs* graphs_;
  TstitchGraph* graph_ = nullptr;
};

}  // namespace tstitch
