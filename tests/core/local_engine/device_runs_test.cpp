#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/local_engine/picture_run.h"
#include "core/local_engine/residency.h"
#include "tests/support/device/simulated_device.h"
#include "tests/support/small_pair.h"

namespace tstitch {
namespace {

using test::DeviceCall;
using testing::AnyOf;
using testing::Each;
using testing::ElementsAre;

constexpr int kEvaluations = 6;

/// What a run did to the device's computing stream from the first evaluation's begin to the last one's end, and before
/// and after.
struct Costs {
  std::vector<std::string> before, within, after;
  std::vector<DeviceCall> calls;   ///< within
  std::vector<DeviceCall> beside;  ///< on other streams than the one that computes, all of the run
  std::vector<std::string> told;
};

/// Whole runs, from text to picture, whose networks compute on the simulated device.
class DeviceRuns : public ::testing::Test {
 protected:
  [[nodiscard]] PictureRun run(SamplerKind sampler) const {
    PictureRun run;
    run.request = pair_.request(50);
    run.request.steps = kEvaluations;
    run.request.sampler = sampler;
    run.request.guidance_scale = 5;
    run.settings.device = DeviceKind::Cpu;
    run.settings.precision = Precision::Fp32;
    run.preview.kind = PreviewKind::None;
    run.wants_latents = true;
    return run;
  }

  RunReport made(const PictureRun& run, const EventSink& sink) {
    RunReport report;
    make_picture(run, pair_.workshop(), {}, sink, report);
    return report;
  }

  /// Of the computing stream, as "upload for noise".
  static std::vector<std::string> crossings(const std::vector<DeviceCall>& calls) {
    std::vector<std::string> crossings;
    for (const DeviceCall& call : calls) {
      const bool crosses = call.kind != DeviceCall::Kind::Allocation && call.kind != DeviceCall::Kind::Order;
      if (call.stream == 0 && crosses) crossings.push_back(call.text().substr(0, call.text().find(" (")));
    }
    return crossings;
  }

  /// What was recorded since; the rest is `costs.beside`'s.
  static std::vector<DeviceCall> taken(test::DeviceLog& log, Costs& costs) {
    std::vector<DeviceCall> own;
    for (const DeviceCall& call : log.take()) (call.stream == 0 ? own : costs.beside).push_back(call);
    return own;
  }

  RunReport made_on_device(const PictureRun& run, Costs& costs) {
    pair_.workshop().options.device = test::simulated_device().str();
    test::DeviceLog log;
    RunReport report = made(run, [&](const Event& event) {
      const auto* begun = std::get_if<StepBegun>(&event);
      const auto* done = std::get_if<StepDone>(&event);
      if (begun != nullptr) costs.told.push_back("begun " + std::to_string(begun->evaluation.value));
      if (done != nullptr) costs.told.push_back("done " + std::to_string(done->evaluation.value));
      if (std::holds_alternative<PreviewReady>(event)) costs.told.emplace_back("preview");
      if (begun != nullptr && begun->evaluation.value == 0) {
        costs.before = crossings(taken(log, costs));
      }
      if (done != nullptr && done->evaluation.value + 1 == done->of) {
        costs.calls = taken(log, costs);
        costs.within = crossings(costs.calls);
      }
    });
    costs.after = crossings(taken(log, costs));
    pair_.workshop().options.device.clear();
    return report;
  }

  static std::vector<DeviceCall::Kind> purposes(const std::vector<DeviceCall>& calls, const std::string& purpose) {
    std::vector<DeviceCall::Kind> kinds;
    for (const DeviceCall& call : calls) {
      if (call.purpose == purpose) kinds.push_back(call.kind);
    }
    return kinds;
  }

  static std::int64_t times(const std::vector<std::string>& crossings, const std::string& which) {
    return std::count(crossings.begin(), crossings.end(), which);
  }

