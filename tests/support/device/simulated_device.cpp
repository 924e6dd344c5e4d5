#include "tests/support/device/simulated_device.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

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
    case DeviceCall::Kind::Order:
      return "order";
    case DeviceCall::Kind::Allocation:
      break;
  }
  return "allocation";
}

std::string crossing_of(const DeviceCall& call) {
  return concat(name_of(call.kind), " for ", call.purpose.empty() ? "nothing that was named" : call.purpose);
}

/// Sizes of the blocks of memory by their places.
struct Blocks {
  std::mutex mutex;
  std::map<void*, std::size_t> held;
  std::int64_t bytes = 0;
};

Blocks& blocks() {
  static auto* const only = new Blocks;  // as above
  return *only;
}

/// Memory of the host, NaN at first.
class Memory final : public c10::Allocator {
 public:
  c10::DataPtr allocate(std::size_t size) override {
    if (size > 0) detail::record(DeviceCall::Kind::Allocation, "allocate", static_cast<std::int64_t>(size));
    void* const data = host().raw_allocate(size);
    if (data == nullptr) return {data, data, raw_deleter(), simulated_device()};
    std::memset(data, 0xFF, size);
    {
      const std::lock_guard lock(blocks().mutex);
      blocks().held.emplace(data, size);
      blocks().bytes += static_cast<std::int64_t>(size);
    }
    if (!detail::is_recording()) return {data, data, raw_deleter(), simulated_device()};
    auto owner = std::make_unique<std::shared_ptr<void>>(data, raw_deleter());
    detail::record_memory(data, size, *owner);
    const auto release = [](void* shared) { delete static_cast<std::shared_ptr<void>*>(shared); };
    return {data, owner.release(), release, simulated_device()};
  }
  c10::DeleterFnPtr raw_deleter() const override {
    return [](void* data) {
      if (data == nullptr) return;
      const std::lock_guard lock(blocks().mutex);
      const auto found = blocks().held.find(data);
      blocks().bytes -= static_cast<std::int64_t>(found->second);
      blocks().held.erase(found);
      host().raw_deallocate(data);
    };
  }
  void copy_data(void* to, const void* from, std::size_t size) const override { default_copy_data(to, from, size); }

 private:
  static c10::Allocator& host() { return *c10::GetDefaultCPUAllocator(); }
};

/// A place in a stream: after what was asked for before.
struct Place {
  c10::StreamId stream = 0;
  std::int64_t copies = 0;
  std::int64_t launched = 0;
};

/// One device with as many streams as are asked for.
class Guard final : public c10::impl::DeviceGuardImplInterface {
 public:
  c10::DeviceType type() const override { return kType; }
  c10::Device exchangeDevice(c10::Device /*device*/) const override { return getDevice(); }
  c10::Device getDevice() const override { return simulated_device(); }
  void setDevice(c10::Device /*device*/) const override {}
  void uncheckedSetDevice(c10::Device /*device*/) const noexcept override {}
  c10::DeviceIndex deviceCount() const noexcept override { return 1; }

  c10::Stream getStream(c10::Device device) const override { return stream(device, detail::current_stream()); }
  c10::Stream getDefaultStream(c10::Device device) const override { return stream(device, 0); }
  c10::Stream getNewStream(c10::Device device, int /*priority*/) const override {
    return stream(device, detail::new_stream());
  }
  c10::Stream getStreamFromGlobalPool(c10::Device device, bool /*high*/) const override {
    return getNewStream(device, 0);
  }
  c10::Stream exchangeStream(c10::Stream chosen) const override {
    return stream(chosen.device(), detail::exchange_stream(chosen.id()));
  }
  bool queryStream(const c10::Stream& /*stream*/) const override { return true; }
  void synchronizeStream(const c10::Stream& stream) const override {
    detail::catch_up(stream.id());
    wait("synchronizeStream", stream.id(), 0);
  }
  void synchronizeDevice(const c10::DeviceIndex /*index*/) const override { wait("synchronizeDevice", 0, 0); }

  void record(void** event, const c10::Stream& stream, const c10::DeviceIndex /*index*/,
              const c10::EventFlag /*flag*/) const override {
    if (*event == nullptr) *event = new Place;
    at(*event) = {stream.id(), detail::put_off_on(stream.id()), detail::launches()};
  }
  void block(void* event, const c10::Stream& stream) const override {
    detail::catch_up(at(event).stream, at(event).copies);
    detail::record({DeviceCall::Kind::Order, "block", {}, 0, 0, stream.id()});
  }
  bool queryEvent(void* /*event*/) const override { return true; }
  void synchronizeEvent(void* event) const override {
    const Place& place = at(event);
    detail::catch_up(place.stream, place.copies);
    wait("synchronizeEvent", place.stream, detail::launches() - place.launched);
  }
  void destroyEvent(void* event, const c10::DeviceIndex /*index*/) const noexcept override { delete &at(event); }

 private:
  static c10::Stream stream(c10::Device device, c10::StreamId id) {
    return c10::Stream(c10::Stream::UNSAFE, device, id);
  }
  static Place& at(void* event) { return *static_cast<Place*>(event); }
  static void wait(const char* operation, c10::StreamId stream, std::int64_t launched_since) {
    detail::refuse_recording(operation);
    detail::record({DeviceCall::Kind::Wait, operation, {}, 0, launched_since, stream});
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
  detail::offer_page_locked_memory();
  detail::register_operators();
  return true;
}

}  // namespace

namespace detail {

void record(DeviceCall::Kind kind, const std::string& operation, std::int64_t bytes, std::int64_t launched_since) {
  record({kind, operation, {}, bytes, launched_since, current_stream()});
}

void record(DeviceCall call) {
  call.purpose = CrossingScope::current();
  Recording& log = recording();
  const std::lock_guard lock(log.mutex);
  if (log.on) log.calls.push_back(std::move(call));
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
    const bool crosses = call.kind != DeviceCall::Kind::Allocation && call.kind != DeviceCall::Kind::Order;
    if (crosses) crossings.push_back(crossing_of(call));
  }
  return crossings;
}

std::vector<DeviceCall> DeviceLog::take() {
  const std::lock_guard lock(recording().mutex);
  return std::exchange(recording().calls, {});
}

MemoryInUse memory_in_use() {
  const std::lock_guard lock(blocks().mutex);
  return {blocks().bytes, detail::page_locked_bytes()};
}

}  // namespace tstitch::test
