#include "core/system/host.h"

#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sched.h>

namespace tstitch {
namespace {

namespace fs = std::filesystem;

/// A made-up control group tree.
class GroupLimitsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "group-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const fs::path& file, const std::string& text) const {
    fs::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << text;
  }

  [[nodiscard]] GroupLimits limits(const std::string& membership) const {
    write("membership", membership);
    return group_limits(root_ / "membership", root_ / "fs");
  }

  fs::path root_;
};

TEST_F(GroupLimitsTest, NoGroupMeansNoLimit) {
  const GroupLimits none = limits("");
  EXPECT_FALSE(none.cores);
  EXPECT_FALSE(none.memory);
}

TEST_F(GroupLimitsTest, Version2TakesTheTightestOnTheWayUp) {
  write("fs/a/b/cpu.max", "max 100000\n");
  write("fs/a/cpu.max", "150000 100000\n");
  write("fs/a/memory.max", "2000000\n");
  write("fs/a/memory.current", "900000\n");
  write("fs/a/memory.stat", "anon 1\ninactive_file 400000\n");
  write("fs/memory.max", "max\n");
  const GroupLimits found = limits("0::/a/b\n");
  EXPECT_EQ(found.cores, 1.5);
  EXPECT_EQ(found.memory, 2000000U);
  EXPECT_EQ(found.memory_used, 500000U);
}

TEST_F(GroupLimitsTest, ContainerSeesItsLimitAtTheRootOfTheMount) {
  write("fs/cpu.max", "200000 100000\n");
  EXPECT_EQ(limits("0::/somewhere/outside\n").cores, 2.0);
}

TEST_F(GroupLimitsTest, Version1HasOneTreePerController) {
  write("fs/cpu/box/cpu.cfs_quota_us", "50000\n");
  write("fs/cpu/box/cpu.cfs_period_us", "100000\n");
  write("fs/memory/box/memory.limit_in_bytes", "3000000\n");
  write("fs/memory/box/memory.usage_in_bytes", "10\n");
  write("fs/memory/memory.limit_in_bytes", "9223372036854771712\n");
  const GroupLimits found = limits("4:memory:/box\n3:cpu,cpuacct:/box\n");
  EXPECT_EQ(found.cores, 0.5);
  EXPECT_EQ(found.memory, 3000000U);
  EXPECT_EQ(found.memory_used, 10U);
}

TEST_F(GroupLimitsTest, Version1WithoutQuotaWritesMinusOne) {
  write("fs/cpu/cpu.cfs_quota_us", "-1\n");
  write("fs/cpu/cpu.cfs_period_us", "100000\n");
  write("fs/memory/memory.limit_in_bytes", "9223372036854771712\n");
  const GroupLimits found = limits("4:memory:/\n3:cpu:/\n");
  EXPECT_FALSE(found.cores);
  EXPECT_FALSE(found.memory);
}

TEST(UsableCores, FollowTheAffinityMask) {
  cpu_set_t before;
  ASSERT_EQ(::sched_getaffinity(0, sizeof(before), &before), 0);
  int first = 0;
  while (!CPU_ISSET(first, &before)) ++first;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(first, &one);
  ASSERT_EQ(::sched_setaffinity(0, sizeof(one), &one), 0);
  EXPECT_EQ(usable_cores(), 1);
  ASSERT_EQ(::sched_setaffinity(0, sizeof(before), &before), 0);
  EXPECT_GE(usable_cores(), 1);
  EXPECT_LE(usable_cores(), CPU_COUNT(&before));
}

TEST(HostMemory, IsPlausible) {
  const MemoryFigures figures = host_memory();
  EXPECT_GT(figures.available, std::uint64_t{16} << 20U);
  EXPECT_LE(figures.available, figures.total);
}

}  // namespace
}  // namespace tstitch
