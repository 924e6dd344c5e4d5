#include "core/device/device_graph.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/device/simulated_device.h"

namespace tstitch {
namespace {

using test::on_device;

class DeviceGraphs : public testing::Test {
 protected:
  static at::Tensor row(float first) { return at::arange(first, first + 6, at::kFloat); }

  /// Whether recording that throws so.
  template <class Refusal, class Work>
  bool refuses(const Work& work) const {
    try {
      const DeviceGraph graph(x_.device(), work);
    } catch (const Refusal&) {
      return true;
    }
    return false;
  }

  const at::Tensor x_ = on_device(row(0));
  test::GraphsOnDevice graphs_;
};

TEST_F(DeviceGraphs, areOfferedByDevice) {
  EXPECT_TRUE(has_device_graphs(test::simulated_device()));
  EXPECT_FALSE(has_device_graphs(at::kCPU));
}

TEST_F(DeviceGraphs, doTheSameWorkOnOtherNumbers) {
  at::Tensor y;
  const DeviceGraph graph(x_.device(), [&] { y = at::cat({x_ * 2.0 + 1.0, x_.narrow(0, 1, 2)}).view({2, 4}); });
  for (const float first : {3.0F, -7.0F}) {
    x_.copy_(row(first));
    graph.replay();
    EXPECT_TRUE(at::equal(y.cpu(), at::cat({row(first) * 2.0 + 1.0, row(first).narrow(0, 1, 2)}).view({2, 4})));
  }
}

TEST_F(DeviceGraphs, writeInPlaceAgain) {
  at::Tensor y;
  const DeviceGraph graph(x_.device(), [&] {
    y = at::zeros_like(x_);
    y.narrow(0, 0, 2).copy_(x_.narrow(0, 4, 2));
    y.add_(1.0);
  });
  graph.replay();
  graph.replay();
  EXPECT_TRUE(at::equal(y.cpu(), at::tensor({5.0F, 6.0F, 1.0F, 1.0F, 1.0F, 1.0F})));
}

TEST_F(DeviceGraphs, doNothingWhileTheyAreRecorded) {
  at::Tensor y;
  const DeviceGraph graph(x_.device(), [&] { y = x_ + 1.0; });
  EXPECT_TRUE(at::isnan(y.cpu()).all().item<bool>());
}

TEST_F(DeviceGraphs, areOneLaunch) {
  at::Tensor y;
  const DeviceGraph graph(x_.device(), [&] { y = ((x_ + 1.0) * 2.0).sin().cos(); });
  const std::int64_t before = test::device_launches();
  graph.replay();
  EXPECT_EQ(test::device_launches() - before, 1);
}

TEST_F(DeviceGraphs, keepTheHostsNumbers) {
  double factor = 2.0;
  at::Tensor y;
  const DeviceGraph graph(x_.device(), [&] { y = x_ * factor; });
  factor = 3.0;
  graph.replay();
  EXPECT_TRUE(at::equal(y.cpu(), row(0) * 2.0));
}

TEST_F(DeviceGraphs, runKernelsOfOnesOwnAgain) {
  at::Tensor y;
  const DeviceGraph graph(x_.device(), [&] {
    y = at::empty_like(x_);
    const auto* from = x_.const_data_ptr<float>();
    auto* to = y.mutable_data_ptr<float>();
    test::launch_on_device([from, to] {
      for (int i = 0; i < 6; ++i) to[i] = 4.0F * from[i];
    });
  });
  x_.copy_(row(5));
  graph.replay();
  EXPECT_TRUE(at::equal(y.cpu(), row(5) * 4.0));
}

TEST_F(DeviceGraphs, refuseWhatWaitsOrCrosses) {
  const at::Tensor host = row(0);
  EXPECT_TRUE(refuses<c10::Error>([&] { static_cast<void>(x_.sum().item<float>()); }));
  EXPECT_TRUE(refuses<c10::Error>([&] { static_cast<void>(x_.cpu()); }));
  EXPECT_TRUE(refuses<c10::Error>([&] { static_cast<void>(on_device(host)); }));
  EXPECT_TRUE(refuses<c10::Error>([&] { static_cast<void>(at::nonzero(x_)); }));
  EXPECT_EQ(test::GraphsOnDevice::alive(), 0);
  EXPECT_TRUE(at::equal(on_device(host).cpu(), host)) << "the device goes on";
}

TEST_F(DeviceGraphs, refuseMemoryThatIsGone) {
  at::Tensor gone = on_device(row(1)), y;
  const DeviceGraph graph(x_.device(), [&] { y = x_ + gone; });
  graph.replay();
  gone.reset();
  EXPECT_THROW(graph.replay(), Error);
}

TEST_F(DeviceGraphs, thatFailAreReleased) {
  const test::GraphsOnDevice failing(test::GraphsOnDevice::Recordings::Fail);
  EXPECT_TRUE(refuses<Error>([&] { static_cast<void>(x_ + 1.0); }));
  EXPECT_EQ(test::GraphsOnDevice::alive(), 0);
}

}  // namespace
}  // namespace tstitch
