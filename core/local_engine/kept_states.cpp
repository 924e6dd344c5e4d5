#include "core/local_engine/kept_states.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/request/request_json.h"
#include "core/trajectory/prefix_forest.h"

namespace tstitch {

namespace {

std::int64_t bytes_of(const at::Tensor& tensor) {
  return tensor.defined() ? static_cast<std::int64_t>(tensor.nbytes()) : 0;
}

std::int64_t bytes_of(const SamplerState& state) {
  std::int64_t bytes = bytes_of(state.latent);
  for (const Memory& memory : state.history) {
    bytes += bytes_of(memory.denoised) + bytes_of(memory.latent) + bytes_of(memory.noise);
  }
  return bytes;
}

/// All that decides about the state but who makes which steps.
std::string key_of(const ResolvedRun& run, const ComputeChoice& compute) {
  GenerationRequest request = run.request;
  request.split = RatioSplit{};
  std::string key = concat(to_json(request, RequestForm::Local), '\x1e', compute.label(), '\x1e');
  for (const auto& [name, parts] : run.models) {
    key += concat(name, '\x1f', text_of(parts.facts.stamps));
    if (!parts.text) continue;
    for (const TextPart& text : parts.text->encoders) key += text.stamp + '\x1f';
  }
  for (const ControlPart& control : run.controls) {
    key += concat(control.network.stamp, '\x1f', text_of(control.picture_file), '\x1f',
                  control.annotator ? control.annotator->stamp : "", '\x1f');
  }
  for (const LoraPart& lora : run.loras) key += text_of(lora.file->source().stamps());
  for (const RunWord& word : run.words) key += text_of(word.stamp) + '\x1f';
  return key;
}

}  // namespace

void KeptStates::keep(StateId id, const ResolvedRun& run, const ComputeChoice& compute, const Snapshot& state) {
  forget(id);
  Kept kept{key_of(run, compute), run.trajectory, state, bytes_of(state.state)};
  bytes_ += kept.bytes;
  states_.emplace(id, std::move(kept));
  oldest_first_.push_back(id);
  while (bytes_ > most_bytes_ && oldest_first_.size() > 1) forget(oldest_first_.front());
}

void KeptStates::forget(StateId id) {
  const auto known = states_.find(id);
  if (known == states_.end()) return;
  bytes_ -= known->second.bytes;
  states_.erase(known);
  oldest_first_.erase(std::find(oldest_first_.begin(), oldest_first_.end(), id));
}

std::optional<Snapshot> KeptStates::on_the_way_of(const ResolvedRun& run, const ComputeChoice& compute,
                                                  StateId id) const {
  const auto known = states_.find(id);
  if (known == states_.end()) return std::nullopt;
  const Kept& kept = known->second;
  if (kept.key != key_of(run, compute)) return std::nullopt;
  if (shared_steps(kept.trajectory, run.trajectory) < kept.state.next_step) return std::nullopt;
  return kept.state;
}

}  // namespace tstitch
