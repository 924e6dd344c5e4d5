#include "core/trajectory/split_rule.h"

#include <algorithm>
#include <cstddef>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {

namespace {

/// The reference's rules divide by this, whatever the length of a model's table.
constexpr double kTimesteps = 1000.0;

/// Evaluations from the start for which `small_runs(timestep)` holds without a gap.
template <class Predicate>
int leading_count(const std::vector<Timestep>& timesteps, Predicate small_runs) {
  const auto end = std::find_if_not(timesteps.begin(), timesteps.end(),
                                    [&](Timestep timestep) { return small_runs(timestep.value); });
  return static_cast<int>(end - timesteps.begin());
}

}  // namespace

int small_evaluation_count(SplitRule rule, Percent ratio, const std::vector<Timestep>& timesteps) {
  TSTITCH_CHECK(ratio.value >= 0 && ratio.value <= 100, ratio.value);
  const int evaluations = static_cast<int>(timesteps.size());
  const int hundredths = ratio.value;
  // In doubles on purpose: 1 - 0.7 is a little more than 0.3, and the reference's counts depend on it.
  const double threshold = 1.0 - hundredths / 100.0;
  switch (rule) {
    case SplitRule::Floor:
      return evaluations * hundredths / 100;
    case SplitRule::Round:
      return (evaluations * hundredths + 50) / 100;
    case SplitRule::Lcm:
      if (hundredths == 0) return 0;
      return std::min(evaluations * hundredths / 100 + 1, evaluations);
    case SplitRule::Dit:
      return leading_count(timesteps, [&](double t) { return t / kTimesteps >= threshold; });
    case SplitRule::Ldm:
      if (hundredths == 100) return evaluations;
      return leading_count(timesteps, [&](double t) { return t / kTimesteps > threshold; });
    case SplitRule::DitMulti:
      return dit_multi_counts({ratio, Percent{100 - hundredths}}, timesteps)[0];
  }
  throw LogicError(concat("unknown split rule ", static_cast<int>(rule)));
}

std::vector<int> dit_multi_counts(const std::vector<Percent>& shares, const std::vector<Timestep>& timesteps) {
  int sum = 0;
  std::vector<float> milestones;
  float reached = 0.0F;
  std::size_t last = 0;
  for (const Percent share : shares) {
    sum += share.value;
    reached += static_cast<float>(share.value / 100.0);
    if (share.value > 0) last = milestones.size();
    milestones.push_back(reached);
  }
  if (sum != 100) throw UsageError(concat("The shares of dit-multi add up to ", sum, " %, not to 100 %."));

  std::vector<int> counts(shares.size(), 0);
  for (const Timestep timestep : timesteps) {
    const auto progress = static_cast<float>(1.0 - timestep.value / kTimesteps);
    const auto owner = std::find_if(milestones.begin(), milestones.end(), [&](float end) { return progress <= end; });
    // Float sums of hundredths may end just below 1; the last denoiser with a share then takes what is left.
    const auto index = static_cast<std::size_t>(owner - milestones.begin());
    ++counts[std::min(index, last)];
  }
  return counts;
}

}  // namespace tstitch
