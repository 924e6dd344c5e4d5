#include "core/local_engine/measured_precisions.h"

#include <string>
#include <vector>

#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/local_engine/precision_bench.h"
#include "core/local_engine/workshop.h"
#include "core/system/cache_file.h"
#include "core/system/host.h"
#include "core/system/processor.h"
#include "tests/support/small_pair.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

const std::vector<MeasuredPrecision> kFaster{{Precision::Fp32, 0.5, 0.0}, {Precision::Bf16, 0.25, 0.0078125}};
const std::vector<MeasuredPrecision> kSlower{{Precision::Fp32, 0.5, 0.0}, {Precision::Bf16, 0.75, 0.0078125}};

class MeasuredPrecisionsFile : public ::testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path facts(const std::string& name) const {
    return folder_.write(name, "vendor_id\t: Maker\nmodel name\t: " + name + "\nflags\t\t: fpu avx512_bf16\n");
  }

  test::TemporaryFolder folder_;
  MeasuredPrecisions one_{folder_.path() / "cache", facts("one")};
};

TEST_F(MeasuredPrecisionsFile, keepsWhatWasMeasuredByProcessorAndThreads) {
  EXPECT_TRUE(one_.of(2).empty());
  one_.keep(2, kFaster);
  one_.keep(4, kSlower);
  EXPECT_EQ(MeasuredPrecisions(folder_.path() / "cache", facts("one")).of(2), kFaster);
  EXPECT_EQ(one_.of(4), kSlower);
  EXPECT_TRUE(one_.of(1).empty());
  const MeasuredPrecisions other(folder_.path() / "cache", facts("other"));
  EXPECT_TRUE(other.of(2).empty()) << "a profile was carried to another machine";
  other.keep(2, kSlower);
  EXPECT_EQ(one_.of(2), kFaster);
  one_.keep(2, kSlower);
  EXPECT_EQ(one_.of(2), kSlower) << "the newest counts";
}

TEST_F(MeasuredPrecisionsFile, passesOverWhatIsDamaged) {
  const std::filesystem::path file = folder_.path() / "cache" / "precisions.json";
  one_.keep(2, kFaster);
  nlohmann::json all = read_cache_file(file);
  ASSERT_EQ(all.size(), 1U);
  all.front()["bf16"] = {"fast", 0.1};
  write_cache_file(file, all);
  EXPECT_EQ(one_.of(2), (std::vector<MeasuredPrecision>{{Precision::Fp32, 0.5, 0.0}}));
  all.front() = 7;
  write_cache_file(file, all);
  EXPECT_TRUE(one_.of(2).empty());
  folder_.write("cache/precisions.json", "{\"half a fi");
  EXPECT_TRUE(one_.of(2).empty());
  one_.keep(2, kFaster);
  EXPECT_EQ(one_.of(2), kFaster);
}

TEST(PrecisionBench, measuresTimeAndErrorOfEach) {
  std::vector<Precision> wanted{Precision::Fp32};
  if (half_arithmetic().bf16) wanted.push_back(Precision::Bf16);
  const std::vector<MeasuredPrecision> measured = measure_precisions(wanted);
  ASSERT_EQ(measured.size(), wanted.size());
  for (const MeasuredPrecision& each : measured) {
    EXPECT_GT(each.seconds, 0);
    EXPECT_LT(each.error, kMostPrecisionError);
    EXPECT_EQ(each.error == 0, each.precision == Precision::Fp32);
  }
}

/// A pair whose denoisers count as large ones.
class AutoPrecision : public ::testing::Test {
 protected:
  AutoPrecision() {
    settings_.device = DeviceKind::Cpu;
    settings_.precision = Precision::Auto;
    settings_.threads = 1;
  }

  [[nodiscard]] Workshop workshop(std::int64_t least_tested_parameters) const {
    LocalEngineOptions options;
    options.cache = pair_.folder() / "cache";
    options.least_tested_parameters = least_tested_parameters;
    return Workshop(options);
  }

  [[nodiscard]] std::string chosen(PrecisionTest test, std::int64_t least_tested_parameters = 1) const {
    return workshop(least_tested_parameters).compute_for(settings_, pair_.resolved(), test).precision_name();
  }

  test::SmallPair pair_{TSTITCH_GOLDEN_DIR};
  RunSettings settings_;
  MeasuredPrecisions kept_{pair_.folder() / "cache"};
};

TEST_F(AutoPrecision, isWhatWasMeasuredHere) {
  if (!half_arithmetic().bf16) GTEST_SKIP() << "nothing to choose";
  EXPECT_EQ(chosen(PrecisionTest::No), "fp32") << "nothing is known yet, and a plan computes nothing";
  EXPECT_TRUE(kept_.of(1).empty());
  kept_.keep(1, kFaster);
  EXPECT_EQ(chosen(PrecisionTest::No), "bf16");
  EXPECT_EQ(chosen(PrecisionTest::WhereMissing), "bf16");
  EXPECT_EQ(kept_.of(1), kFaster) << "what is known is not measured again";
  kept_.keep(1, kSlower);
  EXPECT_EQ(chosen(PrecisionTest::No), "fp32");
}

TEST_F(AutoPrecision, isMeasuredOnceWhereNothingIsKnown) {
  if (!half_arithmetic().bf16) GTEST_SKIP() << "nothing to choose";
  const std::string name = chosen(PrecisionTest::WhereMissing);
  const std::vector<MeasuredPrecision> measured = kept_.of(1);
  EXPECT_GE(measured.size(), 2U);
  EXPECT_EQ(name, name_of(fastest_within_bound(measured)));
}

TEST_F(AutoPrecision, isFp32ForSmallDenoisersWithoutATest) {
  kept_.keep(1, kFaster);
  constexpr std::int64_t kMore = 100'000'000;
  EXPECT_EQ(chosen(PrecisionTest::WhereMissing, kMore), "fp32");
  EXPECT_EQ(LocalEngineOptions{}.least_tested_parameters, kMore);
}

TEST_F(AutoPrecision, isNotTheDefault) {
  kept_.keep(1, kFaster);
  for (const Precision precision : {Precision::Default, Precision::Fp32}) {
    settings_.precision = precision;
    EXPECT_EQ(chosen(PrecisionTest::WhereMissing), "fp32");
  }
  EXPECT_EQ(RunSettings{}.precision, Precision::Default);
}

/// The picture says what it was computed in, not what was asked for.
TEST_F(AutoPrecision, isToldInThePicture) {
  if (!half_arithmetic().bf16) GTEST_SKIP() << "nothing to choose";
  for (const auto& [figures, name] : {std::pair{kFaster, "bf16"}, std::pair{kSlower, "fp32"}}) {
    kept_.keep(1, figures);
    LocalEngineOptions options;
    options.cache = pair_.folder() / "cache";
    options.least_tested_parameters = 1;
    PictureRun run;
    run.request = pair_.request(50);
    run.request.steps = 2;
    run.settings = settings_;
    run.preview.kind = PreviewKind::None;
    const auto engine = make_local_engine(options);
    const RunReport report = report_of(engine->make(run, {}, [](const Event&) {}));
    ASSERT_TRUE(report.picture);
    EXPECT_EQ(report.picture->made.precision, name);
    EXPECT_EQ(engine->plan(run.request, run.settings).made.precision, name);
    EXPECT_EQ(engine->measured_precisions(run.settings), figures);
  }
}

}  // namespace
}  // namespace tstitch
