#include "core/system/memory_use.h"

#include <vector>

#include <gtest/gtest.h>

namespace tstitch {
namespace {

TEST(MemoryUse, growsWithWhatIsTouched) {
  const std::int64_t before = resident_bytes_with_children();
  EXPECT_GT(before, 1 << 20);
  const std::vector<char> block(std::size_t{64} << 20, 'x');
  EXPECT_GE(resident_bytes_with_children(), before + (std::int64_t{48} << 20)) << block.size();
}

}  // namespace
}  // namespace tstitch
