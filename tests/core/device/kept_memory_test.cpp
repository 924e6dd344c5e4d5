#include "core/device/kept_memory.h"

#include <vector>

#include <ATen/ops/empty.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/zeros.h>
#include <c10/core/CPUAllocator.h>
#include <gtest/gtest.h>

namespace tstitch {
namespace {

TEST(KeptMemory, keepsLargeBlocksWhileItLives) {
  constexpr std::int64_t kNumbers = std::int64_t{1} << 21U;
  {
    const KeptMemory memory;
    at::Tensor x = at::zeros({kNumbers});
    const void* const place = x.const_data_ptr();
    x = at::Tensor();
    EXPECT_EQ(KeptMemory::kept(), kNumbers * 4);
    x = at::zeros({kNumbers - 1000});
    EXPECT_EQ(x.const_data_ptr(), place);
    EXPECT_EQ(KeptMemory::kept(), 0);
    EXPECT_NE(at::empty({kNumbers / 2}).const_data_ptr(), place) << "in use";
    std::vector<at::Tensor> many(40);
    for (at::Tensor& each : many) each = at::empty({kNumbers});
    many.clear();
    EXPECT_LE(KeptMemory::kept(), KeptMemory::kMost);
    EXPECT_GT(KeptMemory::kept(), KeptMemory::kMost / 2);
    EXPECT_EQ(x.sum().item<float>(), 0);
  }
  EXPECT_EQ(KeptMemory::kept(), 0);
  const KeptMemory memory;
  for (const std::size_t size : {std::size_t{1}, std::size_t{100}, std::size_t{5} << 20U}) {
    c10::Allocator& allocator = *c10::GetCPUAllocator();
    allocator.raw_deallocate(allocator.raw_allocate(size));
  }
}

}  // namespace
}  // namespace tstitch
