#include "core/local_engine/memory_need.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/small_pair.h"

namespace tstitch {
namespace {

class MemoryNeed : public ::testing::Test {
 protected:
  [[nodiscard]] ResolvedRun of_size(int width, int height) const {
    GenerationRequest request = pair_.request();
    request.extent = {width, height};
    return resolve_run(request, {});
  }

  test::SmallPair pair_{TSTITCH_GOLDEN_DIR};
};

TEST_F(MemoryNeed, countsTheNetworksThatTheTrajectoryAsks) {
  const std::int64_t large = pair_.resolved().models.at("large").facts.parameters;
  const std::int64_t small = pair_.resolved().models.at("small").facts.parameters;
  EXPECT_EQ(memory_need(pair_.resolved(50), 4) - memory_need(pair_.resolved(0), 4), 4 * small);
  EXPECT_EQ(memory_need(pair_.resolved(50), 2), memory_need(pair_.resolved(50), 4) - 2 * (small + large));
}

TEST_F(MemoryNeed, growsWithTheArea) {
  const std::int64_t weights = memory_need(of_size(64, 64), 4) - memory_need(of_size(64, 64), 0);
  EXPECT_EQ(memory_need(of_size(128, 64), 4) - weights, 2 * (memory_need(of_size(64, 64), 4) - weights));
  // Far beyond 32 bits, and still positive.
  EXPECT_GT(memory_need(of_size(16384, 16384), 4), std::int64_t{1} << 33U);
}

TEST_F(MemoryNeed, refusesWithTheNeedAndWhatIsFree) {
  const ResolvedRun run = of_size(64, 64);
  const std::int64_t need = memory_need(run, 4);
  EXPECT_NO_THROW(require_memory(run, 4, need));
  try {
    require_memory(run, 4, need - 1);
    FAIL();
  } catch (const OutOfMemory& problem) {
    EXPECT_EQ(problem.where(), "64x64");
    EXPECT_NE(std::string(problem.what()).find(" MiB, and "), std::string::npos) << problem.what();
  }
}

TEST_F(MemoryNeed, cutsTheDecodingWhereItWouldTakeMoreThanHalf) {
  const std::int64_t widest = std::int64_t{4} * 256 * 128 * 32 * 4;  // four fp32 maps of the second level's 32 channels
  EXPECT_FALSE(needs_tiles(of_size(256, 128), 2 * widest));
  EXPECT_TRUE(needs_tiles(of_size(256, 128), 2 * widest - 2));
  EXPECT_FALSE(needs_tiles(of_size(128, 128), widest));
}

}  // namespace
}  // namespace tstitch
