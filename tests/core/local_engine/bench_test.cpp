#include "core/local_engine/bench.h"

#include <gtest/gtest.h>

#include "core/base/stop.h"
#include "tests/support/small_pair.h"

namespace tstitch {
namespace {

class Bench : public ::testing::Test {
 protected:
  BenchReport bench(const ResolvedRun& run, const std::stop_token& stop = {}) {
    return bench_run(run, pair_.workshop(), compute_, {}, stop);
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

TEST_F(Bench, endsWhenAskedTo) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(bench(pair_.resolved(), stop.get_token()), Interrupted);
}

}  // namespace
}  // namespace tstitch
