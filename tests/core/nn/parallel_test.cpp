#include "core/nn/parallel.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

namespace tstitch::detail {
namespace {

class ParallelTest : public ::testing::Test {
 protected:
  ParallelTest() { at::set_num_threads(2); }
  ~ParallelTest() override { at::set_num_threads(before_); }

 private:
  int before_ = at::get_num_threads();
};

TEST_F(ParallelTest, WorksOnAllThreads) {
  std::mutex mutex;
  std::condition_variable arrived;
  std::set<std::thread::id> threads;
  std::int64_t sum = 0;
  in_parallel(100, 1, [&](std::int64_t begin, std::int64_t end) {
    std::unique_lock lock(mutex);
    threads.insert(std::this_thread::get_id());
    arrived.notify_all();
    arrived.wait_for(lock, std::chrono::seconds(20), [&] { return threads.size() > 1; });
    sum += end - begin;
  });
  EXPECT_EQ(threads.size(), 2U);
  EXPECT_EQ(sum, 100);
}

TEST_F(ParallelTest, LeavesShortWorkInOnePiece) {
  std::atomic<int> pieces = 0;
  in_parallel(100, 100, [&](std::int64_t, std::int64_t) { ++pieces; });
  EXPECT_EQ(pieces, 1);
  in_parallel(0, 1, [&](std::int64_t, std::int64_t) { ++pieces; });
  EXPECT_EQ(pieces, 1);
}

TEST_F(ParallelTest, ThrowsWhatAPieceThrows) {
  const auto failing = [](std::int64_t, std::int64_t end) {
    if (end == 100) throw std::runtime_error("last");
  };
  EXPECT_THROW(in_parallel(100, 1, failing), std::runtime_error);
}

}  // namespace
}  // namespace tstitch::detail
