#include "core/schedule/sigma_table.h"

#include <cmath>

#include <gtest/gtest.h>

namespace tstitch {
namespace {

SigmaTable stable_diffusion() {
  SchedulerConfig config;
  config.beta_start = 0.00085;
  config.beta_end = 0.012;
  config.beta_schedule = BetaSchedule::ScaledLinear;
  return SigmaTable(NoiseSchedule(config));
}

TEST(SigmaTable, interpolatesSigmaLinearlyBetweenTimesteps) {
  const SigmaTable table = stable_diffusion();
  EXPECT_NEAR(table.sigma_at(10.25), 0.75 * table.sigma_at(10) + 0.25 * table.sigma_at(11), 1e-12);
  EXPECT_EQ(table.sigma_at(-3.0), table.min());
  EXPECT_EQ(table.sigma_at(2000.0), table.max());
}

TEST(SigmaTable, interpolatesTimestepsInLogSigma) {
  const SigmaTable table = stable_diffusion();
  const double between = std::sqrt(table.sigma_at(400) * table.sigma_at(401));
  EXPECT_NEAR(table.timestep_at(between), 400.5, 1e-3);
  EXPECT_EQ(table.timestep_at(1e-12), 0.0);
  EXPECT_EQ(table.timestep_at(1e6), 999.0);
}

TEST(SigmaTable, karrasSigmasAreEvenInTheSeventhRoot) {
  const std::vector<double> sigmas = karras_sigmas(10.0, 0.1, 3);
  EXPECT_NEAR(sigmas[0], 10.0, 1e-12);
  EXPECT_NEAR(std::pow(sigmas[1], 1.0 / 7.0), (std::pow(10.0, 1.0 / 7.0) + std::pow(0.1, 1.0 / 7.0)) / 2.0, 1e-12);
  EXPECT_NEAR(sigmas[2], 0.1, 1e-12);
  EXPECT_EQ(karras_sigmas(10.0, 0.1, 1).size(), 1U);
}

TEST(SigmaTable, exponentialSigmasHaveEqualRatios) {
  const std::vector<double> sigmas = exponential_sigmas(10.0, 0.1, 3);
  EXPECT_NEAR(sigmas[1], 1.0, 1e-12);
}

// scipy.stats.beta.ppf(1 - i / 4, 0.6, 0.6)
TEST(SigmaTable, spacesByQuantilesOfTheBetaDistribution) {
  const std::vector<double> sigmas = beta_sigmas(1.0, 0.0, 5);
  const std::vector<double> expected{1.0, 0.824319621347305, 0.5, 0.17568037865269498, 0.0};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(sigmas[i], expected[i], 1e-14);
  EXPECT_EQ(beta_sigmas(7.0, 2.0, 1), std::vector<double>{7.0});
}

}  // namespace
}  // namespace tstitch
