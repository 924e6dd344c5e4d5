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
  request.second_pass.reset();
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
  if (run.source) {
    key += concat(text_of(run.source->picture_file), '\x1f', text_of(run.source->mask_file), '\x1f', run.vae.stamp,
                  '\x1f');
  }
  for (const LoraPart& lora : run.loras) key += text_of(lora.file->source().stamps());
  for (const RunWord& word : run.words) key += text_of(word.stamp) + '\x1f';
  return key;
}

}  // namespace

std::shared_ptr<const KeptStates::Way> KeptStates::way_of(const ResolvedRun& run, const ComputeChoice& compute) {
  return std::make_shared<const Way>(Way{key_of(run, compute), run.trajectory});
}

void KeptStates::keep(StateId id, std::shared_ptr<const Way> way, const Snapshot& state) {
  forget(id);
  Kept kept{std::move(way), state, bytes_of(state.state)};
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

std::optional<Snapshot> KeptStates::on_way(const Way& way, StateId id) const {
  const auto known = states_.find(id);
  if (known == states_.end()) return std::nullopt;
  const Kept& kept = known->second;
  if (kept.way->key != way.key) return std::nullopt;
  if (shared_steps(kept.way->trajectory, way.trajectory) < kept.state.next_step) return std::nullopt;
  return kept.state;
}

std::optional<Snapshot> KeptStates::furthest_on_way(const Way& way, const StateTrail& trail,
                                                    std::optional<StepIndex> until) const {
  const int last = until ? until->value : way.trajectory.schedule.steps();
  for (int step = last; step > 0; --step) {
    if (auto state = on_way(way, trail.first + static_cast<StateId>(step))) return state;
  }
  return std::nullopt;
}

}  // namespace tstitch
