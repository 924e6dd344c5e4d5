#include "ui/generate/second_shape.h"

#include "ui/generate/split_choice.h"

namespace tstitch::ui {
namespace {

int smallCount(Percent share, SplitRule rule, const RunShape& shape) {
  SplitChoice choice;
  choice.setShape(shape);
  choice.setRule(rule);
  choice.setPercent(share.value);
  return choice.smallCount();
}

}  // namespace

std::optional<SecondShape> secondShape(const GenerationRequest& request,
                                       const std::optional<SchedulerConfig>& scheduler) {
  if (!request.second_pass) return std::nullopt;
  const SecondPass& pass = *request.second_pass;
  const int steps = pass.steps.value_or(request.steps);
  return SecondShape{runShape(request.sampler, request.spacing, steps, scheduler, pass.strength), pass.share};
}

PassCounts secondCounts(const SecondShape& second, const std::variant<RatioSplit, SegmentSplit>& first) {
  const int evaluations = second.shape.evaluations;
  const auto* ratio = std::get_if<RatioSplit>(&first);
  const SplitRule rule = ratio == nullptr ? SplitRule::Floor : ratio->rule;
  if (second.share) return {smallCount(*second.share, rule, second.shape), evaluations};
  if (ratio != nullptr) {
    const Percent share = ratio->shares.empty() ? Percent{0} : ratio->shares.front();
    return {smallCount(share, rule, second.shape), evaluations};
  }
  const std::vector<Segment>& segments = std::get<SegmentSplit>(first).segments;
  const bool isSmall = !segments.empty() && segments.back().denoiser == "small";
  return {isSmall ? evaluations : 0, evaluations};
}

std::optional<TimePrediction> predictSecond(const SecondShape& second,
                                            const std::variant<RatioSplit, SegmentSplit>& first) {
  const PassCounts counts = secondCounts(second, first);
  return predict(second.measured, counts.small, counts.evaluations);
}

}  // namespace tstitch::ui
