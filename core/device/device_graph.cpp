#include "core/device/device_graph.h"

#include <array>
#include <atomic>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/cuda/plugin_api.h"

namespace tstitch {
namespace {

constexpr auto kKinds = static_cast<std::size_t>(c10::DeviceType::COMPILE_TIME_MAX_DEVICE_TYPES);
std::array<std::atomic<const TstitchGraphs*>, kKinds> offered{};

const TstitchGraphs* graphs_of(at::Device device) {
  return offered.at(static_cast<std::size_t>(device.type())).load(std::memory_order_acquire);
}

/// Calls one of the table's functions; what it writes is thrown.
template <class Function, class... Arguments>
void require(Function* function, Arguments... arguments) {
  std::array<char, 1024> sentence{};
  if (function(arguments..., sentence.data(), sentence.size()) != 0) throw Error(ExitCode::Internal, sentence.data());
}

}  // namespace

void offer_device_graphs(c10::DeviceType device, const TstitchGraphs* graphs) {
  offered.at(static_cast<std::size_t>(device)).store(graphs, std::memory_order_release);
}

bool has_device_graphs(at::Device device) {
  return graphs_of(device) != nullptr;
}

DeviceGraph::DeviceGraph(at::Device device, const std::function<void()>& work) : graphs_(graphs_of(device)) {
  TSTITCH_CHECK(graphs_ != nullptr, device.str());
  require(graphs_->begin, device.has_index() ? static_cast<int>(device.index()) : 0, &graph_);
  try {
    work();
  } catch (...) {
    std::array<char, 1024> sentence{};
    graphs_->end(graph_, sentence.data(), sentence.size());
    graphs_->release(graph_);
    throw;
  }
  try {
    require(graphs_->end, graph_);
  } catch (...) {
    graphs_->release(graph_);
    throw;
  }
}

DeviceGraph::~DeviceGraph() {
  graphs_->release(graph_);
}

void DeviceGraph::replay() const {
  require(graphs_->replay, graph_);
}

}  // namespace tstitch
