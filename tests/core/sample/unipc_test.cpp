#include <gtest/gtest.h>

#include "tests/support/sampler_runs.h"

namespace tstitch {
namespace {

TEST(UniPcSampler, followsTheReference) {
  test::expect_golden_runs("unipc");
}

// With B1(h) = h the last step toward a clean level is infinity times nothing in the reference.
TEST(UniPcSampler, endsCleanWithEitherForm) {
  SchedulerConfig config = test::stable_diffusion_config();
  for (const char* solver : {"bh1", "bh2"}) {
    for (const bool estimate : {true, false}) {
      config.solver_type = solver;
      config.predict_x0 = estimate;
      const SigmaSchedule schedule = make_sigma_schedule(SamplerKind::UniPc, Spacing::Default, 6, config);
      const SamplerState end = test::walked(schedule, test::analytic_denoiser(), NoiseSource(1));
      EXPECT_TRUE(end.latent.isfinite().all().item<bool>()) << solver;
    }
  }
}

}  // namespace
}  // namespace tstitch
