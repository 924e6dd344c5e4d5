#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/schedule/sigma_schedule.h"
#include "tests/support/plan_fixtures.h"

namespace tstitch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

SigmaSchedule late(SamplerKind sampler, int steps, double strength, const SchedulerConfig& config) {
  return entered_late(make_sigma_schedule(sampler, Spacing::Default, steps, config), strength);
}

std::vector<int> timesteps(const SigmaSchedule& schedule) {
  std::vector<int> all;
  for (const Evaluation& evaluation : schedule.evaluations)
    all.push_back(static_cast<int>(evaluation.level.timestep.value));
  return all;
}

TEST(EnteredLate, RunsTheLastStepsAndRemembersTheOthers) {
  const SigmaSchedule schedule = late(SamplerKind::Ddim, 10, 0.35, test::stable_diffusion_scheduler());
  EXPECT_THAT(timesteps(schedule), ElementsAre(201, 101, 1));
  EXPECT_EQ(schedule.steps(), 3);
  EXPECT_EQ(schedule.whole_steps(), 10);
  EXPECT_EQ(schedule.skipped_evaluations, 7);
  EXPECT_EQ(schedule.skipped.front().timestep.value, 901);
  EXPECT_EQ(schedule.evaluations.front().step, StepIndex{0});
  EXPECT_EQ(schedule.asked_steps, 10);
}

TEST(EnteredLate, CutsAsDoublesDo) {
  EXPECT_EQ(late(SamplerKind::Ddim, 50, 0.58, test::stable_diffusion_scheduler()).steps(), 28)
      << "50 * 0.58 is 28.999...";
  EXPECT_EQ(late(SamplerKind::Ddim, 10, 0.7, test::stable_diffusion_scheduler()).steps(), 7);
  const SigmaSchedule whole = late(SamplerKind::Ddim, 10, 1.0, test::stable_diffusion_scheduler());
  EXPECT_EQ(whole.steps(), 10);
  EXPECT_TRUE(whole.skipped.empty());
}

/// diffusers takes PNDM's list of N+1 timesteps from the same place, so one more is left than was asked for.
TEST(EnteredLate, LeavesPndmItsFurtherEvaluation) {
  EXPECT_THAT(timesteps(late(SamplerKind::Pndm, 10, 0.3, test::stable_diffusion_scheduler())),
              ElementsAre(301, 201, 101, 1));
  EXPECT_THAT(timesteps(late(SamplerKind::Pndm, 4, 0.75, test::stable_diffusion_scheduler())),
              ElementsAre(501, 501, 251, 1));
}

TEST(EnteredLate, CutsWholeStepsOfTwoEvaluations) {
  const SigmaSchedule schedule = late(SamplerKind::Heun, 10, 0.3, test::stable_diffusion_scheduler());
  EXPECT_EQ(schedule.steps(), 3);
  EXPECT_EQ(schedule.evaluations.size(), 5U);
  EXPECT_EQ(schedule.skipped_evaluations, 14);
  EXPECT_EQ(schedule.evaluations[0].step, StepIndex{0});
  EXPECT_EQ(schedule.evaluations[1].step, StepIndex{0});
  EXPECT_EQ(schedule.evaluations[2].step, StepIndex{1});
}

/// Three steps of four evaluations come first, of whatever is left; the last may be cut short.
TEST(EnteredLate, LeavesPndmItsRungeKuttaStart) {
  SchedulerConfig config = test::stable_diffusion_scheduler();
  config.skip_prk_steps = false;
  const SigmaSchedule schedule = late(SamplerKind::Pndm, 10, 0.5, config);
  EXPECT_THAT(timesteps(schedule), ElementsAre(751, 751, 701, 701, 651, 651, 601, 601, 501, 401, 301, 201, 101, 1));
  EXPECT_EQ(schedule.evaluations[3].step, StepIndex{0});
  EXPECT_EQ(schedule.evaluations[11].step, StepIndex{2});
  EXPECT_EQ(schedule.evaluations[12].step, StepIndex{3});
  EXPECT_EQ(schedule.steps(), 5);
  EXPECT_EQ(schedule.whole_steps(), 10);
  EXPECT_EQ(schedule.skipped_evaluations, 5);
  EXPECT_EQ(schedule.skipped[2].timestep.value, 701);
  const SigmaSchedule cut = late(SamplerKind::Pndm, 10, 0.1, config);
  EXPECT_EQ(cut.evaluations.size(), 10U);
  EXPECT_EQ(cut.steps(), 3);
  EXPECT_EQ(late(SamplerKind::Pndm, 10, 1.0, config).evaluations.size(), 19U);
}

TEST(EnteredLate, RefusesWhatLeavesNothing) {
  try {
    late(SamplerKind::Pndm, 10, 0.09, test::stable_diffusion_scheduler());
    ADD_FAILURE() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.sentence(), testing::AllOf(HasSubstr("--strength"), HasSubstr("at least 0.1")));
  }
}

}  // namespace
}  // namespace tstitch
