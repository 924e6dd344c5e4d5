#include "core/local_engine/prefetch.h"

#include <thread>

#include <ATen/TensorOperators.h>
#include <ATen/ops/ones.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "tests/support/device/simulated_device.h"

namespace tstitch {
namespace {

using test::DeviceCall;

using Denoisers = DenoiserLeases::Denoisers;

TEST(Prefetch, worksOnAThreadAndAStreamOfItsOwn) {
  const test::DeviceLog log;
  const at::Device device = test::simulated_device();
  std::thread::id thread;
  Prefetch prefetch(device, {}, [&](const std::stop_token&) {
    thread = std::this_thread::get_id();
    static_cast<void>(at::ones({3}).to(device));
    return Denoisers(2);
  });
  EXPECT_EQ(prefetch.result().size(), 2U);
  EXPECT_NE(thread, std::this_thread::get_id());
  std::vector<DeviceCall> orders;
  for (const DeviceCall& call : log.calls()) {
    if (call.kind == DeviceCall::Kind::Order) orders.push_back(call);
    if (call.kind == DeviceCall::Kind::Upload) {
      EXPECT_NE(call.stream, 0);
    }
    EXPECT_NE(call.kind, DeviceCall::Kind::Wait) << "no host waits for a stream";
  }
  ASSERT_EQ(orders.size(), 2U);
  EXPECT_NE(orders.front().stream, 0) << "it begins behind what the current stream was asked for";
  EXPECT_EQ(orders.back().stream, 0) << "which goes on behind it";
}

TEST(Prefetch, throwsWhereTheResultIsAskedFor) {
  Prefetch prefetch(test::simulated_device(), {},
                    [](const std::stop_token&) -> Denoisers { throw BadInput("is damaged.", "file"); });
  EXPECT_THROW(static_cast<void>(prefetch.result()), BadInput);
}

/// Loads until it is stopped.
Denoisers endless(const std::stop_token& stop) {
  while (true) {
    stop_point(stop);
    std::this_thread::yield();
  }
}

TEST(Prefetch, endsWithItsRun) {
  std::stop_source run;
  Prefetch prefetch(test::simulated_device(), run.get_token(), endless);
  run.request_stop();
  EXPECT_THROW(static_cast<void>(prefetch.result()), Interrupted);
}

TEST(Prefetch, isStoppedAndWaitedForWhereNobodyAsks) {
  bool ended = false;
  {
    const Prefetch prefetch(test::simulated_device(), {}, [&](const std::stop_token& stop) {
      const struct AtEnd {
        bool& ended;
        ~AtEnd() { ended = true; }
      } at_end{ended};
      return endless(stop);
    });
  }
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace tstitch
