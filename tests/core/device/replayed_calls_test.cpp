#include "core/device/replayed_calls.h"

#include <string>
#include <thread>
#include <vector>

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/stop.h"
#include "core/device/plain_calls.h"
#include "tests/support/device/simulated_device.h"

namespace tstitch {
namespace {

using Tensors = std::vector<at::Tensor>;
using test::GraphsOnDevice;
using test::on_device;

at::Tensor x_of(int call, int width = 4) {
  return on_device(at::full({2, width}, 0.5 * call, at::kFloat));
}

class Replays : public testing::Test {
 protected:
  /// x * 3 + y, where there is a y.
  static at::Tensor plain(const Tensors& in, const std::stop_token& stop) {
    const at::Tensor product = in[0] * 3.0;
    stop_point(stop);
    return in[1].defined() ? product + in[1] : product;
  }

  std::optional<at::Tensor> asked(const Tensors& in, const std::stop_token& stop = {}) {
    const auto make = [this] {
      ++made_;
      return ReplayableCall{plain, [this](std::size_t input) { renewed_.push_back(input); }};
    };
    return replays_(in, stop, make, [this](const std::string& line) { warnings_.push_back(line); });
  }

  void expect_plain(const Tensors& in) {
    const auto found = asked(in);
    ASSERT_TRUE(found);
    EXPECT_TRUE(at::equal(found->cpu(), plain(in, {}).cpu()));
  }

