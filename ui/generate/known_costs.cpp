#include "ui/generate/known_costs.h"

#include <set>
#include <utility>

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
  if (request.source) request.source->strength = 1;
  if (request.second_pass) {
    request.second_pass->strength = 1;
    request.second_pass->steps.reset();
    request.second_pass->share.reset();
  }
  return to_json(request, RequestForm::Local);
}

std::string sizeless(GenerationRequest request) {
  request.extent = {};
  return timesKey(std::move(request));
}

const char* whoRuns(Percent share) {
  return share.value == 0 ? "0" : share.value == 100 ? "1" : "m";
}

std::string memoryKey(const GenerationRequest& request) {
  std::string key = timesKey(request);
  if (request.second_pass && request.second_pass->share) key += whoRuns(*request.second_pass->share);
  if (const auto* ratio = std::get_if<RatioSplit>(&request.split)) {
    key += ':';
    for (const Percent share : ratio->shares) key += whoRuns(share);
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
  Times times{plan.measured, plan.second ? plan.second->measured : MeasuredSeconds()};
  const bool staysLatent = plan.second && plan.request.second_pass->upscale == Upscale::Latent;
  if (staysLatent) times.first.decode.reset();
  keep(times_, timesKey(request), times);
  keep(memory_, memoryKey(request), plan.residency);
  if (!plan.measured.evaluation.empty()) keep(sizes_, sizeless(request), {plan.request.extent, plan.measured});
}

std::optional<TimeGuess> KnownCosts::guess(const GenerationRequest& request) const {
  const auto known = sizes_.find(sizeless(request));
  const auto area = [](const Extent& extent) { return static_cast<double>(extent.width) * extent.height; };
  if (known == sizes_.end() || area(request.extent) <= 0 || area(known->second.extent) <= 0) return std::nullopt;
  const double share = area(request.extent) / area(known->second.extent);
  TimeGuess guess{known->second.measured, known->second.extent, share > 1};
  for (auto& [name, seconds] : guess.measured.evaluation) seconds *= share;
  if (guess.measured.decode) *guess.measured.decode *= share;
  return guess;
}

PlannedCost KnownCosts::of(const GenerationRequest& request) const {
  PlannedCost cost;
  if (const auto times = times_.find(timesKey(request)); times != times_.end()) {
    cost.measured = times->second.first;
    cost.second = times->second.second;
  }
  if (cost.measured.evaluation.empty()) cost.guess = guess(request);
  if (const auto memory = memory_.find(memoryKey(request)); memory != memory_.end()) cost.residency = memory->second;
  return cost;
}

void KnownCosts::forget() {
  times_.clear();
  sizes_.clear();
  memory_.clear();
}

}  // namespace tstitch::ui
