#include "core/local_engine/operator_watch.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include <c10/core/impl/VirtualGuardImpl.h>

#include "core/base/check.h"
#include "core/local_engine/operator_kinds.h"

namespace tstitch {

namespace {

using Clock = std::chrono::steady_clock;

thread_local OperatorWatch* watch = nullptr;

double numbers_of(const std::vector<c10::IValue>& results) {
  const bool counted = !results.empty() && results.front().isTensor() && results.front().toTensor().defined();
  return counted ? static_cast<double>(results.front().toTensor().numel()) : 0;
}

}  // namespace

struct OperatorWatch::Call : at::ObserverContext {
  explicit Call(OperatorKind of) : kind(std::move(of)), start(Clock::now()) {}

  OperatorKind kind;
  Clock::time_point start;
};

OperatorWatch::OperatorWatch(at::Device device) : device_(device), handle_(0) {
  TSTITCH_CHECK(watch == nullptr);
  watch = this;
  handle_ = at::addThreadLocalCallback(at::RecordFunctionCallback(enter, leave)
                                           .needsInputs(true)
                                           .needsOutputs(true)
                                           .scopes({at::RecordScope::FUNCTION}));
}

OperatorWatch::~OperatorWatch() {
  at::removeCallback(handle_);
  watch = nullptr;
}

/// What an operator calls is its own: nothing more is told until it is done.
std::unique_ptr<at::ObserverContext> OperatorWatch::enter(const at::RecordFunction& called) {
  at::enableRecordFunction(false);
  return std::make_unique<Call>(operator_kind(called.name(), called.inputs()));
}

void OperatorWatch::leave(const at::RecordFunction& called, at::ObserverContext* context) {
  wait_for(watch->device_);
  const auto end = Clock::now();
  const auto& call = static_cast<const Call&>(*context);
  OperatorTime& time = watch->times_[call.kind.name];
  time.calls += 1;
  time.seconds += std::chrono::duration<double>(end - call.start).count();
  time.flop += call.kind.flop + call.kind.flop_per_result * numbers_of(called.outputs());
  at::enableRecordFunction(true);
}

std::vector<OperatorTime> OperatorWatch::take() {
  std::vector<OperatorTime> all;
  all.reserve(times_.size());
  for (auto& [name, time] : std::exchange(times_, {})) {
    all.push_back(std::move(time));
    all.back().name = name;
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.seconds > b.seconds; });
  return all;
}

void wait_for(at::Device device) {
  if (!device.is_cpu()) c10::impl::VirtualGuardImpl(device.type()).synchronizeDevice(device.index());
}

}  // namespace tstitch
