#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/device/replayed_calls.h"
#include "core/local_engine/picture_run.h"
#include "tests/support/device/kernels_on_device.h"
#include "tests/support/small_pair.h"

namespace tstitch {
namespace {

using test::GraphsOnDevice;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int kEvaluations = 12;  // six of each network
constexpr int kNetworks = 2;

/// Whole runs on the simulated device, whose networks' evaluations are recorded and replayed.
class GraphRuns : public ::testing::Test {
 protected:
  GraphRuns() { pair_.workshop().options.device = test::simulated_device().str(); }

  [[nodiscard]] PictureRun run(const std::string& prompt = "a cat") const {
    PictureRun run;
    run.request = pair_.request(50);
    run.request.prompt = prompt;
    run.request.steps = kEvaluations;
    run.request.sampler = SamplerKind::Dpmpp2M;
    run.request.guidance_scale = 5;
    run.settings.device = DeviceKind::Cpu;
    run.settings.precision = Precision::Fp32;
    run.preview.kind = PreviewKind::None;
    run.more_follow = true;
    run.wants_latents = true;
    return run;
  }

  HostTensor latents(const PictureRun& run) {
    warnings_.clear();
    launches_.clear();
    std::int64_t before = 0;
    RunReport report;
    make_picture(
        run, pair_.workshop(), {},
        [&](const Event& event) {
          if (const auto* warning = std::get_if<Warning>(&event)) warnings_.push_back(warning->text);
          if (!std::holds_alternative<StepDone>(event)) return;
          launches_.push_back(test::device_launches() - before);
          before = test::device_launches();
        },
        report);
    return *report.picture->latents;
  }

  /// Recordings and replays that `work` makes.
  template <class Work>
  static std::pair<int, int> counted(const Work& work) {
    const int recorded = GraphsOnDevice::recorded(), replayed = GraphsOnDevice::replayed();
    work();
    return {GraphsOnDevice::recorded() - recorded, GraphsOnDevice::replayed() - replayed};
  }

  void expect_plain(const PictureRun& run, std::pair<int, int> recorded_and_replayed) {
    const HostTensor expected = latents(run);
    const GraphsOnDevice graphs;
    HostTensor found;
    EXPECT_EQ(counted([&] { found = latents(run); }), recorded_and_replayed);
    EXPECT_TRUE(found == expected) << "to the bit";
    EXPECT_THAT(warnings_, IsEmpty());
  }

  static constexpr int kReplayed = kEvaluations - kNetworks * ReplayedCalls::kWarmUps;

  test::SmallPair pair_{TSTITCH_GOLDEN_DIR};
  std::vector<std::string> warnings_;
  std::vector<std::int64_t> launches_;  ///< before the end of each evaluation
};

TEST_F(GraphRuns, makeThePlainRunsBits) {
  expect_plain(run(), {kNetworks, kReplayed});
}

TEST_F(GraphRuns, replayAtOnceInTheNextPictureAlsoWithAnotherText) {
  {
    const GraphsOnDevice graphs;
    latents(run());
  }
  PictureRun other = run("two dogs on a hill");
  other.request.negative_prompt = "grass";
  other.request.seed = 9;
  expect_plain(other, {0, kEvaluations});
  expect_plain(run(), {0, kEvaluations});
}

TEST_F(GraphRuns, areRecordedAnewForOtherSizesAndBatches) {
  expect_plain(run(), {kNetworks, kReplayed});
  PictureRun larger = run();
  larger.request.extent = {80, 64};
  expect_plain(larger, {kNetworks, kReplayed});
  PictureRun unguided = run();
  unguided.request.guidance_scale = 1;
  expect_plain(unguided, {kNetworks, kReplayed});
  expect_plain(larger, {0, kEvaluations});
}

TEST_F(GraphRuns, launchAFractionOfThePlainRuns) {
  latents(run());
  const std::int64_t plain = launches_[kEvaluations / 2 - 2];
  const GraphsOnDevice graphs;
  latents(run());
  latents(run());
  constexpr std::int64_t kAroundIt = 40;  // inputs, guidance, the sampler's update
  EXPECT_GT(plain, 10 * kAroundIt);
  launches_.erase(launches_.begin() + kEvaluations / 2 - 1);  // the other network is told the text
  launches_.erase(launches_.begin());                         // text and start come before the first one
  EXPECT_THAT(launches_, testing::Each(testing::Lt(kAroundIt)));
}

TEST_F(GraphRuns, bringNothingOverWithinAStep) {
  const GraphsOnDevice graphs;
  latents(run());
  test::DeviceLog log;
  std::vector<std::string> within;
  RunReport report;
  make_picture(
      run(), pair_.workshop(), {},
      [&](const Event& event) {
        if (const auto* begun = std::get_if<StepBegun>(&event); begun != nullptr && begun->evaluation.value == 0) {
          log.take();
        }
        const auto* done = std::get_if<StepDone>(&event);
        if (done != nullptr && done->evaluation.value + 1 == done->of) within = log.crossings();
      },
      report);
  EXPECT_EQ(within.size(), static_cast<std::size_t>(kEvaluations));
  EXPECT_THAT(within, testing::Each("wait for pace"));
}

TEST_F(GraphRuns, makeThePlainRunsBitsWithKernelsOfTheDevice) {
  const test::KernelsOnDevice kernels;
  const int before = test::host_kernel_calls();
  PictureRun shorter = run();
  shorter.request.steps = kNetworks * (ReplayedCalls::kWarmUps + 1);
  expect_plain(shorter, {kNetworks, kNetworks});
  EXPECT_GT(test::host_kernel_calls() - before, 10 * shorter.request.steps) << "norms, gated units and sums";
}

TEST_F(GraphRuns, goOnPlainlyWhereNothingCanBeRecorded) {
  const HostTensor expected = latents(run());
  const GraphsOnDevice failing(GraphsOnDevice::Recordings::Fail);
  const auto refused = HasSubstr("the device cannot record that.");
  EXPECT_TRUE(latents(run()) == expected);
  EXPECT_THAT(warnings_, ElementsAre(refused, refused)) << "once a network";
  EXPECT_TRUE(latents(run()) == expected);
  EXPECT_THAT(warnings_, IsEmpty()) << "and never again";
}

TEST_F(GraphRuns, goWithTheirNetworks) {
  const GraphsOnDevice graphs;
  latents(run());
  EXPECT_EQ(GraphsOnDevice::alive(), kNetworks);
  pair_.workshop().store.drop_unused();
  EXPECT_EQ(GraphsOnDevice::alive(), 0);
}

}  // namespace
}  // namespace tstitch
