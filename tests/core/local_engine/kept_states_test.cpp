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
  static Snapshot after(int steps) { return {StepIndex{steps}, {at::zeros({1, 4, 6, 8}), {}, steps, 0}}; }

  test::SmallPair pair_{TSTITCH_GOLDEN_DIR};
  ComputeChoice compute_;
  KeptStates states_;
};

TEST_F(KeptStatesTest, serveEveryRunThatSharesTheWayThere) {
  states_.keep(1, run(100), compute_, after(2));
  ASSERT_TRUE(states_.on_the_way_of(run(50), compute_, 1)) << "two of four steps are small in both";
  EXPECT_EQ(states_.on_the_way_of(run(50), compute_, 1)->next_step, StepIndex{2});
  EXPECT_FALSE(states_.on_the_way_of(run(25), compute_, 1)) << "its second step is the large one's";
  EXPECT_FALSE(states_.on_the_way_of(run(50), compute_, 2)) << "never kept";
}

TEST_F(KeptStatesTest, serveNoRunThatDiffersInAnythingElse) {
  states_.keep(1, run(100), compute_, after(2));
  GenerationRequest other = pair_.request(50);
  other.seed = 4;
  EXPECT_FALSE(states_.on_the_way_of(resolve_run(other, {}), compute_, 1));
  ComputeChoice threads = compute_;
  threads.threads = 7;
  EXPECT_FALSE(states_.on_the_way_of(run(50), threads, 1));
  test::SmallModel replaced;
  replaced.unet = "unet_small";
  replaced.seed = 9;
  pair_.write("small", replaced);
  EXPECT_FALSE(states_.on_the_way_of(run(50), compute_, 1)) << "the file is another one";
}

TEST_F(KeptStatesTest, forgetTheOldestBeyondTheirBound) {
  const std::int64_t one = 4 * 6 * 8 * 4;
  KeptStates few(2 * one);
  for (StateId id = 1; id <= 3; ++id) few.keep(id, run(100), compute_, after(1));
  EXPECT_FALSE(few.on_the_way_of(run(100), compute_, 1));
  EXPECT_TRUE(few.on_the_way_of(run(100), compute_, 2));
  few.forget(2);
  few.forget(2);
  EXPECT_FALSE(few.on_the_way_of(run(100), compute_, 2));
  EXPECT_TRUE(few.on_the_way_of(run(100), compute_, 3));
}

}  // namespace
}  // namespace tstitch
