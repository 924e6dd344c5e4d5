#pragma once

#include <functional>
#include <future>
#include <optional>
#include <stop_token>

#include <c10/core/Event.h>
#include <c10/core/Stream.h>

#include "core/local_engine/denoiser_leases.h"

namespace tstitch {

/// Loads denoisers on a thread and on a stream of the device of their own, while the device computes on another.
class Prefetch {
 public:
  using Load = std::function<DenoiserLeases::Denoisers(const std::stop_token&)>;

  /// Begins at once, behind what the current stream was asked for so far. `device` is no CPU, whose cores are busy.
  Prefetch(at::Device device, const std::stop_token& stop, Load load);
  /// Asks the thread to stop and waits for it.
  ~Prefetch();
  Prefetch(const Prefetch&) = delete;
  Prefetch& operator=(const Prefetch&) = delete;

  [[nodiscard]] bool is_ready() const;
  /// Waits for the thread, throws what it threw, and lets the device's current stream wait for what the other one was
  /// asked for. Once.
  DenoiserLeases::Denoisers result();

 private:
  struct Forward {
    std::stop_source& to;
    void operator()() const { to.request_stop(); }
  };

  at::Device device_;
  c10::Event begun_, loaded_;
  std::stop_source stop_;
  std::optional<std::stop_callback<Forward>> forward_;
  std::future<DenoiserLeases::Denoisers> coming_;
};

}  // namespace tstitch
