#include "core/device/crossing.h"

#include <array>

namespace tstitch {
namespace {

constexpr std::array<std::string_view, 6> kNames{"weights", "start", "noise", "preview", "result", "pace"};

thread_local std::string_view named;

at::Tensor moved(const at::Tensor& tensor, at::Device device, Crossing why, bool waits) {
  if (!tensor.defined() || tensor.device() == device) return tensor;
  const CrossingScope scope(why);
  return tensor.to(device, /*non_blocking=*/!waits);
}

}  // namespace

at::Tensor to_device(const at::Tensor& tensor, at::Device device, Crossing why) {
  return moved(tensor, device, why, false);
}

at::Tensor to_host(const at::Tensor& tensor, Crossing why) {
  return moved(tensor, at::kCPU, why, true);
}

CrossingScope::CrossingScope(Crossing why) : before_(named) {
  named = kNames.at(static_cast<std::size_t>(why));
}

CrossingScope::~CrossingScope() {
  named = before_;
}

std::string_view CrossingScope::current() {
  return named;
}

}  // namespace tstitch
