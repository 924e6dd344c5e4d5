#include "core/device/host_copies.h"

#include <vector>

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/device/simulated_device.h"

namespace tstitch {
namespace {

using test::DeviceCall;
using testing::ElementsAre;
using testing::IsEmpty;

at::Tensor numbers() {
  return at::arange(12, at::kFloat).view({3, 4});
}

std::int64_t waits_of_default_stream(const test::DeviceLog& log) {
  std::int64_t waits = 0;
  for (const DeviceCall& call : log.calls()) waits += call.kind == DeviceCall::Kind::Wait && call.stream == 0 ? 1 : 0;
  return waits;
}

TEST(HostCopies, arriveBesideTheWorkOfTheDevice) {
  HostCopies copies(test::simulated_device());
  const at::Tensor x = numbers().to(test::simulated_device());
  const test::DeviceLog log;
  const at::Tensor made = x + 1.0;
  const HostCopies::Arrival arrival = copies.start(made.t(), Crossing::Preview);
  static_cast<void>(made * 2.0);
  EXPECT_THAT(log.crossings(), ElementsAre("download for preview"));
  EXPECT_TRUE(at::equal(arrival(), (numbers() + 1.0).t()));
  EXPECT_THAT(log.crossings(), ElementsAre("download for preview", "wait for preview"));
  EXPECT_EQ(waits_of_default_stream(log), 0);
  const std::vector<DeviceCall> calls = log.calls();
  const auto order = std::find_if(calls.begin(), calls.end(),
                                  [](const DeviceCall& call) { return call.kind == DeviceCall::Kind::Order; });
  ASSERT_NE(order, calls.end()) << "the copy waits for what is copied";
  EXPECT_NE(order->stream, 0);
}

TEST(HostCopies, arePlainCopiesWithoutPageLockedMemory) {
  HostCopies copies(test::simulated_device());
  const at::Tensor x = numbers().to(test::simulated_device());
  const test::FewPageLocked none(0);
  const test::DeviceLog log;
  const HostCopies::Arrival arrival = copies.start(x, Crossing::Preview);
  EXPECT_THAT(log.crossings(), IsEmpty());
  EXPECT_TRUE(at::equal(arrival(), numbers()));
  EXPECT_THAT(log.crossings(), ElementsAre("download for preview"));
}

TEST(HostCopies, areTheTensorItselfOnTheCpu) {
  HostCopies copies(at::kCPU);
  const at::Tensor x = numbers();
  EXPECT_TRUE(copies.start(x, Crossing::Preview)().is_same(x));
}

}  // namespace
}  // namespace tstitch
