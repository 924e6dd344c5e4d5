#include "ui/generate/known_costs.h"

#include <set>

#include "core/request/request_json.h"

namespace tstitch::ui {
namespace {

constexpr std::size_t kMostKnown = 256;

/// The request without what no time hangs on.
std::string timesKey(GenerationRequest request) {
  request.prompt.clear();
  request.negative_prompt.reset();
  request.class_label.reset();
  request.split = {};
  request.steps = 1;
  request.seed = 0;
  request.sampler = SamplerKind::Default;
  request.spacing = Spacing::Default;
  request.eta.reset();
  request.embeddings.clear();
  request.guidance_scale = request.guidance_scale > 1 ? 2 : 1;  // it decides how many passes an evaluation takes
  return to_json(request, RequestForm::Local);
}

std::string memoryKey(const GenerationRequest& request) {
  std::string key = timesKey(request);
  if (const auto* ratio = std::get_if<RatioSplit>(&request.split)) {
    for (const Percent share : ratio->shares) key += share.value == 0 ? "0" : share.value == 100 ? "1" : "m";
    return key;
  }
  std::set<DenoiserName> used;
  for (const Segment& segment : std::get<SegmentSplit>(request.split).segments) used.insert(segment.denoiser);
  for (const DenoiserName& name : used) key += name + ' ';
  return key;
}

template <class Value>
void keep(std::map<std::string, Value>& known, const std::string& key, const Value& value) {
  if (known.size() >= kMostKnown) known.clear();
  known[key] = value;
}

}  // namespace

void KnownCosts::note(const GenerationRequest& request, const RunPlan& plan) {
  keep(times_, timesKey(request), plan.measured);
  keep(memory_, memoryKey(request), plan.residency);
}

PlannedCost KnownCosts::of(const GenerationRequest& request) const {
  PlannedCost cost;
  if (const auto times = times_.find(timesKey(request)); times != times_.end()) cost.measured = times->second;
  if (const auto memory = memory_.find(memoryKey(request)); memory != memory_.end()) cost.residency = memory->second;
  return cost;
}

void KnownCosts::forget() {
  times_.clear();
  memory_.clear();
}

}  // namespace tstitch::ui
