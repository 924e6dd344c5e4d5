#include "core/schedule/align_your_steps.h"

#include <cmath>

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace tstitch {
namespace {

SchedulerConfig stable_diffusion() {
  SchedulerConfig config;
  config.class_name = "PNDMScheduler";
  config.beta_start = 0.00085;
  config.beta_end = 0.012;
  config.beta_schedule = BetaSchedule::ScaledLinear;
  return config;
}

TEST(AlignYourSteps, tenStepsAreThePublishedSigmas) {
  const std::vector<double> table = align_your_steps_table(stable_diffusion());
  const std::vector<double> sigmas = align_your_steps_sigmas(table, 10);
  EXPECT_EQ(sigmas, (std::vector<double>{14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152}));
}

TEST(AlignYourSteps, otherCountsAreInterpolatedInLogSigma) {
  const std::vector<double> table = align_your_steps_table(stable_diffusion());
  const std::vector<double> twenty = align_your_steps_sigmas(table, 20);
  ASSERT_EQ(twenty.size(), 20U);
  EXPECT_NEAR(twenty[1], std::sqrt(14.615 * 6.475), 1e-12);
  EXPECT_EQ(twenty[2], 6.475);
  EXPECT_EQ(align_your_steps_sigmas(table, 1), std::vector<double>{14.615});
}

TEST(AlignYourSteps, theFamilyDecidesBeforeTheClass) {
  SchedulerConfig config = stable_diffusion();
  EXPECT_EQ(align_your_steps_table(config)[1], 6.475);
  config.class_name = "EulerDiscreteScheduler";
  EXPECT_EQ(align_your_steps_table(config)[1], 6.315);
  config.family_table = FamilyTable::StableDiffusion;
  EXPECT_EQ(align_your_steps_table(config)[1], 6.475);
}

TEST(AlignYourSteps, refusesNoiseSchedulesWithoutATable) {
  EXPECT_THROW(static_cast<void>(align_your_steps_table(SchedulerConfig{})), UsageError);
}

}  // namespace
}  // namespace tstitch
