#include <gtest/gtest.h>

#include "tests/support/sampler_runs.h"

namespace tstitch {
namespace {

TEST(PndmSampler, followsTheReference) {
  test::expect_golden_runs("pndm");
}

TEST(PndmSampler, theSecondLookCorrectsTheFirstStep) {
  const SigmaSchedule schedule =
      make_sigma_schedule(SamplerKind::Pndm, Spacing::Default, 5, test::stable_diffusion_config());
  const NoiseSource noise(3);
  const SamplerState first = test::walked(schedule, test::analytic_denoiser(), noise, 0, {}, 0.0, 1);
  const SamplerState second = test::walked(schedule, test::analytic_denoiser(), noise, 1, first, 0.0, 2);
  EXPECT_EQ(first.evaluation, 1);
  EXPECT_FALSE(at::equal(first.latent, second.latent));
  const SamplerState forgetful =
      test::walked(schedule, test::analytic_denoiser(), noise, 1, without_history(first), 0.0, 2);
  EXPECT_TRUE(at::equal(first.latent, forgetful.latent)) << "nothing to correct without memory";
}

}  // namespace
}  // namespace tstitch
