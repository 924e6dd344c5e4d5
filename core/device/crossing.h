#pragma once

#include <string_view>

#include <ATen/core/Tensor.h>

namespace tstitch {

/// For what tensors cross the border between the host and the device that computes, and for what the host waits there.
/// Whoever moves a tensor of a run says for what, so that a test can count what a step costs
/// (tests/support/device/simulated_device.h).
enum class Crossing {
  Weights,  ///< of a network that is loaded (pinned_upload.h)
  Start,    ///< before the first step: noise, source, mask, what the networks are told
  Noise,    ///< a stochastic sampler's, once for each evaluation that adds some
  Preview,  ///< the estimate or its picture, where a preview is due
  Result,   ///< after the last step: latents, picture, record
  Pace,     ///< the host waits for the evaluation before the one that it asked for last (work_ahead.h)
};

/// The tensor on that device; itself where it is there already or undefined. The host does not wait.
at::Tensor to_device(const at::Tensor& tensor, at::Device device, Crossing why);
/// The tensor on the CPU, likewise; the host waits until it is made.
at::Tensor to_host(const at::Tensor& tensor, Crossing why);

/// Names what crosses on this thread while it lives.
class CrossingScope {
 public:
  explicit CrossingScope(Crossing why);
  ~CrossingScope();
  CrossingScope(const CrossingScope&) = delete;
  CrossingScope& operator=(const CrossingScope&) = delete;

  /// "noise", "preview", ...; empty where nothing says for what.
  static std::string_view current();

 private:
  std::string_view before_;
};

}  // namespace tstitch
