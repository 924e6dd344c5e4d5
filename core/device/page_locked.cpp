#include "core/device/page_locked.h"

#include <array>

#include <ATen/EmptyTensor.h>
#include <ATen/core/CachingHostAllocator.h>

namespace tstitch {

at::Tensor page_locked(std::int64_t count, at::ScalarType type, at::Device device) {
  if (device.is_cpu() || device.is_meta()) return {};
  constexpr c10::DispatchKeySet kCpu(c10::DispatchKey::CPU);
  const std::array<std::int64_t, 1> shape{count};
  try {
    return at::detail::empty_generic(shape, at::getHostAllocator(device.type()), kCpu, type, std::nullopt);
  } catch (const c10::Error&) {
    return {};
  }
}

}  // namespace tstitch
