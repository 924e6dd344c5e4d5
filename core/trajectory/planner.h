#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/trajectory/trajectory.h"

namespace tstitch {

/// What a run costs on this machine: seconds of one evaluation per denoiser, and what every run pays once whatever its
/// split (text and decoding).
struct CostModel {
  std::map<DenoiserName, double> evaluation;
  double fixed = 0;

  [[nodiscard]] std::optional<double> seconds_per_evaluation(const DenoiserName& denoiser) const;
};

/// Seconds of a run with these segments; nothing when one of its denoisers was not measured.
std::optional<double> predicted_seconds(const std::vector<Segment>& segments, const CostModel& cost);

/// What one of a run's passes runs, and what that costs at its size.
struct CostedPass {
  std::vector<Segment> segments;
  CostModel cost;
};

/// How many times faster a run is than the same evaluations by `large` alone, and the most that the pair can reach
/// (everything by `small`), fixed costs included: 1/(1 - r(1 - c_small/c_large)) without them.
struct SpeedUp {
  double value = 1;
  double ceiling = 1;
};
std::optional<SpeedUp> speed_up(const std::vector<CostedPass>& passes, const DenoiserName& small,
                                const DenoiserName& large);

/// The counts that fit a budget.
struct BudgetPlan {
  std::vector<int> counts;  ///< per denoiser, smallest first; add up to all evaluations
  double seconds = 0;
  bool fits = true;  ///< false: even the fastest counts, which these then are, take longer
};

/// Exact search for the best counts within `budget` seconds: the most evaluations by the last (largest) denoiser, then
/// by the one before it, and so on; the denoisers run in that order, smallest first. `places` are the counts at which a
/// seam may be (seam_places). `seconds_per_evaluation` has one entry per denoiser and need not be sorted.
BudgetPlan plan_for_budget(const std::vector<int>& places, const std::vector<double>& seconds_per_evaluation,
                           double fixed, double budget);

/// "25 evaluations by small alone take 3.10 s; 2.00 s cannot be met." Empty when the plan fits.
std::string shortfall_sentence(const BudgetPlan& plan, const std::vector<DenoiserName>& denoisers, double budget);

/// Every way to share 100 % among that many denoisers in multiples of `spacing` (which divides 100), smallest
/// denoiser's share descending: three denoisers at 10 % give 66.
std::vector<std::vector<Percent>> share_tuples(int denoisers, Percent spacing);

/// One run that might be chosen: what it takes, and how far it is from what is wanted (smaller is better).
struct PlanPoint {
  int steps = 0;
  Percent ratio;
  double seconds = 0;
  double difference = 0;
};

/// The points of steps x ratios for a pair. `segments_of` plans one (the caller knows sampler and models), `difference`
/// judges it; points with an unmeasured denoiser are left out.
std::vector<PlanPoint> plan_points(const std::vector<int>& steps, const std::vector<Percent>& ratios,
                                   const CostModel& cost,
                                   const std::function<std::vector<Segment>(int steps, Percent ratio)>& segments_of,
                                   const std::function<double(int steps, Percent ratio)>& difference);

/// Indices of the points that no other point beats: none is both at most as slow and at most as different, and better
/// in one of the two. Ascending seconds; of equal points the first. No monotony in the ratio is assumed:
/// published curves of quality have their best point inside.
std::vector<std::size_t> pareto_front(const std::vector<PlanPoint>& points);

}  // namespace tstitch
