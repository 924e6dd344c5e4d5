#include "ui/generate/split_choice.h"

#include <algorithm>
#include <utility>

#include "core/trajectory/split_rule.h"

namespace tstitch::ui {

void SplitChoice::setShape(RunShape shape) {
  shape_ = std::move(shape);
  smallCount_ = countFor(percent_);
}

void SplitChoice::setRule(SplitRule rule) {
  rule_ = rule;
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
  if (countFor(percent_) == smallCount_) return RatioSplit{{Percent{percent_}}, rule_};
  SegmentSplit split;
  if (smallCount_ > 0) split.segments.push_back({"small", smallCount_, {}});
  if (smallCount_ < shape_.evaluations) split.segments.push_back({"large", shape_.evaluations - smallCount_, {}});
  return split;
}

int SplitChoice::countFor(int percent) const {
  const SplitRule rule = rule_ == SplitRule::DitMulti ? SplitRule::Dit : rule_;  // as trajectory.h reads one share
  return shape_.snapped(small_evaluation_count(rule, Percent{percent}, shape_.timesteps));
}

std::optional<int> SplitChoice::percentFor(int count) const {
  for (int percent = 0; percent <= 100; ++percent) {
    if (countFor(percent) == count) return percent;
  }
  return std::nullopt;
}

}  // namespace tstitch::ui
