#include "core/device/kept_memory.h"

#include <algorithm>
#include <cstddef>
#include <list>
#include <mutex>
#include <unordered_map>

#include <c10/core/CPUAllocator.h>
#include <sys/mman.h>

namespace tstitch {
namespace {

constexpr std::size_t kLarge = std::size_t{1} << 20U;     // what the system's own allocator pages in and out
constexpr std::size_t kHugePage = std::size_t{1} << 21U;  // every large block begins with one, nothing else does
constexpr std::size_t kPage = std::size_t{1} << 12U;

struct Block {
  std::byte* data;
  std::size_t size;
};

std::size_t rounded(std::size_t size, std::size_t unit) {
  return (size + unit - 1) / unit * unit;
}

/// Null where the system has none.
std::byte* map(std::size_t size) {
  void* const mapped = ::mmap(nullptr, size + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  auto* const begin = static_cast<std::byte*>(mapped);
  const auto place = reinterpret_cast<std::uintptr_t>(begin);
  const std::size_t before = rounded(place, kHugePage) - place;
  if (before > 0) ::munmap(begin, before);
  ::munmap(begin + before + size, kHugePage - before);
#ifdef MADV_HUGEPAGE
  ::madvise(begin + before, size, MADV_HUGEPAGE);  // a wish
#endif
  return begin + before;
}

void unmap(const Block& block) {
  ::munmap(block.data, block.size);
}

/// Small blocks are the usual allocator's.
class LargeBlocks final : public c10::Allocator {
 public:
  c10::DataPtr allocate(std::size_t size) override {
    void* data = size < kLarge ? nullptr : take(rounded(size, kPage));
    if (data == nullptr) data = usual().raw_allocate(size);  // it knows what to say when there is none
    return {data, data, &release, c10::Device(c10::DeviceType::CPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &release; }
  void copy_data(void* to, const void* from, std::size_t size) const override { default_copy_data(to, from, size); }

  void keep() {
    const std::lock_guard lock(mutex_);
    ++keepers_;
  }
  void keep_no_more() {
    const std::lock_guard lock(mutex_);
    if (--keepers_ == 0) shrink(0);
  }
  std::int64_t kept() {
    const std::lock_guard lock(mutex_);
    return kept_bytes_;
  }

  static LargeBlocks& instance() {
    static LargeBlocks* const only = [] {
      auto* const made = new LargeBlocks;  // tensors may outlive everything else
      c10::SetCPUAllocator(made);
      return made;
    }();
    return *only;
  }

 private:
  static c10::Allocator& usual() { return *c10::GetDefaultCPUAllocator(); }

  static void release(void* data) {
    if (reinterpret_cast<std::uintptr_t>(data) % kHugePage == 0 && instance().give(data)) return;
    if (data != nullptr) usual().raw_deallocate(data);
  }

  /// The smallest block that was kept and is at most four times as large, else a new one.
  void* take(std::size_t size) {
    const std::lock_guard lock(mutex_);
    auto best = kept_.end();
    for (auto it = kept_.begin(); it != kept_.end(); ++it) {
      if (it->size >= size && it->size <= 4 * size && (best == kept_.end() || it->size < best->size)) best = it;
    }
    Block block{nullptr, size};
    if (best != kept_.end()) {
      block = *best;
      kept_bytes_ -= static_cast<std::int64_t>(block.size);
      kept_.erase(best);
    } else {
      block.data = map(size);
      if (block.data == nullptr) {
        shrink(0);
        block.data = map(size);
      }
      if (block.data == nullptr) return nullptr;
    }
    used_.emplace(block.data, block.size);
    return block.data;
  }

  /// Whether it is one of ours.
  bool give(void* data) {
    const std::lock_guard lock(mutex_);
    const auto found = used_.find(data);
    if (found == used_.end()) return false;
    kept_.push_back({static_cast<std::byte*>(data), found->second});
    kept_bytes_ += static_cast<std::int64_t>(found->second);
    used_.erase(found);
    shrink(keepers_ > 0 ? KeptMemory::kMost : 0);
    return true;
  }

  void shrink(std::int64_t most) {
    while (kept_bytes_ > most) {
      kept_bytes_ -= static_cast<std::int64_t>(kept_.front().size);
      unmap(kept_.front());
      kept_.pop_front();
    }
  }

  std::mutex mutex_;
  std::unordered_map<void*, std::size_t> used_;
  std::list<Block> kept_;  ///< oldest first
  std::int64_t kept_bytes_ = 0;
  int keepers_ = 0;
};

}  // namespace

KeptMemory::KeptMemory() {
  LargeBlocks::instance().keep();
}

KeptMemory::~KeptMemory() {
  LargeBlocks::instance().keep_no_more();
}

std::int64_t KeptMemory::kept() {
  return LargeBlocks::instance().kept();
}

}  // namespace tstitch
