#include "core/device/pinned_upload.h"

#include <string>
#include <vector>

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/device/page_locked.h"
#include "tests/support/device/simulated_device.h"

namespace tstitch {
namespace {

using testing::ElementsAre;
using testing::Pair;

constexpr std::int64_t kSize = 1000;
constexpr std::int64_t kBuffer = 300;

at::Tensor numbers() {
  return at::arange(kSize, at::kFloat);
}

/// On the device; NaN until something comes.
at::Tensor block() {
  return at::empty({kSize}, at::TensorOptions(at::kFloat).device(test::simulated_device()));
}

/// Fills `target` with numbers(), buffer by buffer.
void fill(PinnedUpload& upload) {
  while (upload.sent() < kSize) {
    const at::Tensor room = upload.room();
    room.copy_(numbers().narrow(0, upload.sent(), room.numel()));
    upload.send();
  }
}

TEST(PinnedUpload, fillsABlockThroughTwoBuffersInTurn) {
  const at::Tensor target = block();
  const test::DeviceLog log;
  {
    const auto upload = PinnedUpload::to(target, kBuffer);
    ASSERT_NE(upload, nullptr);
    EXPECT_EQ(test::memory_in_use().page_locked, 2 * kBuffer * 4);
    fill(*upload);
    EXPECT_THAT(log.crossings(), ElementsAre("upload for weights", "upload for weights", "wait for weights",
                                             "upload for weights", "wait for weights", "upload for weights"));
  }
  EXPECT_THAT(log.crossings().size(), 8) << "what is under way at the end is waited for";
  EXPECT_EQ(log.count(test::DeviceCall::Kind::Allocation), 0);
  EXPECT_EQ(test::memory_in_use().page_locked, 0);
  EXPECT_TRUE(at::equal(target.cpu(), numbers()));
}

/// The device copies as late as it may: what a buffer holds then is what comes.
TEST(PinnedUpload, wouldSendAnotherBuffersNumbersWithoutTheWait) {
  const at::Tensor target = block();
  const at::Tensor buffer = page_locked(kBuffer, at::kFloat, target.device());
  buffer.fill_(1);
  target.narrow(0, 0, kBuffer).copy_(buffer, /*non_blocking=*/true);
  buffer.fill_(2);
  target.narrow(0, kBuffer, kBuffer).copy_(buffer, /*non_blocking=*/true);
  EXPECT_EQ(target[0].item<float>(), 2);
}

TEST(PinnedUpload, doesWithOneBufferWhereThereIsNoSecond) {
  const at::Tensor target = block();
  const test::FewPageLocked few(1);
  const auto upload = PinnedUpload::to(target, kBuffer);
  ASSERT_NE(upload, nullptr);
  fill(*upload);
  EXPECT_TRUE(at::equal(target.cpu(), numbers()));
}

TEST(PinnedUpload, isNothingWithoutPageLockedMemory) {
  const at::Tensor target = block();
  const test::FewPageLocked none(0);
  EXPECT_EQ(PinnedUpload::to(target, kBuffer), nullptr);
  EXPECT_FALSE(page_locked(1, at::kFloat, at::kCPU).defined());
}

TEST(PinnedUpload, leavesNothingWhenItIsGivenUp) {
  const test::MemoryInUse before = test::memory_in_use();
  {
    const auto upload = PinnedUpload::to(block(), kBuffer);
    upload->room().zero_();
    upload->send();
  }
  EXPECT_EQ(test::memory_in_use(), before);
}

}  // namespace
}  // namespace tstitch
