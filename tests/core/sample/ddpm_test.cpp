#include <gtest/gtest.h>

#include "tests/support/sampler_runs.h"

namespace tstitch {
namespace {

TEST(DdpmSampler, followsTheReference) {
  test::expect_golden_runs("ddpm");
}

TEST(DdpmSampler, followsTheReferenceWithALearnedRange) {
  test::expect_respaced_runs("ddpm");
}

TEST(DdpmSampler, takesTheLeastVarianceWhereANetworkPredictsNone) {
  SchedulerConfig learned = dit_schedule(/*learns_variance=*/true);
  SchedulerConfig small = learned;
  small.variance = Variance::FixedSmall;
  const NoiseSource noise(5);
  const auto end = [&](const SchedulerConfig& config) {
    const SigmaSchedule schedule = make_sigma_schedule(SamplerKind::Ddpm, Spacing::Default, 5, config);
    return test::walked(schedule, test::analytic_denoiser(), noise).latent;
  };
  EXPECT_TRUE(end(learned).equal(end(small)));
}

}  // namespace
}  // namespace tstitch
