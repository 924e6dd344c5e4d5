#include <atomic>
#include <cstring>
#include <exception>
#include <map>
#include <utility>
#include <vector>

#include <c10/util/Exception.h>

#include "core/base/text.h"
#include "core/cuda/plugin_api.h"
#include "core/device/device_graph.h"
#include "tests/support/device/device_record.h"

using tstitch::concat;

/// The device's work, its own memory, and that of others which it needs.
struct TstitchGraph {
  struct Memory {
    std::size_t bytes = 0;
    std::shared_ptr<const void> owner;
  };
  struct Use {
    c10::weak_intrusive_ptr<c10::StorageImpl> storage;
    std::string operation;
  };

  std::vector<std::function<void()>> work;
  std::map<void*, Memory> own;
  std::map<void*, Use> others;
};

namespace tstitch::test {
namespace {

thread_local TstitchGraph* recording = nullptr;
std::atomic<int> recorded_count{0}, replayed_count{0}, alive_count{0};

template <class Work>
int guarded(char* error, std::size_t error_size, const Work& work) {
  try {
    work();
    return 0;
  } catch (const c10::Error& thrown) {
    std::strncpy(error, thrown.what_without_backtrace(), error_size - 1);
  } catch (const std::exception& thrown) {
    std::strncpy(error, thrown.what(), error_size - 1);
  }
  return 1;
}

int begin(int /*device*/, TstitchGraph** graph, char* error, std::size_t error_size) {
  return guarded(error, error_size, [&] {
    TORCH_CHECK(recording == nullptr, "one recording at a time");
    *graph = recording = new TstitchGraph;
    ++alive_count;
  });
}

int end(TstitchGraph* graph, char* error, std::size_t error_size) {
  recording = nullptr;
  return guarded(error, error_size, [&] {
    constexpr int kNotANumber = 0xFF;  // in every type of a network's tensors
    for (const auto& [data, memory] : graph->own) std::memset(data, kNotANumber, memory.bytes);
    ++recorded_count;
  });
}

int refused_end(TstitchGraph* graph, char* error, std::size_t error_size) {
  end(graph, error, error_size);
  return guarded(error, error_size, [] { TORCH_CHECK(false, "the device cannot record that."); });
}

int replay(TstitchGraph* graph, char* error, std::size_t error_size) {
  return guarded(error, error_size, [&] {
    TORCH_CHECK(recording == nullptr, "a replay cannot be recorded");
    detail::launch();
    for (const auto& [data, use] : graph->others) {
      TORCH_CHECK(!use.storage.expired(), use.operation, " was recorded with memory that was given back since");
    }
    for (const std::function<void()>& each : graph->work) each();
    ++replayed_count;
  });
}

void release(TstitchGraph* graph) {
  --alive_count;
  delete graph;
}

constexpr TstitchGraphs kGraphs{begin, end, replay, release};
constexpr TstitchGraphs kFailingGraphs{begin, refused_end, replay, release};

}  // namespace

namespace detail {

bool is_recording() {
  return recording != nullptr;
}

void record_work(std::function<void()> work) {
  recording->work.push_back(std::move(work));
}

void record_memory(void* data, std::size_t bytes, std::shared_ptr<const void> owner) {
  recording->own[data] = {bytes, std::move(owner)};
}

void record_use(const c10::Storage& storage, const std::string& operation) {
  void* const data = storage.mutable_data();
  if (data == nullptr || recording->own.contains(data)) return;
  recording->others.insert_or_assign(data, TstitchGraph::Use{storage.getWeakStorageImpl(), operation});
}

void refuse_recording(const std::string& operation) {
  TORCH_CHECK(!is_recording(), operation, " cannot be recorded: it waits for the device, or brings something over");
}

}  // namespace detail

void launch_on_device(std::function<void()> kernel) {
  detail::launch();
  kernel();
  if (detail::is_recording()) detail::record_work(std::move(kernel));
}

std::int64_t device_launches() {
  return detail::launches();
}

GraphsOnDevice::GraphsOnDevice(Recordings recordings) {
  offer_device_graphs(simulated_device().type(), recordings == Recordings::Work ? &kGraphs : &kFailingGraphs);
}

GraphsOnDevice::~GraphsOnDevice() {
  offer_device_graphs(simulated_device().type(), nullptr);
}

int GraphsOnDevice::recorded() {
  return recorded_count;
}

int GraphsOnDevice::replayed() {
  return replayed_count;
}

int GraphsOnDevice::alive() {
  return alive_count;
}

}  // namespace tstitch::test
