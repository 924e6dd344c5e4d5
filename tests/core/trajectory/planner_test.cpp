#include "core/trajectory/planner.h"

#include <algorithm>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/plan_fixtures.h"

namespace tstitch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<int> places_up_to(int evaluations) {
  std::vector<int> places(static_cast<std::size_t>(evaluations) + 1);
  std::iota(places.begin(), places.end(), 0);
  return places;
}

CostModel pair_cost(double small, double large, double fixed) {
  return {{{"small", small}, {"large", large}}, fixed};
}

std::vector<Segment> halves(int small, int large) {
  return {{"small", small, std::nullopt}, {"large", large, std::nullopt}};
}

TEST(PredictedSeconds, SumsSegmentsAndFixedCosts) {
  EXPECT_DOUBLE_EQ(*predicted_seconds(halves(10, 15), pair_cost(0.1, 0.2, 0.5)), 4.5);
}

TEST(PredictedSeconds, SaysWhenSomethingIsNotMeasured) {
  EXPECT_FALSE(predicted_seconds({{"medium", 1, std::nullopt}}, pair_cost(1, 2, 0)).has_value());
}

TEST(SpeedUps, FollowTheFormulaWithoutFixedCosts) {
  const auto value = speed_up({{halves(40, 60), pair_cost(0.1, 1, 0)}}, "small", "large");
  ASSERT_TRUE(value.has_value());
  EXPECT_DOUBLE_EQ(value->value, 1 / (1 - 0.4 * (1 - 0.1)));
  EXPECT_DOUBLE_EQ(value->ceiling, 10);
}

TEST(SpeedUps, AreHeldDownByFixedCosts) {
  const auto value = speed_up({{halves(10, 0), pair_cost(0.1, 1, 9)}}, "small", "large");
  ASSERT_TRUE(value.has_value());
  EXPECT_DOUBLE_EQ(value->ceiling, 1.9);
  EXPECT_DOUBLE_EQ(value->value, value->ceiling);
  EXPECT_FALSE(speed_up({{halves(1, 1), CostModel{{{"small", 1}}, 0}}}, "small", "large").has_value());
}

TEST(BudgetPlans, PreferTheMostLargeEvaluations) {
  // 25 evaluations: 10 small and 15 large take 1 + 3 + 0.5.
  const BudgetPlan plan = plan_for_budget(places_up_to(25), {0.1, 0.2}, 0.5, 4.55);
  EXPECT_THAT(plan.counts, ElementsAre(10, 15));
  EXPECT_DOUBLE_EQ(plan.seconds, 4.5);
  EXPECT_TRUE(plan.fits);
}

TEST(BudgetPlans, UseLargeAloneWhenThereIsTime) {
  EXPECT_THAT(plan_for_budget(places_up_to(25), {0.1, 0.2}, 0.5, 100).counts, ElementsAre(0, 25));
}

TEST(BudgetPlans, SayWhenEvenAllSmallIsTooSlow) {
  const BudgetPlan plan = plan_for_budget(places_up_to(25), {0.1, 0.2}, 0.6, 2);
  EXPECT_FALSE(plan.fits);
  EXPECT_THAT(plan.counts, ElementsAre(25, 0));
  EXPECT_EQ(shortfall_sentence(plan, {"small", "large"}, 2),
            "25 evaluations by small alone take 3.10 s; 2.00 s cannot be met.");
  EXPECT_EQ(shortfall_sentence(plan_for_budget(places_up_to(25), {0.1, 0.2}, 0, 9), {"small", "large"}, 9), "");
}

TEST(BudgetPlans, UseLargeAloneWhenSmallIsNoFaster) {
  const BudgetPlan plan = plan_for_budget(places_up_to(10), {0.3, 0.2}, 0, 2.0);
  EXPECT_TRUE(plan.fits);
  EXPECT_THAT(plan.counts, ElementsAre(0, 10));
  EXPECT_EQ(shortfall_sentence(plan_for_budget(places_up_to(10), {0.3, 0.2}, 0, 1.0), {"small", "large"}, 1.0),
            "10 evaluations by large alone take 2.00 s; 1.00 s cannot be met.");
}

