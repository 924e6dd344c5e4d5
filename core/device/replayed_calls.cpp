#include "core/device/replayed_calls.h"

#include <algorithm>
#include <exception>

#include <ATen/ops/empty_like.h>

#include "core/base/text.h"
#include "core/device/plain_calls.h"

namespace tstitch {
namespace {

std::vector<std::int64_t> key_of(const std::vector<at::Tensor>& inputs) {
  std::vector<std::int64_t> key;
  for (const at::Tensor& input : inputs) {
    if (!input.defined()) {
      key.push_back(-1);
      continue;
    }
    key.push_back(input.dim());
    key.push_back(static_cast<std::int64_t>(input.scalar_type()));
    key.insert(key.end(), input.sizes().begin(), input.sizes().end());
  }
  return key;
}

}  // namespace

ReplayedCalls::Recording& ReplayedCalls::recording_for(const std::vector<at::Tensor>& inputs,
                                                       const std::function<ReplayableCall()>& make) {
  const std::vector<std::int64_t> key = key_of(inputs);
  const auto known =
      std::find_if(recordings_.begin(), recordings_.end(), [&](const Recording& each) { return each.key == key; });
  if (known != recordings_.end()) {
    recordings_.splice(recordings_.begin(), recordings_, known);
    return recordings_.front();
  }
  while (recordings_.size() >= kMostKept) recordings_.pop_back();
  Recording& made = recordings_.emplace_front();
  made.key = key;
  made.function = make();
  for (const at::Tensor& input : inputs) made.inputs.push_back(input.defined() ? at::empty_like(input) : input);
  made.given.resize(inputs.size());
  return made;
}

void ReplayedCalls::bring(const std::vector<at::Tensor>& inputs, Recording& recording) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    at::Tensor& given = recording.given[i];
    if (!inputs[i].defined() || given.is_same(inputs[i])) continue;
    given.reset();  // what follows may be interrupted
    recording.inputs[i].copy_(inputs[i]);
    if (recording.function.renew) recording.function.renew(i);
    given = inputs[i];
  }
}

at::Tensor ReplayedCalls::called(Recording& recording, const std::stop_token& stop) {
  return recording.function.call(recording.inputs, stop);
}

std::optional<at::Tensor> ReplayedCalls::operator()(const std::vector<at::Tensor>& inputs, const std::stop_token& stop,
                                                    const std::function<ReplayableCall()>& make,
                                                    const std::function<void(const std::string& line)>& warn) {
  const at::Device device = inputs.front().device();
  if (PlainCalls::are_asked_for() || !has_device_graphs(device)) return std::nullopt;
  const std::lock_guard lock(mutex_);
  if (failed_) return std::nullopt;
  Recording& recording = recording_for(inputs, make);
  bring(inputs, recording);
  if (!recording.graph) {
    if (recording.thread != std::this_thread::get_id()) recording.warm_ups = 0;
    recording.thread = std::this_thread::get_id();
    if (recording.warm_ups < kWarmUps) {
      at::Tensor output = called(recording, stop);
      ++recording.warm_ups;
      return output;
    }
    try {
      recording.graph.emplace(device, [&] { recording.output = called(recording, stop); });
    } catch (const std::exception& problem) {
      failed_ = true;
      recordings_.clear();
      if (warn) warn(concat("steps are not recorded for this network, each asks anew: ", problem.what()));
      return std::nullopt;
    }
  }
  recording.graph->replay();
  return recording.output.clone();
}

}  // namespace tstitch
