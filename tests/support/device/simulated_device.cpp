#include "tests/support/device/simulated_device.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>

#include <ATen/detail/PrivateUse1HooksInterface.h>
#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>

#include "core/base/check.h"
#include "core/base/text.h"
#include "core/device/crossing.h"
#include "tests/support/device/device_record.h"

namespace tstitch::test {
namespace {

constexpr c10::DeviceType kType = c10::DeviceType::PrivateUse1;

struct Recording {
  std::mutex mutex;
  bool on = false;
  std::vector<DeviceCall> calls;
};

Recording& recording() {
  static auto* const only = new Recording;  // tensors may outlive everything else
  return *only;
}

std::atomic<std::int64_t> launched{0};

const char* name_of(DeviceCall::Kind kind) {
  switch (kind) {
    case DeviceCall::Kind::Upload:
      return "upload";
    case DeviceCall::Kind::Download:
      return "download";
    case DeviceCall::Kind::Wait:
      return "wait";
    case DeviceCall::Kind::Allocation:
      break;
  }
  return "allocation";
}

std::string crossing_of(const DeviceCall& call) {
  return concat(name_of(call.kind), " for ", call.purpose.empty() ? "nothing that was named" : call.purpose);
}

/// Memory of the host.
class Memory final : public c10::Allocator {
 public:
  c10::DataPtr allocate(std::size_t size) override {
    if (size > 0) detail::record(DeviceCall::Kind::Allocation, "allocate", static_cast<std::int64_t>(size));
    void* const data = host().raw_allocate(size);
    if (!detail::is_recording()) return {data, data, raw_deleter(), simulated_device()};
    auto owner = std::make_unique<std::shared_ptr<void>>(data, raw_deleter());
    detail::record_memory(data, size, *owner);
    const auto release = [](void* shared) { delete static_cast<std::shared_ptr<void>*>(shared); };
    return {data, owner.release(), release, simulated_device()};
  }
  c10::DeleterFnPtr raw_deleter() const override {
    return [](void* data) { host().raw_deallocate(data); };
  }
  void copy_data(void* to, const void* from, std::size_t size) const override { default_copy_data(to, from, size); }

 private:
  static c10::Allocator& host() { return *c10::GetDefaultCPUAllocator(); }
};

/// One device with one stream. An event is the number of operators that were asked for before it.
class Guard final : public c10::impl::DeviceGuardImplInterface {
 public:
  c10::DeviceType type() const override { return kType; }
  c10::Device exchangeDevice(c10::Device /*device*/) const override { return getDevice(); }
  c10::Device getDevice() const override { return simulated_device(); }
  void setDevice(c10::Device /*device*/) const override {}
  void uncheckedSetDevice(c10::Device /*device*/) const noexcept override {}
  c10::DeviceIndex deviceCount() const noexcept override { return 1; }

  c10::Stream getStream(c10::Device device) const override { return c10::Stream(c10::Stream::DEFAULT, device); }
  c10::Stream getDefaultStream(c10::Device device) const override { return getStream(device); }
  c10::Stream exchangeStream(c10::Stream stream) const override { return stream; }
  bool queryStream(const c10::Stream& /*stream*/) const override { return true; }
  void synchronizeStream(const c10::Stream& /*stream*/) const override { wait("synchronizeStream", 0); }
  void synchronizeDevice(const c10::DeviceIndex /*index*/) const override { wait("synchronizeDevice", 0); }

  void record(void** event, const c10::Stream& /*stream*/, const c10::DeviceIndex /*index*/,
              const c10::EventFlag /*flag*/) const override {
    if (*event == nullptr) *event = new std::int64_t(0);
    at(*event) = detail::launches();
  }
  void block(void* /*event*/, const c10::Stream& /*stream*/) const override {}
  bool queryEvent(void* /*event*/) const override { return true; }
  void synchronizeEvent(void* event) const override { wait("synchronizeEvent", detail::launches() - at(event)); }
  void destroyEvent(void* event, const c10::DeviceIndex /*index*/) const noexcept override { delete &at(event); }

 private:
  static std::int64_t& at(void* event) { return *static_cast<std::int64_t*>(event); }
  static void wait(const char* operation, std::int64_t launched_since) {
    detail::refuse_recording(operation);
    detail::record(DeviceCall::Kind::Wait, operation, 0, launched_since);
  }
};

struct Hooks final : at::PrivateUse1HooksInterface {
  bool isBuilt() const override { return true; }
  bool isAvailable() const override { return true; }
  bool hasPrimaryContext(c10::DeviceIndex /*index*/) const override { return true; }
  c10::DeviceIndex deviceCount() const override { return 1; }
  c10::DeviceIndex getCurrentDevice() const override { return 0; }
  void setCurrentDevice(c10::DeviceIndex /*index*/) const override {}
  c10::DeviceIndex exchangeDevice(c10::DeviceIndex index) const override { return index; }
  c10::DeviceIndex maybeExchangeDevice(c10::DeviceIndex index) const override { return index; }
  at::Device getDeviceFromPtr(void* /*data*/) const override { return simulated_device(); }
};

/// All of it stays until the process ends, as LibTorch's own devices do.
bool make_known() {
  c10::register_privateuse1_backend("simulated");
  c10::SetAllocator(kType, new Memory);
  const c10::impl::DeviceGuardImplRegistrar registrar(kType, new Guard);
  at::RegisterPrivateUse1HooksInterface(new Hooks);
  detail::register_operators();
  return true;
}

}  // namespace

namespace detail {

void record(DeviceCall::Kind kind, const std::string& operation, std::int64_t bytes, std::int64_t launched_since) {
  Recording& log = recording();
  const std::lock_guard lock(log.mutex);
  if (log.on) log.calls.push_back({kind, operation, std::string(CrossingScope::current()), bytes, launched_since});
}

void launch() {
  ++launched;
}

std::int64_t launches() {
  return launched;
}

}  // namespace detail

at::Device simulated_device() {
  static std::once_flag once;
  std::call_once(once, make_known);
  return {kType, 0};
}

std::string DeviceCall::text() const {
  return concat(crossing_of(*this), " (", operation, ", ", bytes, " bytes)");
}

DeviceLog::DeviceLog() {
  const std::lock_guard lock(recording().mutex);
  TSTITCH_CHECK(!recording().on);
  recording().on = true;
  recording().calls.clear();
}

DeviceLog::~DeviceLog() {
  const std::lock_guard lock(recording().mutex);
  recording().on = false;
}

std::vector<DeviceCall> DeviceLog::calls() const {
  const std::lock_guard lock(recording().mutex);
  return recording().calls;
}

std::int64_t DeviceLog::count(DeviceCall::Kind kind) const {
  const std::vector<DeviceCall> all = calls();
  return std::count_if(all.begin(), all.end(), [&](const DeviceCall& call) { return call.kind == kind; });
}

std::vector<std::string> DeviceLog::crossings() const {
  const std::vector<DeviceCall> all = calls();
  std::vector<std::string> crossings;
  crossings.reserve(all.size());
  for (const DeviceCall& call : all) {
    if (call.kind != DeviceCall::Kind::Allocation) crossings.push_back(crossing_of(call));
  }
  return crossings;
}

void DeviceLog::clear() {
  const std::lock_guard lock(recording().mutex);
  recording().calls.clear();
}

}  // namespace tstitch::test
