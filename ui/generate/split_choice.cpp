#include "ui/generate/split_choice.h"

#include <algorithm>
#include <utility>

#include "core/trajectory/split_rule.h"

namespace tstitch::ui {

void SplitChoice::setShape(RunShape shape) {
  shape_ = std::move(shape);
  smallCount_ = countFor(percent_);
}

void SplitChoice::setPercent(int percent) {
  percent_ = std::clamp(percent, 0, 100);
  smallCount_ = countFor(percent_);
}

void SplitChoice::setSmallCount(int count) {
  smallCount_ = shape_.snapped(std::clamp(count, 0, shape_.evaluations));
  if (countFor(percent_) == smallCount_) return;
  percent_ = percentFor(smallCount_).value_or(shape_.evaluations == 0 ? 0 : smallCount_ * 100 / shape_.evaluations);
}

std::variant<RatioSplit, SegmentSplit> SplitChoice::split() const {
  if (countFor(percent_) == smallCount_) return RatioSplit{{Percent{percent_}}, SplitRule::Floor};
  SegmentSplit split;
  if (smallCount_ > 0) split.segments.push_back({"small", smallCount_, {}});
  if (smallCount_ < shape_.evaluations) split.segments.push_back({"large", shape_.evaluations - smallCount_, {}});
  return split;
}

int SplitChoice::countFor(int percent) const {
  const std::vector<Timestep> timesteps(static_cast<std::size_t>(shape_.evaluations));  // `floor` counts them only
  return shape_.snapped(small_evaluation_count(SplitRule::Floor, Percent{percent}, timesteps));
}

std::optional<int> SplitChoice::percentFor(int count) const {
  for (int percent = 0; percent <= 100; ++percent) {
    if (countFor(percent) == count) return percent;
  }
  return std::nullopt;
}

}  // namespace tstitch::ui
