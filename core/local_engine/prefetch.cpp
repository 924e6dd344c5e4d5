#include "core/local_engine/prefetch.h"

#include <chrono>
#include <utility>

#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include "core/device/crossing.h"

namespace tstitch {

Prefetch::Prefetch(at::Device device, const std::stop_token& stop, Load load)
    : device_(device), begun_(device.type()), loaded_(device.type()) {
  const c10::impl::VirtualGuardImpl impl(device.type());
  const c10::Stream own = impl.getStreamFromGlobalPool(device);
  begun_.record(impl.getStream(device));
  forward_.emplace(stop, Forward{stop_});
  coming_ = std::async(std::launch::async, [this, own, load = std::move(load)] {
    const CrossingScope scope(Crossing::Start);
    const c10::StreamGuard guard(own);
    begun_.block(own);
    DenoiserLeases::Denoisers denoisers = load(stop_.get_token());
    loaded_.record(own);
    return denoisers;
  });
}

Prefetch::~Prefetch() {
  stop_.request_stop();
  if (coming_.valid()) coming_.wait();
}

bool Prefetch::is_ready() const {
  return coming_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

DenoiserLeases::Denoisers Prefetch::result() {
  DenoiserLeases::Denoisers denoisers = coming_.get();
  loaded_.block(c10::impl::VirtualGuardImpl(device_.type()).getStream(device_));
  return denoisers;
}

}  // namespace tstitch