  test::SmallPair pair_{TSTITCH_GOLDEN_DIR};
};

TEST_F(DeviceRuns, stayOnTheDeviceFromTheFirstStepToTheLast) {
  Costs costs;
  const RunReport report = made_on_device(run(SamplerKind::Dpmpp2M), costs);
  EXPECT_THAT(costs.before, Each(AnyOf("upload for start", "upload for weights", "wait for weights")));
  EXPECT_THAT(costs.within, ElementsAre("wait for pace", "wait for pace", "wait for pace", "wait for pace",
                                        "wait for pace", "wait for pace"));
  EXPECT_THAT(costs.after,
              Each(AnyOf("upload for weights", "wait for weights", "upload for result", "download for result")))
      << "decoder, picture, latents";
  EXPECT_EQ(times(costs.after, "download for result"), 2);
  ASSERT_TRUE(report.picture);
  ASSERT_EQ(report.segments.size(), 2U);
  EXPECT_EQ(report.segments.front().evaluations + report.segments.back().evaluations, kEvaluations);
}

/// The device has the next evaluation when the host waits for one; but for the last.
TEST_F(DeviceRuns, waitForAnEvaluationOnlyAfterAskingForTheNext) {
  Costs costs;
  made_on_device(run(SamplerKind::Euler), costs);
  std::vector<std::int64_t> launched;
  for (const DeviceCall& call : costs.calls) {
    if (call.kind == DeviceCall::Kind::Wait) launched.push_back(call.launched);
  }
  ASSERT_EQ(launched.size(), static_cast<std::size_t>(kEvaluations));
  launched.pop_back();
  EXPECT_THAT(launched, Each(testing::Gt(100))) << "operators of the next evaluation";
}

TEST_F(DeviceRuns, bringOneNoiseAStepWhereTheSamplerAddsSome) {
  Costs costs;
  made_on_device(run(SamplerKind::EulerAncestral), costs);
  EXPECT_EQ(times(costs.within, "upload for noise"), kEvaluations - 1) << "none in the last step";
  EXPECT_EQ(times(costs.within, "wait for pace"), kEvaluations);
  EXPECT_EQ(costs.within.size(), static_cast<std::size_t>(2 * kEvaluations - 1));
}

TEST_F(DeviceRuns, bringThePreviewsThatAreDueAndNoOthers) {
  PictureRun shown = run(SamplerKind::Ddim);
  shown.preview = {PreviewKind::Linear, 3};
  Costs costs;
  made_on_device(shown, costs);
  EXPECT_EQ(times(costs.within, "wait for pace"), kEvaluations);
  EXPECT_EQ(costs.within.size(), static_cast<std::size_t>(kEvaluations)) << "the computing stream waits for no preview";
  EXPECT_EQ(purposes(costs.beside, "preview"),
            (std::vector{DeviceCall::Kind::Order, DeviceCall::Kind::Download, DeviceCall::Kind::Wait,
                         DeviceCall::Kind::Order, DeviceCall::Kind::Download, DeviceCall::Kind::Wait}));
  EXPECT_THAT(costs.told, ElementsAre("begun 0", "done 0", "begun 1", "done 1", "begun 2", "done 2", "preview",
                                      "begun 3", "done 3", "begun 4", "done 4", "begun 5", "done 5", "preview"));
}

TEST_F(DeviceRuns, allocateTheSameForEachEvaluationOfANetwork) {
  Costs costs;
  PictureRun one = run(SamplerKind::Euler);
  one.request.split = RatioSplit{{Percent{0}}, SplitRule::Floor};
  made_on_device(one, costs);
  std::vector<std::int64_t> allocations{0};
  for (const DeviceCall& call : costs.calls) {
    if (call.kind == DeviceCall::Kind::Allocation) ++allocations.back();
    if (call.kind == DeviceCall::Kind::Wait) allocations.push_back(0);
  }
  // The first wait comes when two evaluations were asked for, the last ones after all were.
  ASSERT_EQ(allocations.size(), static_cast<std::size_t>(kEvaluations + 1));
  const std::vector<std::int64_t> steady(allocations.begin() + 1, allocations.end() - 2);
  EXPECT_GT(steady.front(), 0);
  EXPECT_THAT(steady, Each(steady.front()));
}

TEST_F(DeviceRuns, makeTheCpusPicture) {
  for (const SamplerKind sampler : {SamplerKind::Dpmpp2M, SamplerKind::Lcm, SamplerKind::Heun, SamplerKind::UniPc}) {
    Costs costs;
    const RunReport device = made_on_device(run(sampler), costs);
    const RunReport host = made(run(sampler), [](const Event&) {});
    ASSERT_TRUE(device.picture && host.picture);
    const HostTensor &found = *device.picture->latents, &expected = *host.picture->latents;
    ASSERT_EQ(found.shape, expected.shape);
    double difference = 0.0, scale = 0.0;
    for (std::size_t i = 0; i < found.values.size(); ++i) {
      difference = std::max(difference, std::abs(double{found.values[i]} - double{expected.values[i]}));
      scale = std::max(scale, std::abs(double{expected.values[i]}));
    }
    EXPECT_LE(difference / scale, 2e-5);
  }
}

TEST_F(DeviceRuns, goOnFromAKeptStateToTheBit) {
  PictureRun whole = run(SamplerKind::Dpmpp2M);
  Costs costs;
  const RunReport expected = made_on_device(whole, costs);
  PictureRun beginning = whole;
  beginning.until = StepIndex{2};
  beginning.keep = 7;
  made_on_device(beginning, costs);
  PictureRun rest = whole;
  rest.from = 7;
  const RunReport report = made_on_device(rest, costs);
  EXPECT_EQ(report.picture->latents, expected.picture->latents);
  EXPECT_EQ(report.segments.front().evaluations, 1);
}

/// The small denoiser comes on the computing stream, the large one beside it.
TEST_F(DeviceRuns, fetchTheSecondDenoiserBesideTheFirst) {
  Costs both, alone;
  made_on_device(run(SamplerKind::Euler), both);
  EXPECT_THAT(purposes(both.beside, "weights"), testing::Contains(DeviceCall::Kind::Upload));
  PictureRun one = run(SamplerKind::Euler);
  one.request.split = RatioSplit{{Percent{100}}, SplitRule::Floor};
  made_on_device(one, alone);
  EXPECT_THAT(alone.beside, testing::IsEmpty());
}

TEST_F(DeviceRuns, loadOneAtATimeWhereMemoryIsShort) {
  PictureRun shortened = run(SamplerKind::Euler);
  const ResolvedRun resolved = resolve_run(shortened.request, {});
  const MemoryBudget plenty{std::int64_t{1} << 40U, true};
  shortened.settings.memory_limit = plan_residency(resolved, 4, Residency::LetGo, plenty).peak_bytes() - 1;
  Costs costs, usual;
  const RunReport report = made_on_device(shortened, costs);
  EXPECT_THAT(costs.beside, testing::IsEmpty());
  EXPECT_THAT(costs.within, testing::Contains("upload for weights")) << "at the seam";
  EXPECT_EQ(report.picture->latents, made_on_device(run(SamplerKind::Euler), usual).picture->latents);
}

}  // namespace
}  // namespace tstitch
