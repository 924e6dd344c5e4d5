#include "core/trajectory/split_rule.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/trajectory/planner.h"

namespace tstitch {
namespace {

using testing::ElementsAre;

using Timesteps = std::vector<Timestep>;

/// DiT's list: round(i * 999 / (N - 1)), highest first.
Timesteps respaced(int steps) {
  Timesteps timesteps;
  for (int i = steps - 1; i >= 0; --i) timesteps.push_back(Timestep{std::nearbyint(i * 999.0 / (steps - 1))});
  return timesteps;
}

/// LDM's DDIM list: range(0, 1000, 1000 div S) + 1, highest first.
Timesteps ldm_list(int steps) {
  Timesteps timesteps;
  for (int t = 0; t < 1000; t += 1000 / steps) timesteps.insert(timesteps.begin(), Timestep{t + 1.0});
  return timesteps;
}

/// PNDM's leading list with its second timestep twice.
Timesteps pndm_list(int steps) {
  Timesteps timesteps;
  for (int i = steps - 1; i >= 0; --i) timesteps.push_back(Timestep{i * (1000.0 / steps) + 1});
  timesteps.insert(timesteps.begin() + 1, timesteps[1]);
  return timesteps;
}

/// Counts for r = 0, 0.1, ... 1.
std::vector<int> tenths(SplitRule rule, const Timesteps& timesteps) {
  std::vector<int> counts;
  for (int tenth = 0; tenth <= 10; ++tenth) {
    counts.push_back(small_evaluation_count(rule, Percent{10 * tenth}, timesteps));
  }
  return counts;
}

struct Vectors {
  int steps;
  std::vector<int> dit, floor, lcm, round;
};

/// Rules on the respaced list.
const std::vector<Vectors> kTable{
    {2,
     {0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2},
     {0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2},
     {0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2},
     {0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2}},
    {4,
     {0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4},
     {0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 4},
     {0, 1, 1, 2, 2, 3, 3, 3, 4, 4, 4},
     {0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 4}},
    {8,
     {0, 1, 2, 3, 3, 4, 5, 5, 6, 7, 8},
     {0, 0, 1, 2, 3, 4, 4, 5, 6, 7, 8},
     {0, 1, 2, 3, 4, 5, 5, 6, 7, 8, 8},
     {0, 1, 2, 2, 3, 4, 5, 6, 6, 7, 8}},
    {25,
     {0, 3, 5, 8, 10, 13, 15, 17, 20, 22, 25},
     {0, 2, 5, 7, 10, 12, 15, 17, 20, 22, 25},
     {0, 3, 6, 8, 11, 13, 16, 18, 21, 23, 25},
     {0, 3, 5, 8, 10, 13, 15, 18, 20, 23, 25}},
};

TEST(SplitRules, FollowTheTable) {
  for (const Vectors& row : kTable) {
    EXPECT_EQ(tenths(SplitRule::Dit, respaced(row.steps)), row.dit) << row.steps;
    EXPECT_EQ(tenths(SplitRule::Floor, respaced(row.steps)), row.floor) << row.steps;
    EXPECT_EQ(tenths(SplitRule::Lcm, respaced(row.steps)), row.lcm) << row.steps;
    EXPECT_EQ(tenths(SplitRule::Round, respaced(row.steps)), row.round) << row.steps;
  }
}

TEST(SplitRules, AreExactWhereTenthsDivideTheSteps) {
  for (const int steps : {10, 20, 50, 100, 250, 1000}) {
    std::vector<int> exact;
    std::vector<int> lcm;
    for (int tenth = 0; tenth <= 10; ++tenth) {
      exact.push_back(steps * tenth / 10);
      lcm.push_back(steps * tenth / 10 + (tenth > 0 && tenth < 10 ? 1 : 0));
    }
    std::vector<int> dit = exact;
    if (steps == 1000) dit[7] = 699;  // 1 - 0.7 is a little more than 0.3 in doubles
    EXPECT_EQ(tenths(SplitRule::Dit, respaced(steps)), dit) << steps;
    EXPECT_EQ(tenths(SplitRule::Floor, respaced(steps)), exact) << steps;
    EXPECT_EQ(tenths(SplitRule::Round, respaced(steps)), exact) << steps;
    EXPECT_EQ(tenths(SplitRule::Lcm, respaced(steps)), lcm) << steps;
  }
}

TEST(SplitRules, CountPndmsExtraEvaluation) {
  EXPECT_THAT(tenths(SplitRule::Floor, pndm_list(50)), ElementsAre(0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 51));
  EXPECT_THAT(tenths(SplitRule::Floor, pndm_list(25)), ElementsAre(0, 2, 5, 7, 10, 13, 15, 18, 20, 23, 26));
}

TEST(SplitRules, LdmCutsItsOwnLists) {
  EXPECT_EQ(ldm_list(30).size(), 31U);
  EXPECT_EQ(ldm_list(64).size(), 67U);
  EXPECT_THAT(tenths(SplitRule::Ldm, ldm_list(30)), ElementsAre(0, 3, 6, 9, 12, 15, 18, 21, 24, 28, 31));
  EXPECT_THAT(tenths(SplitRule::Ldm, ldm_list(64)), ElementsAre(0, 7, 13, 20, 27, 33, 40, 47, 53, 60, 67));
  EXPECT_THAT(tenths(SplitRule::Ldm, ldm_list(100)), ElementsAre(0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100));
  const std::vector<int> stride_one = tenths(SplitRule::Ldm, ldm_list(501));
  EXPECT_EQ(stride_one[8], 801);
  EXPECT_EQ(stride_one[9], 901);
}

TEST(SplitRules, DitKeepsAnEqualTimestepThatLdmGivesAway) {
  // 370 of 28 steps at 0.63: 370/1000 equals 1 - 0.63 in doubles.
  const Timesteps timesteps = respaced(28);
  const auto at = std::find(timesteps.begin(), timesteps.end(), Timestep{370.0});
  ASSERT_NE(at, timesteps.end());
  const int before = static_cast<int>(at - timesteps.begin());
  EXPECT_EQ(small_evaluation_count(SplitRule::Dit, Percent{63}, timesteps), before + 1);
  EXPECT_EQ(small_evaluation_count(SplitRule::Ldm, Percent{63}, timesteps), before);
}

TEST(SplitRules, CutInTimestepsWhereSpacingIsNotUniform) {
  const Timesteps lcm{Timestep{999}, Timestep{759}, Timestep{499}, Timestep{259}};
  EXPECT_EQ(small_evaluation_count(SplitRule::Floor, Percent{25}, lcm), 1);
  EXPECT_EQ(small_evaluation_count(SplitRule::Dit, Percent{25}, lcm), 2);
}

TEST(SplitRules, FloorIsAnIntegerDivision) {
  struct {
    int steps, hundredths, count;
  } const kPairs[]{{50, 58, 29}, {90, 70, 63}, {100, 29, 29}, {100, 57, 57}, {100, 58, 58}};
  for (const auto& pair : kPairs) {
    const Timesteps timesteps(static_cast<std::size_t>(pair.steps));
    EXPECT_EQ(small_evaluation_count(SplitRule::Floor, Percent{pair.hundredths}, timesteps), pair.count);
  }
}

TEST(SplitRules, FloorAndLcmEqualTheReferencesFractions) {
  for (int n = 1; n <= 100; ++n) {
    const Timesteps timesteps(static_cast<std::size_t>(n));
    for (int h = 0; h <= 100; ++h) {
      const double r = h / 100.0;
      int floor = 0;
      int lcm = 0;
      for (int i = 0; i < n; ++i) {
        floor += (i + 1.0) / n <= r ? 1 : 0;
        lcm += h != 0 && (h == 100 || static_cast<double>(i) / n <= r) ? 1 : 0;
      }
      ASSERT_EQ(small_evaluation_count(SplitRule::Floor, Percent{h}, timesteps), floor) << n << " " << h;
      ASSERT_EQ(small_evaluation_count(SplitRule::Lcm, Percent{h}, timesteps), lcm) << n << " " << h;
    }
  }
}

TEST(SplitRules, RoundIsHalfUp) {
  EXPECT_EQ(small_evaluation_count(SplitRule::Round, Percent{50}, Timesteps(5)), 3);
  EXPECT_EQ(small_evaluation_count(SplitRule::Round, Percent{49}, Timesteps(5)), 2);
}

TEST(SplitRules, EveryRuleGivesNothingAtZeroAndAllAtOne) {
  for (const SplitRule rule :
       {SplitRule::Floor, SplitRule::Dit, SplitRule::DitMulti, SplitRule::Ldm, SplitRule::Lcm, SplitRule::Round}) {
    for (const int steps : {2, 7, 31, 1000}) {
      EXPECT_EQ(small_evaluation_count(rule, Percent{0}, respaced(steps)), 0);
      EXPECT_EQ(small_evaluation_count(rule, Percent{100}, respaced(steps)), steps);
    }
  }
}

std::vector<Percent> shares(const std::vector<int>& values) {
  std::vector<Percent> percents;
  percents.reserve(values.size());
  for (const int value : values) percents.push_back(Percent{value});
  return percents;
}

TEST(DitMulti, FollowsTheTable) {
  EXPECT_THAT(dit_multi_counts(shares({50, 30, 20}), respaced(100)), ElementsAre(50, 30, 20));
  EXPECT_THAT(dit_multi_counts(shares({40, 40, 20}), respaced(100)), ElementsAre(40, 40, 20));
  EXPECT_THAT(dit_multi_counts(shares({0, 50, 50}), respaced(100)), ElementsAre(0, 50, 50));
}

TEST(DitMulti, RefusesSharesThatLeaveStepsWithoutOwner) {
  EXPECT_THROW(dit_multi_counts(shares({30, 30, 30}), respaced(100)), UsageError);
  EXPECT_THROW(dit_multi_counts({}, respaced(100)), UsageError);
}

TEST(DitMulti, OwnsEveryStepOfEveryTuple) {
  for (const int spacing : {10, 5, 1}) {
    for (const std::vector<Percent>& tuple : share_tuples(3, Percent{spacing})) {
      const std::vector<int> counts = dit_multi_counts(tuple, respaced(100));
      ASSERT_EQ(counts[0] + counts[1] + counts[2], 100);
      for (std::size_t k = 0; k < 3; ++k) {
        // Without a share it never runs.
        ASSERT_TRUE(tuple[k].value != 0 || counts[k] == 0) << testing::PrintToString(counts);
      }
    }
  }
}

TEST(DitMulti, OfTwoIsARuleOfTwo) {
  EXPECT_EQ(small_evaluation_count(SplitRule::DitMulti, Percent{40}, respaced(100)), 40);
}

}  // namespace
}  // namespace tstitch
