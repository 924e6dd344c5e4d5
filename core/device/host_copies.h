#pragma once

#include <functional>
#include <optional>

#include <ATen/core/Tensor.h>
#include <c10/core/Stream.h>

#include "core/device/crossing.h"

namespace tstitch {

/// Tensors on their way to the host, on a stream of the device that is theirs alone: what computes goes on meanwhile.
/// For one thread.
class HostCopies {
 public:
  /// Waits for the one tensor and gives it. May be called once, or never.
  using Arrival = std::function<at::Tensor()>;

  explicit HostCopies(at::Device device);

  /// Queues the copy behind what the current stream was asked for so far. Without page-locked memory (page_locked.h)
  /// the tensor is copied when it is asked for, which holds the current stream up; on the CPU there is nothing to copy.
  Arrival start(const at::Tensor& tensor, Crossing why);

 private:
  std::optional<c10::Stream> stream_;
};

}  // namespace tstitch
