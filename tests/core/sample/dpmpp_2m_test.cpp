#include <gtest/gtest.h>

#include "tests/support/sampler_runs.h"

namespace tstitch {
namespace {

TEST(DpmppSampler, followsTheReference) {
  test::expect_golden_runs("dpmpp_2m");
}

TEST(DpmppSdeSampler, followsTheReference) {
  test::expect_golden_runs("dpmpp_2m_sde");
}

// 1000 linspace steps name one timestep twice; the reference divides zero by zero there.
TEST(DpmppSampler, staysFiniteWhereALevelRepeats) {
  const SigmaSchedule schedule =
      make_sigma_schedule(SamplerKind::Dpmpp2M, Spacing::Linspace, 1000, test::stable_diffusion_config());
  const SamplerState end = test::walked(schedule, test::analytic_denoiser(), NoiseSource(1));
  EXPECT_TRUE(end.latent.isfinite().all().item<bool>());
}

}  // namespace
}  // namespace tstitch
