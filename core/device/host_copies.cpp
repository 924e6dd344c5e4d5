#include "core/device/host_copies.h"

#include <memory>

#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include "core/device/page_locked.h"

namespace tstitch {

HostCopies::HostCopies(at::Device device) {
  if (!device.is_cpu()) stream_ = c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device);
}

HostCopies::Arrival HostCopies::start(const at::Tensor& tensor, Crossing why) {
  at::Tensor copy;
  if (stream_ && !tensor.is_cpu()) copy = page_locked(tensor.numel(), tensor.scalar_type(), tensor.device());
  if (!copy.defined()) {
    return [tensor, why] { return to_host(tensor, why); };
  }
  const CrossingScope scope(why);
  const at::Tensor dense = tensor.contiguous();
  copy = copy.view(tensor.sizes());
  c10::Event made(tensor.device().type());
  made.record(c10::impl::VirtualGuardImpl(tensor.device().type()).getStream(tensor.device()));
  made.block(*stream_);
  const c10::StreamGuard guard(*stream_);
  copy.copy_(dense, /*non_blocking=*/true);
  const auto copied = std::make_shared<c10::Event>(tensor.device().type());
  copied->record(*stream_);
  // The tensor's memory is not given to others until the copy is there.
  return [dense, copy, copied, why] {
    const CrossingScope waiting(why);
    copied->synchronize();
    return copy;
  };
}

}  // namespace tstitch
