#include "core/local_engine/kept_states.h"

#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "core/trajectory/trajectory.h"
#include "tests/support/small_pair.h"

namespace tstitch {
namespace {

class KeptStatesTest : public ::testing::Test {
 protected:
  ResolvedRun run(int ratio) const { return resolve_run(pair_.request(ratio), {}); }
  std::shared_ptr<const KeptStates::Way> way(const ResolvedRun& run) const { return way(run, compute_); }
  static std::shared_ptr<const KeptStates::Way> way(const ResolvedRun& run, const ComputeChoice& compute) {
    return KeptStates::way_of(run, compute);
  }
  static Snapshot after(int steps) { return {StepIndex{steps}, {at::zeros({1, 4, 6, 8}), {}, steps, 0}}; }

  test::SmallPair pair_{TSTITCH_GOLDEN_DIR};
  ComputeChoice compute_;
  KeptStates states_;
};

TEST_F(KeptStatesTest, serveEveryRunThatSharesTheWayThere) {
  states_.keep(1, way(run(100)), after(2));
  ASSERT_TRUE(states_.on_way(*way(run(50)), 1)) << "two of four steps are small in both";
  EXPECT_EQ(states_.on_way(*way(run(50)), 1)->next_step, StepIndex{2});
  EXPECT_FALSE(states_.on_way(*way(run(25)), 1)) << "its second step is the large one's";
  EXPECT_FALSE(states_.on_way(*way(run(50)), 2)) << "never kept";
}

TEST_F(KeptStatesTest, serveNoRunThatDiffersInAnythingElse) {
  states_.keep(1, way(run(100)), after(2));
  GenerationRequest other = pair_.request(50);
  other.seed = 4;
  EXPECT_FALSE(states_.on_way(*way(resolve_run(other, {})), 1));
  ComputeChoice threads = compute_;
  threads.threads = 7;
  EXPECT_FALSE(states_.on_way(*way(run(50), threads), 1));
  test::SmallModel replaced;
  replaced.unet = "unet_small";
  replaced.seed = 9;
  pair_.write("small", replaced);
  EXPECT_FALSE(states_.on_way(*way(run(50)), 1)) << "the file is another one";
}

TEST_F(KeptStatesTest, findTheFurthestOfATrailThatServes) {
  for (int steps = 1; steps <= 4; ++steps) {
    states_.keep(100 + static_cast<StateId>(steps), way(run(100)), after(steps));
  }
  const StateTrail trail{100, true};
  EXPECT_EQ(states_.furthest_on_way(*way(run(75)), trail, {})->next_step, StepIndex{3});
  EXPECT_EQ(states_.furthest_on_way(*way(run(75)), trail, StepIndex{2})->next_step, StepIndex{2});
  states_.forget(103);
  EXPECT_EQ(states_.furthest_on_way(*way(run(75)), trail, {})->next_step, StepIndex{2});
  EXPECT_FALSE(states_.furthest_on_way(*way(run(0)), trail, {}));
  EXPECT_FALSE(states_.furthest_on_way(*way(run(75)), StateTrail{200, true}, {}));
}

TEST_F(KeptStatesTest, forgetTheOldestBeyondTheirBound) {
  const std::int64_t one = 4 * 6 * 8 * 4;
  KeptStates few(2 * one);
  for (StateId id = 1; id <= 3; ++id) few.keep(id, way(run(100)), after(1));
  EXPECT_FALSE(few.on_way(*way(run(100)), 1));
  EXPECT_TRUE(few.on_way(*way(run(100)), 2));
  few.forget(2);
  few.forget(2);
  EXPECT_FALSE(few.on_way(*way(run(100)), 2));
  EXPECT_TRUE(few.on_way(*way(run(100)), 3));
}

}  // namespace
}  // namespace tstitch
