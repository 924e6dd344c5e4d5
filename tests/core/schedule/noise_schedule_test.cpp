#include "core/schedule/noise_schedule.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/sampler_goldens.h"

namespace tstitch {
namespace {

SchedulerConfig stable_diffusion() {
  SchedulerConfig config;
  config.beta_start = 0.00085;
  config.beta_end = 0.012;
  config.beta_schedule = BetaSchedule::ScaledLinear;
  return config;
}

/// The reference's entries are equal bit for bit; rescaled tables are not, since its vectorised square root is not
/// correctly rounded.
TEST(NoiseSchedule, equalsTheReferenceTable) {
  for (const auto& entry : test::sampler_golden("tables")) {
    const SchedulerConfig config = test::golden_config(entry.at("config"));
    const NoiseSchedule schedule(config);
    for (const auto& [timestep, expected] : entry.at("alphas_cumprod").get<std::vector<std::pair<int, double>>>()) {
      const auto found = static_cast<float>(schedule.alpha_cumprod(timestep));
      const auto wanted = static_cast<float>(expected);
      EXPECT_NEAR(found, wanted, config.rescale_zero_snr ? 2e-6F * wanted : 0.0F)
          << entry.at("config").dump() << " at " << timestep;
    }
  }
}

TEST(NoiseSchedule, hasTheKnownSigmaRangeOfStableDiffusion) {
  const NoiseSchedule schedule(stable_diffusion());
  EXPECT_NEAR(schedule.sigma_min().value, 0.0292, 5e-5);
  EXPECT_NEAR(schedule.sigma_max().value, 14.615, 5e-4);
}

TEST(NoiseSchedule, levelsPreserveVariance) {
  const NoiseSchedule schedule(stable_diffusion());
  for (const int timestep : {0, 1, 500, 999}) {
    const NoiseLevel level = schedule.level(timestep);
    EXPECT_NEAR(level.signal * level.signal + level.noise * level.noise, 1.0, 1e-15);
    EXPECT_EQ(level.timestep.value, timestep);
  }
}

TEST(NoiseSchedule, findsEachOfItsOwnTimestepsExactly) {
  const NoiseSchedule schedule(stable_diffusion());
  for (int timestep = 0; timestep < schedule.size(); ++timestep) {
    EXPECT_EQ(schedule.timestep_for(schedule.sigma(timestep)).value, timestep);
  }
}

TEST(NoiseSchedule, clampsTimestepsToTheTable) {
  const NoiseSchedule schedule(stable_diffusion());
  EXPECT_EQ(schedule.timestep_for(Sigma{1e-9}).value, 0.0);
  EXPECT_EQ(schedule.timestep_for(Sigma{1e9}).value, 999.0);
}

// core/schedule/README.md: the timesteps at which other networks see Stable Diffusion's levels.
TEST(NoiseSchedule, mapsLevelsToAnotherTable) {
  const NoiseSchedule from(stable_diffusion());
  SchedulerConfig dit;
  SchedulerConfig hunyuan = stable_diffusion();
  hunyuan.beta_end = 0.018;
  SchedulerConfig latent = stable_diffusion();
  latent.beta_start = 0.0015;
  latent.beta_end = 0.0195;
  struct Row {
    int timestep;
    double sigma, dit, hunyuan, latent;
  };
  for (const Row& row : {Row{900, 8.3466, 646.9, 776.8, 708.4}, Row{750, 4.0992, 531.2, 650.7, 581.6},
                         Row{600, 2.2846, 422.3, 524.4, 455.9}, Row{500, 1.6183, 353.4, 439.9, 372.9},
                         Row{250, 0.6958, 193.5, 226.5, 172.3}}) {
    const Sigma sigma = from.sigma(row.timestep);
    EXPECT_NEAR(sigma.value, row.sigma, 1e-4);
    EXPECT_NEAR(NoiseSchedule(dit).timestep_for(sigma).value, row.dit, 0.06);
    EXPECT_NEAR(NoiseSchedule(hunyuan).timestep_for(sigma).value, row.hunyuan, 0.06);
    EXPECT_NEAR(NoiseSchedule(latent).timestep_for(sigma).value, row.latent, 0.06);
  }
}

TEST(NoiseSchedule, endsInPureNoiseWhenRescaled) {
  SchedulerConfig config = stable_diffusion();
  config.rescale_zero_snr = true;
  const NoiseSchedule schedule(config);
  EXPECT_EQ(schedule.level(999).signal, 0.0);
  EXPECT_TRUE(std::isinf(schedule.sigma_max().value));
  EXPECT_EQ(schedule.timestep_for(schedule.sigma_max()).value, 999.0);
  EXPECT_EQ(schedule.timestep_for(Sigma{1e6}).value, 998.0);
  EXPECT_NEAR(schedule.with_finite_sigmas().sigma_max().value, 4096.0, 1e-3);
  EXPECT_EQ(schedule.with_finite_sigmas().sigma(998), schedule.sigma(998));
}

TEST(NoiseSchedule, levelAtIsTheLevelOfThatSigma) {
  const NoiseLevel level = level_at(Sigma{2.0}, Timestep{3.5});
  EXPECT_DOUBLE_EQ(level.sigma().value, 2.0);
  EXPECT_DOUBLE_EQ(level.signal, 1.0 / std::sqrt(5.0));
  EXPECT_EQ(level.timestep.value, 3.5);
  EXPECT_EQ(level_at(Sigma{0.0}, Timestep{0.0}).noise, 0.0);
}

}  // namespace
}  // namespace tstitch
