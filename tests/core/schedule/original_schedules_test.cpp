#include "core/schedule/original_schedules.h"

#include <cmath>

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/schedule/sigma_schedule.h"

namespace tstitch {
namespace {

std::vector<int> timesteps_of(const SigmaSchedule& schedule) {
  std::vector<int> timesteps;
  for (const Evaluation& each : schedule.evaluations) timesteps.push_back(static_cast<int>(each.level.timestep.value));
  return timesteps;
}

TEST(OriginalSchedules, ditVisitsEvenlySpacedTimestepsFromEndToEnd) {
  const auto visited = [](int steps) {
    return timesteps_of(make_sigma_schedule(SamplerKind::Default, Spacing::Default, steps, dit_schedule(true)));
  };
  EXPECT_EQ(visited(1), std::vector<int>{0});
  EXPECT_EQ(visited(2), (std::vector<int>{999, 0}));
  EXPECT_EQ(visited(4), (std::vector<int>{999, 666, 333, 0}));
  EXPECT_EQ(visited(8), (std::vector<int>{999, 856, 714, 571, 428, 285, 143, 0}));
  // In the middle 499.5 goes to the even neighbour, whatever the stride is rounded to.
  for (int steps = 3; steps < 1000; steps += 2) EXPECT_EQ(visited(steps)[static_cast<std::size_t>(steps / 2)], 500);
  EXPECT_EQ(visited(1000)[1], 998);
}

TEST(OriginalSchedules, theirRangesOfSigmaAreThePublishedOnes) {
  const NoiseSchedule dit(dit_schedule(true));
  EXPECT_NEAR(dit.sigma_min().value, 0.0100, 5e-5);
  EXPECT_NEAR(dit.sigma_max().value, 157.4, 0.05);
  const NoiseSchedule latent(latent_diffusion_schedule());
  EXPECT_NEAR(latent.sigma_min().value, 0.0388, 5e-5);
  EXPECT_NEAR(latent.sigma_max().value, 83.8, 0.05);
}

TEST(OriginalSchedules, latentDiffusionIsStochasticUnlessASamplerIsNamed) {
  const SchedulerConfig config = latent_diffusion_schedule();
  EXPECT_EQ(default_sampler(config), SamplerKind::Ddim);
  EXPECT_EQ(default_eta(SamplerKind::Default, config), 1.0);
  EXPECT_EQ(default_eta(SamplerKind::Ddim, config), 0.0);
  EXPECT_EQ(default_eta(SamplerKind::Default, dit_schedule(true)), 0.0);
  const SigmaSchedule schedule = make_sigma_schedule(SamplerKind::Default, Spacing::Default, 100, config);
  EXPECT_EQ(timesteps_of(schedule).front(), 991);
  EXPECT_EQ(timesteps_of(schedule).back(), 1);
  EXPECT_EQ(schedule.levels.back(), NoiseSchedule(config).level(0));
}

TEST(OriginalSchedules, ddpmTakesALearnedRangeOnlyFromNetworksThatPredictIt) {
  SchedulerConfig config = dit_schedule(true);
  EXPECT_NO_THROW(make_sigma_schedule(SamplerKind::Ddpm, Spacing::Default, 10, config));
  config.learns_variance = false;
  EXPECT_THROW(make_sigma_schedule(SamplerKind::Ddpm, Spacing::Default, 10, config), BadInput);
  EXPECT_NO_THROW(make_sigma_schedule(SamplerKind::Ddpm, Spacing::Default, 10, dit_schedule(false)));
}

}  // namespace
}  // namespace tstitch
