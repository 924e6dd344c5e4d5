#include <gtest/gtest.h>

#include "tests/support/sampler_runs.h"

namespace tstitch {
namespace {

TEST(DpmppSingleStepSampler, followsTheReference) {
  test::expect_golden_runs("dpmpp_2s");
}

// 1000 steps name one timestep twice; the reference divides zero by zero there.
TEST(DpmppSingleStepSampler, staysFiniteWhereALevelRepeats) {
  SchedulerConfig config = test::stable_diffusion_config();
  config.solver_order = 3;
  const SigmaSchedule schedule = make_sigma_schedule(SamplerKind::Dpmpp2S, Spacing::Linspace, 1000, config);
  const SamplerState end = test::walked(schedule, test::analytic_denoiser(), NoiseSource(1));
  EXPECT_TRUE(end.latent.isfinite().all().item<bool>());
}

}  // namespace
}  // namespace tstitch