  const at::Tensor y_ = on_device(at::arange(4, at::kFloat));
  const int recorded_ = GraphsOnDevice::recorded(), replayed_ = GraphsOnDevice::replayed();
  ReplayedCalls replays_;
  int made_ = 0;
  std::vector<std::size_t> renewed_;
  std::vector<std::string> warnings_;
};

TEST_F(Replays, areNoneWithoutGraphs) {
  EXPECT_FALSE(asked({x_of(0), y_}));
  const GraphsOnDevice graphs;
  EXPECT_FALSE(asked({at::zeros({2, 4}), at::zeros({4})})) << "a CPU has none";
  EXPECT_EQ(made_, 0);
}

TEST_F(Replays, areNoneBesidePlainCalls) {
  const GraphsOnDevice graphs;
  {
    const PlainCalls plain;
    EXPECT_FALSE(asked({x_of(0), y_}));
  }
  EXPECT_TRUE(asked({x_of(0), y_}));
}

TEST_F(Replays, giveWhatTheCallGives) {
  const GraphsOnDevice graphs;
  for (int call = 0; call < 7; ++call) expect_plain({x_of(call), y_});
  EXPECT_EQ(GraphsOnDevice::recorded() - recorded_, 1);
  EXPECT_EQ(GraphsOnDevice::replayed() - replayed_, 7 - ReplayedCalls::kWarmUps);
  EXPECT_EQ(made_, 1);
}

TEST_F(Replays, giveTensorsOfTheirOwn) {
  const GraphsOnDevice graphs;
  for (int call = 0; call < 3; ++call) expect_plain({x_of(call), y_});
  const at::Tensor first = *asked({x_of(10), y_});
  const at::Tensor second = *asked({x_of(11), y_});
  EXPECT_TRUE(at::equal(first.cpu(), plain({x_of(10), y_}, {}).cpu()));
  EXPECT_FALSE(at::equal(first.cpu(), second.cpu()));
}

TEST_F(Replays, bringOnlyWhatIsNotThere) {
  const GraphsOnDevice graphs;
  for (int call = 0; call < 4; ++call) expect_plain({x_of(call), y_});
  EXPECT_THAT(renewed_, testing::ElementsAre(0, 1, 0, 0, 0));
  const at::Tensor x = x_of(9);
  const std::int64_t before = test::device_launches();
  static_cast<void>(asked({x, y_}));
  EXPECT_EQ(test::device_launches() - before, 3) << "x brought, the replay, its output taken";
  expect_plain({x_of(5), y_ + 1.0});
  EXPECT_EQ(renewed_.back(), 1U);
}

TEST_F(Replays, areRecordedAnewForOtherShapesAndTypes) {
  const GraphsOnDevice graphs;
  const at::Tensor z = on_device(at::ones({1}, at::kFloat));
  const auto all = [&](int call) {
    expect_plain({x_of(call), z});
    expect_plain({x_of(call, 6), z});
    expect_plain({x_of(call).to(at::kDouble), z});
    expect_plain({x_of(call), {}});
  };
  for (int call = 0; call < 5; ++call) all(call);
  EXPECT_EQ(GraphsOnDevice::recorded() - recorded_, 4);
  EXPECT_EQ(GraphsOnDevice::alive(), 4);
  expect_plain({x_of(0, 7), z});
  EXPECT_EQ(GraphsOnDevice::alive(), 3) << "the one that was not asked for the longest went";
}

TEST_F(Replays, warmUpOnTheThreadThatRecords) {
  const GraphsOnDevice graphs;
  std::thread([this] {
    for (int call = 0; call < 3; ++call) expect_plain({x_of(call), y_});
  }).join();
  for (int call = 0; call < 3; ++call) expect_plain({x_of(call), y_});
  EXPECT_EQ(GraphsOnDevice::recorded(), recorded_);
  expect_plain({x_of(3), y_});
  EXPECT_EQ(GraphsOnDevice::recorded() - recorded_, 1);
}

TEST_F(Replays, endForGoodWhereARecordingFails) {
  const GraphsOnDevice failing(GraphsOnDevice::Recordings::Fail);
  for (int call = 0; call < 3; ++call) expect_plain({x_of(call), y_});
  EXPECT_FALSE(asked({x_of(3), y_}));
  EXPECT_FALSE(asked({x_of(4), y_}));
  EXPECT_FALSE(asked({x_of(4, 9), on_device(at::ones({1}))}));
  EXPECT_THAT(warnings_, testing::ElementsAre(testing::HasSubstr("the device cannot record that.")));
  EXPECT_EQ(GraphsOnDevice::alive(), 0);
}

TEST_F(Replays, areStoppedWhileTheyAreRecordedAndGoOnLater) {
  const GraphsOnDevice graphs;
  for (int call = 0; call < 3; ++call) expect_plain({x_of(call), y_});
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(static_cast<void>(asked({x_of(3), y_}, stop.get_token())), Interrupted);
  EXPECT_THAT(warnings_, testing::IsEmpty());
  for (int call = 0; call < 3; ++call) expect_plain({x_of(call), y_});
  EXPECT_EQ(GraphsOnDevice::recorded() - recorded_, 2) << "the one that was stopped, too";
}

TEST_F(Replays, bringAgainWhatAStopLeftHalfDone) {
  const GraphsOnDevice graphs;
  at::Tensor kept;
  bool stops = false;
  const auto make = [&] {
    return ReplayableCall{[&](const Tensors& in, const std::stop_token&) {
                            if (!kept.defined()) kept = in[1] * 2.0;
                            return in[0] + kept;
                          },
                          [&](std::size_t input) {
                            if (input != 1 || !kept.defined()) return;
                            if (stops) throw Interrupted{};
                            kept.copy_(on_device(at::full({4}, -1.0, at::kFloat)));
                          }};
  };
  const auto ask = [&](const at::Tensor& y) { return *replays_({x_of(1), y}, {}, make, {}); };
  for (int call = 0; call < 5; ++call) static_cast<void>(ask(y_));
  stops = true;
  const at::Tensor other = y_ + 1.0;
  EXPECT_THROW(static_cast<void>(ask(other)), Interrupted);
  stops = false;
  EXPECT_TRUE(at::equal(ask(other).cpu(), at::full({2, 4}, -0.5, at::kFloat)));
}

/// What the simulated device is for: numbers of the host stay those of the recording.
TEST_F(Replays, areWrongWhereTheHostDecides) {
  const GraphsOnDevice graphs;
  double host = 0.0;
  const auto make = [&] {
    return ReplayableCall{[&](const Tensors& in, const std::stop_token&) { return in[0] * 3.0 + host; }, {}};
  };
  const auto difference = [&](double number) {
    host = number;
    const at::Tensor found = *replays_({x_of(1)}, {}, make, {});
    return (found - (x_of(1) * 3.0 + number)).abs().max().cpu().item<double>();
  };
  for (int call = 0; call < 4; ++call) EXPECT_EQ(difference(call), 0.0);
  EXPECT_EQ(difference(3), 0.0);
  EXPECT_EQ(difference(4), 1.0);
}

}  // namespace
}  // namespace tstitch