TEST(BudgetPlans, PutSeamsWhereTheyMayBe) {
  const std::vector<int> places = seam_places(test::heun_schedule(5));  // 0 2 4 6 8 9
  for (double budget = 0.9; budget < 9; budget += 0.37) {
    const BudgetPlan plan = plan_for_budget(places, {0.1, 1}, 0, budget);
    EXPECT_TRUE(std::find(places.begin(), places.end(), plan.counts[0]) != places.end()) << budget;
    EXPECT_LE(plan.seconds, budget);
  }
}

/// Every composition of `left` into counts, checked one by one.
void search(const std::vector<double>& costs, int left, double budget, std::vector<int>& counts,
            std::vector<int>& best) {
  if (counts.size() + 1 == costs.size()) {
    counts.push_back(left);
    const double seconds = std::inner_product(counts.begin(), counts.end(), costs.begin(), 0.0);
    const bool better =
        best.empty() || std::lexicographical_compare(best.rbegin(), best.rend(), counts.rbegin(), counts.rend());
    if (seconds <= budget && better) best = counts;
    counts.pop_back();
    return;
  }
  for (int n = 0; n <= left; ++n) {
    counts.push_back(n);
    search(costs, left - n, budget, counts, best);
    counts.pop_back();
  }
}

TEST(BudgetPlans, EqualTheExhaustiveSearch) {
  const std::vector<std::vector<double>> all_costs{{1, 3}, {3, 1}, {1, 4, 9}, {2, 1, 5}, {1, 2, 3, 7}, {4, 4, 4}};
  for (const std::vector<double>& costs : all_costs) {
    for (int budget = 5; budget <= 90; budget += 3) {
      std::vector<int> counts;
      std::vector<int> best;
      search(costs, 9, budget, counts, best);
      const BudgetPlan plan = plan_for_budget(places_up_to(9), costs, 0, budget);
      ASSERT_EQ(plan.fits, !best.empty());
      if (plan.fits) {
        ASSERT_EQ(plan.counts, best) << testing::PrintToString(costs) << " " << budget;
      }
    }
  }
}

TEST(ShareTuples, AreAsManyAsTheMethodCounts) {
  EXPECT_EQ(share_tuples(3, Percent{10}).size(), 66U);
  EXPECT_EQ(share_tuples(2, Percent{10}).size(), 11U);
  EXPECT_THAT(share_tuples(2, Percent{50}),
              ElementsAre(ElementsAre(Percent{100}, Percent{0}), ElementsAre(Percent{50}, Percent{50}),
                          ElementsAre(Percent{0}, Percent{100})));
}

TEST(PlanPoints, CoverStepsAndRatios) {
  const auto segments_of = [](int steps, Percent ratio) {
    return halves(steps * ratio.value / 100, steps - steps * ratio.value / 100);
  };
  const auto difference = [](int steps, Percent ratio) { return ratio.value - steps; };
  const auto points = plan_points({10, 20}, {Percent{0}, Percent{50}}, pair_cost(1, 2, 3), segments_of, difference);
  ASSERT_EQ(points.size(), 4U);
  EXPECT_DOUBLE_EQ(points[1].seconds, 18);
  EXPECT_DOUBLE_EQ(points[2].seconds, 43);
  EXPECT_DOUBLE_EQ(points[3].difference, 30);
  EXPECT_THAT(plan_points({10}, {Percent{0}}, CostModel{}, segments_of, difference), IsEmpty());
}

PlanPoint point(double seconds, double difference) {
  return {25, Percent{0}, seconds, difference};
}

TEST(ParetoFront, KeepsWhatNothingBeats) {
  const std::vector<PlanPoint> points{point(3, 1), point(1, 5), point(2, 6), point(2, 3), point(4, 1), point(5, 0)};
  EXPECT_THAT(pareto_front(points), ElementsAre(1, 3, 0, 5));
}

TEST(ParetoFront, KeepsTheFirstOfEqualPoints) {
  EXPECT_THAT(pareto_front({point(1, 1), point(1, 1)}), ElementsAre(0));
  EXPECT_THAT(pareto_front({}), IsEmpty());
}

TEST(ParetoFront, DoesNotAssumeThatMoreSmallIsWorse) {
  // Few steps: 80 % small is worse than all small, and slower.
  EXPECT_THAT(pareto_front({point(10, 52), point(5, 97), point(3, 94)}), ElementsAre(2, 0));
}

}  // namespace
}  // namespace tstitch
