#include <atomic>
#include <limits>
#include <map>
#include <mutex>

#include <ATen/core/CachingHostAllocator.h>
#include <c10/core/CPUAllocator.h>

#include "tests/support/device/device_record.h"

namespace tstitch::test {
namespace {

struct Blocks {
  std::mutex mutex;
  std::map<const std::byte*, std::size_t> held;
  std::int64_t bytes = 0;
  std::size_t most = std::numeric_limits<std::size_t>::max();
};

Blocks& blocks() {
  static auto* const only = new Blocks;  // tensors may outlive everything else
  return *only;
}

/// Memory of the host, whose places are known.
class PageLocked final : public at::HostAllocator {
 public:
  c10::DataPtr allocate(std::size_t size) override {
    const std::lock_guard lock(blocks().mutex);
    TORCH_CHECK(blocks().held.size() < blocks().most, "no page-locked memory is left");
    void* const data = host().raw_allocate(size);
    blocks().held.emplace(static_cast<const std::byte*>(data), size);
    blocks().bytes += static_cast<std::int64_t>(size);
    return {data, data, raw_deleter(), c10::Device(c10::DeviceType::CPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override {
    return [](void* data) {
      const std::lock_guard lock(blocks().mutex);
      const auto found = blocks().held.find(static_cast<const std::byte*>(data));
      blocks().bytes -= static_cast<std::int64_t>(found->second);
      blocks().held.erase(found);
      host().raw_deallocate(data);
    };
  }
  void copy_data(void* to, const void* from, std::size_t size) const override { default_copy_data(to, from, size); }
  bool record_event(void* /*data*/, void* /*context*/, c10::Stream /*stream*/) override { return true; }
  void empty_cache() override {}
  at::HostStats get_stats() override { return {}; }
  void reset_accumulated_stats() override {}
  void reset_peak_stats() override {}

 private:
  static c10::Allocator& host() { return *c10::GetDefaultCPUAllocator(); }
};

}  // namespace

namespace detail {

void offer_page_locked_memory() {
  at::setHostAllocator(c10::DeviceType::PrivateUse1, new PageLocked);
}

bool is_page_locked(const void* data) {
  const auto* const place = static_cast<const std::byte*>(data);
  const std::lock_guard lock(blocks().mutex);
  const auto after = blocks().held.upper_bound(place);
  if (after == blocks().held.begin()) return false;
  const auto& [begin, size] = *std::prev(after);
  return place < begin + size;
}

std::int64_t page_locked_bytes() {
  const std::lock_guard lock(blocks().mutex);
  return blocks().bytes;
}

}  // namespace detail

FewPageLocked::FewPageLocked(int count) {
  const std::lock_guard lock(blocks().mutex);
  blocks().most = static_cast<std::size_t>(count);
}

FewPageLocked::~FewPageLocked() {
  const std::lock_guard lock(blocks().mutex);
  blocks().most = std::numeric_limits<std::size_t>::max();
}

}  // namespace tstitch::test
