#include "core/system/call_threads.h"

#include <chrono>
#include <future>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace tstitch {
namespace {

TEST(CallThreadsTest, oneThreadMakesCallsInTheirOrder) {
  std::vector<int> made;
  std::promise<void> last;
  CallThreads lane(1);
  for (int i = 0; i < 100; ++i) lane.post([&made, i] { made.push_back(i); });
  lane.post([&last] { last.set_value(); });
  last.get_future().wait();
  ASSERT_EQ(made.size(), 100U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(made[static_cast<std::size_t>(i)], i);
}

/// The first call ends only because the second is made beside it.
TEST(CallThreadsTest, severalMakeCallsAtTheSameTime) {
  std::promise<void> begun;
  std::promise<void> answered;
  std::promise<void> ended;
  CallThreads threads(2);
  threads.post([&] {
    begun.set_value();
    answered.get_future().wait();
    ended.set_value();
  });
  begun.get_future().wait();
  threads.post([&answered] { answered.set_value(); });
  EXPECT_EQ(ended.get_future().wait_for(std::chrono::minutes(1)), std::future_status::ready);
}

TEST(CallThreadsTest, theEndWaitsForWhatIsBegunAndDropsTheRest) {
  std::promise<void> begun;
  bool ended = false;
  bool dropped = true;
  CallThreads lane(1);
  lane.post([&] {
    begun.set_value();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    ended = true;
  });
  lane.post([&dropped] { dropped = false; });
  begun.get_future().wait();
  lane.end();
  EXPECT_TRUE(ended);
  EXPECT_TRUE(dropped);
}

}  // namespace
}  // namespace tstitch
