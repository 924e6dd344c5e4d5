#include "core/local_engine/bench.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "core/base/stop.h"
#include "tests/support/small_pair.h"

namespace tstitch {
namespace {

class Bench : public ::testing::Test {
 protected:
  BenchReport bench(const ResolvedRun& run, const std::stop_token& stop = {}, BenchDetail detail = BenchDetail::Times) {
    return bench_run(run, pair_.workshop(), compute_, {}, detail, stop);
  }

  [[nodiscard]] MeasuredSeconds measured(const ResolvedRun& run) {
    return pair_.workshop().times.of(run, compute_.label());
  }

  static RunSettings on_the_cpu() {
    RunSettings settings;
    settings.device = DeviceKind::Cpu;
    return settings;
  }

  test::SmallPair pair_{TSTITCH_GOLDEN_DIR};
  ComputeChoice compute_ = choose_compute(on_the_cpu(), {}, {});
};

TEST_F(Bench, timesEveryDenoiserWhateverTheRatio) {
  const ResolvedRun run = pair_.resolved(0);
  const BenchReport report = bench(run);
  ASSERT_EQ(report.denoisers.size(), 2U);
  for (const auto& [name, times] : report.denoisers) {
    EXPECT_GT(times.seconds_per_step, 0) << name;
    EXPECT_GT(times.load_seconds, 0) << name;
    EXPECT_FALSE(times.profile) << name;
    EXPECT_EQ(measured(run).evaluation.at(name), times.seconds_per_step) << "plans take it up";
  }
  EXPECT_GT(report.text_seconds, 0);
  EXPECT_GT(report.decode_seconds, 0);
  EXPECT_EQ(measured(run).text, report.text_seconds);
  EXPECT_EQ(measured(run).decode, report.decode_seconds);
  EXPECT_GE(report.start_to_first_step_seconds, report.denoisers.at("small").seconds_per_step);
  EXPECT_GT(report.peak_bytes, 1 << 20);
  EXPECT_GT(report.roof_gflops, 0);
}

TEST_F(Bench, timesEachDenoiserUnderItsOwnGuidance) {
  GenerationRequest request = pair_.request(50);
  request.denoisers.front().guidance = 1.0;  // the small one's, which begins the run
  bench(resolve_run(request, {}));
  EXPECT_EQ(measured(resolve_run(request, {})).evaluation.size(), 2U);
  const auto guided = measured(pair_.resolved(50)).evaluation;
  EXPECT_EQ(guided.count("large"), 1U) << "the large one's steps are guided";
  EXPECT_EQ(guided.count("small"), 0U) << "the small one's are not";
}

TEST_F(Bench, namesTheOperatorsOfAStepOfEachDenoiser) {
  const BenchReport report = bench(pair_.resolved(), {}, BenchDetail::Operators);
  ASSERT_EQ(report.denoisers.size(), 2U);
  for (const auto& [name, times] : report.denoisers) {
    SCOPED_TRACE(name);
    ASSERT_TRUE(times.profile);
    double seconds = 0;
    for (const OperatorTime& each : times.profile->operators) {
      EXPECT_GT(each.calls, 0) << each.name;
      seconds += each.seconds;
    }
    EXPECT_GT(seconds, 0);
    EXPECT_LE(seconds, times.profile->seconds) << "they are within the step";
    EXPECT_EQ(times.profile->threads, 1) << "more than one does not pay for so small a step";
    EXPECT_GT(times.profile->roof_gflops, 0);
    for (const char* kind : {"convolution 3x3", "linear", "attention", "group norm", "layer norm", "resize"}) {
      EXPECT_TRUE(std::any_of(times.profile->operators.begin(), times.profile->operators.end(),
                              [&](const OperatorTime& each) { return each.name.starts_with(kind); }))
          << kind;
    }
  }
}

TEST_F(Bench, holdsAStepToTheRoofOfItsThreads) {
  compute_.threads = 1;
  const BenchReport report = bench(pair_.resolved(), {}, BenchDetail::Operators);
  EXPECT_EQ(report.denoisers.at("large").profile->roof_gflops, report.roof_gflops) << "measured once for as many";
}

TEST_F(Bench, watchesARunOfOneStep) {
  GenerationRequest request = pair_.request(0);
  request.steps = 1;
  EXPECT_TRUE(bench(resolve_run(request, {}), {}, BenchDetail::Operators).denoisers.at("large").profile);
}

TEST_F(Bench, endsWhenAskedTo) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(bench(pair_.resolved(), stop.get_token()), Interrupted);
}

}  // namespace
}  // namespace tstitch
