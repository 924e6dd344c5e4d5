#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/app/cli/program.h"

namespace tstitch::test {
namespace {

TEST(Bench, reportsEveryFigureAsANumber) {
  const ScratchFolder scratch;
  const Ended ended = run_program({"bench", "--json", "--size", "64x64", "--profile", "profile"}, scratch.path());
  ASSERT_EQ(ended.exit, 0) << ended.err;
  const auto report = nlohmann::json::parse(ended.out);
  for (const char* denoiser : {"small", "large"}) {
    for (const char* figure : {"seconds_per_step", "load_seconds"}) {
      EXPECT_GT(report.at("denoisers").at(denoiser).at(figure).get<double>(), 0) << denoiser << ' ' << figure;
    }
  }
  for (const char* figure :
       {"text_seconds", "decode_seconds", "start_to_first_step_seconds", "peak_bytes", "roof_gflops"}) {
    EXPECT_GT(report.at(figure).get<double>(), 0) << figure;
  }
}

}  // namespace
}  // namespace tstitch::test
