#include "core/trajectory/planner.h"

#include <algorithm>
#include <numeric>

#include "core/base/check.h"
#include "core/base/number_text.h"
#include "core/base/text.h"
#include "core/trajectory/split_rule.h"

namespace tstitch {

namespace {

double seconds_of(const std::vector<int>& counts, const std::vector<double>& costs, double fixed) {
  return std::inner_product(counts.begin(), counts.end(), costs.begin(), fixed);
}

/// All evaluations by the cheapest of the first `denoisers`.
std::vector<int> fastest_counts(int evaluations, std::size_t denoisers, const std::vector<double>& costs) {
  std::vector<int> counts(costs.size(), 0);
  const auto cheapest = std::min_element(costs.begin(), costs.begin() + static_cast<std::ptrdiff_t>(denoisers));
  counts[static_cast<std::size_t>(cheapest - costs.begin())] = evaluations;
  return counts;
}

void append_tuples(int denoisers, int left, int spacing, std::vector<Percent>& shares,
                   std::vector<std::vector<Percent>>& tuples) {
  if (denoisers == 1) {
    tuples.push_back(shares);
    tuples.back().push_back(Percent{left});
    return;
  }
  for (int share = left; share >= 0; share -= spacing) {
    shares.push_back(Percent{share});
    append_tuples(denoisers - 1, left - share, spacing, shares, tuples);
    shares.pop_back();
  }
}

}  // namespace

std::optional<double> CostModel::seconds_per_evaluation(const DenoiserName& denoiser) const {
  const auto found = evaluation.find(denoiser);
  return found == evaluation.end() ? std::nullopt : std::optional(found->second);
}

std::optional<double> predicted_seconds(const std::vector<Segment>& segments, const CostModel& cost) {
  double seconds = cost.fixed;
  for (const Segment& segment : segments) {
    const auto each = cost.seconds_per_evaluation(segment.denoiser);
    if (!each) return std::nullopt;
    seconds += segment.evaluations * *each;
  }
  return seconds;
}

std::optional<SpeedUp> speed_up(const std::vector<CostedPass>& passes, const DenoiserName& small,
                                const DenoiserName& large) {
  double run = 0, slowest = 0, fastest = 0;
  for (const auto& [segments, cost] : passes) {
    const int evaluations = std::accumulate(segments.begin(), segments.end(), 0,
                                            [](int sum, const Segment& segment) { return sum + segment.evaluations; });
    const auto own = predicted_seconds(segments, cost);
    const auto by_large = predicted_seconds({{large, evaluations, std::nullopt}}, cost);
    const auto by_small = predicted_seconds({{small, evaluations, std::nullopt}}, cost);
    if (!own || !by_large || !by_small) return std::nullopt;
    run += *own;
    slowest += *by_large;
    fastest += *by_small;
  }
  if (run <= 0 || fastest <= 0) return std::nullopt;
  return SpeedUp{slowest / run, slowest / fastest};
}

BudgetPlan plan_for_budget(const std::vector<int>& places, const std::vector<double>& seconds_per_evaluation,
                           double fixed, double budget) {
  const std::vector<double>& costs = seconds_per_evaluation;
  TSTITCH_CHECK(!places.empty() && !costs.empty(), places.size(), costs.size());
  const int evaluations = places.back();
  BudgetPlan plan{fastest_counts(evaluations, costs.size(), costs), 0, true};
  plan.seconds = seconds_of(plan.counts, costs, fixed);
  plan.fits = plan.seconds <= budget;
  if (!plan.fits) return plan;

  std::vector<int> chosen(costs.size(), 0);
  int left = evaluations;
  for (std::size_t k = costs.size() - 1; k > 0; --k) {
    // The earliest seam that still fits when the cheapest of the remaining denoisers does the rest.
    for (const int place : places) {
      if (place > left) break;
      std::vector<int> candidate = fastest_counts(place, k, costs);
      for (std::size_t later = k + 1; later < costs.size(); ++later) candidate[later] = chosen[later];
      candidate[k] = left - place;
      const double seconds = seconds_of(candidate, costs, fixed);
      if (seconds > budget) continue;
      chosen[k] = left - place;
      left = place;
      break;
    }
  }
  chosen[0] = left;
  return {chosen, seconds_of(chosen, costs, fixed), true};
}

std::string shortfall_sentence(const BudgetPlan& plan, const std::vector<DenoiserName>& denoisers, double budget) {
  if (plan.fits) return {};
  const auto used = std::find_if(plan.counts.begin(), plan.counts.end(), [](int count) { return count != 0; });
  TSTITCH_CHECK(used != plan.counts.end() && denoisers.size() == plan.counts.size(), denoisers.size());
  return concat(*used, " evaluations by ", denoisers[static_cast<std::size_t>(used - plan.counts.begin())],
                " alone take ", fixed_text(plan.seconds, 2), " s; ", fixed_text(budget, 2), " s cannot be met.");
}

std::vector<std::vector<Percent>> share_tuples(int denoisers, Percent spacing) {
  TSTITCH_CHECK(denoisers >= 1 && spacing.value >= 1 && 100 % spacing.value == 0, denoisers, " ", spacing.value);
  std::vector<std::vector<Percent>> tuples;
  std::vector<Percent> shares;
  append_tuples(denoisers, 100, spacing.value, shares, tuples);
  return tuples;
}

std::vector<PlanPoint> plan_points(const std::vector<int>& steps, const std::vector<Percent>& ratios,
                                   const CostModel& cost,
                                   const std::function<std::vector<Segment>(int steps, Percent ratio)>& segments_of,
                                   const std::function<double(int steps, Percent ratio)>& difference) {
  std::vector<PlanPoint> points;
  for (const int count : steps) {
    for (const Percent ratio : ratios) {
      const auto seconds = predicted_seconds(segments_of(count, ratio), cost);
      if (seconds) points.push_back({count, ratio, *seconds, difference(count, ratio)});
    }
  }
  return points;
}

std::vector<std::size_t> pareto_front(const std::vector<PlanPoint>& points) {
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(points[a].seconds, points[a].difference) < std::pair(points[b].seconds, points[b].difference);
  });
  std::vector<std::size_t> front;
  for (const std::size_t index : order) {
    if (front.empty() || points[index].difference < points[front.back()].difference) front.push_back(index);
  }
  return front;
}

}  // namespace tstitch
