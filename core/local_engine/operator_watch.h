#pragma once

#include <map>
#include <string>
#include <vector>

#include <ATen/record_function.h>
#include <c10/core/Device.h>

#include "core/engine/runner.h"

namespace tstitch {

/// While it lives, notes what LibTorch's operators and our kernels take that this thread calls; of those that call
/// others, the outermost. On a GPU each is waited for. One at a time on a thread; without one nothing is asked.
class OperatorWatch {
 public:
  explicit OperatorWatch(at::Device device);
  ~OperatorWatch();
  OperatorWatch(const OperatorWatch&) = delete;
  OperatorWatch& operator=(const OperatorWatch&) = delete;

  /// What was called since this was asked last, by kind, most time first.
  std::vector<OperatorTime> take();

 private:
  struct Call;
  static std::unique_ptr<at::ObserverContext> enter(const at::RecordFunction& called);
  static void leave(const at::RecordFunction& called, at::ObserverContext* context);

  at::Device device_;
  at::CallbackHandle handle_;
  std::map<std::string, OperatorTime> times_;
};

/// Returns when the device has done all that it was given; at once for a CPU.
void wait_for(at::Device device);

}  // namespace tstitch
