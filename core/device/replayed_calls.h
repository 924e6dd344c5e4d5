#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/device/device_graph.h"

namespace tstitch {

/// A function of tensors whose work on a device does not depend on their numbers.
struct ReplayableCall {
  std::function<at::Tensor(const std::vector<at::Tensor>& inputs, const std::stop_token& stop)> call;
  /// Told when that input got other numbers at its place; may be empty. What `call` made of it alone and kept must be
  /// made anew, where it is.
  std::function<void(std::size_t input)> renew;
};

/// Recordings of one function, by the shapes and types of its inputs. Each has inputs of its own, into which those of a
/// call are copied where they are not the tensors of the call before (tensors that were given must not be written
/// to); three calls go before a recording as they would without one. Belongs to whoever owns the memory that the
/// function reads (weights) and goes before it.
class ReplayedCalls {
 public:
  static constexpr int kWarmUps = 3;
  static constexpr std::size_t kMostKept = 4;  ///< the one that was not asked for the longest goes first

  /// What the function gives for `inputs`, the first of which is defined, as a new tensor. Empty where the device has
  /// no graphs, or a recording failed, which `warn` is told in one line and which then holds for good: the caller makes
  /// the call itself. `make` gives the function for a recording. Throws what the call throws.
  std::optional<at::Tensor> operator()(const std::vector<at::Tensor>& inputs, const std::stop_token& stop,
                                       const std::function<ReplayableCall()>& make,
                                       const std::function<void(const std::string& line)>& warn);

 private:
  struct Recording {
    std::vector<std::int64_t> key;
    ReplayableCall function;
    std::vector<at::Tensor> inputs;
    std::vector<at::Tensor> given;  ///< whose numbers the inputs have
    int warm_ups = 0;
    std::thread::id thread{};  ///< of the warm-ups: LibTorch has what it prepares by thread
    at::Tensor output{};
    std::optional<DeviceGraph> graph{};
  };

  Recording& recording_for(const std::vector<at::Tensor>& inputs, const std::function<ReplayableCall()>& make);
  static void bring(const std::vector<at::Tensor>& inputs, Recording& recording);
  static at::Tensor called(Recording& recording, const std::stop_token& stop);

  std::mutex mutex_;
  std::list<Recording> recordings_;  ///< the one asked for last first
  bool failed_ = false;
};

}  // namespace tstitch
