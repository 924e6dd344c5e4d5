#include <array>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/schedule/original_schedules.h"
#include "core/schedule/sigma_schedule.h"
#include "core/trajectory/split_rule.h"
#include "core/trajectory/trajectory.h"
#include "tests/support/plan_fixtures.h"

// The rules on the step lists that each system of the method's reference visits, laid out by our own schedules.

namespace tstitch {
namespace {

using testing::ElementsAre;

using Timesteps = std::vector<Timestep>;

SchedulerConfig stable_diffusion() {
  SchedulerConfig config;
  config.beta_start = 0.00085;
  config.beta_end = 0.012;
  config.beta_schedule = BetaSchedule::ScaledLinear;
  config.steps_offset = 1;
  config.skip_prk_steps = true;
  return config;
}

/// Also of its ControlNets and of LCM-SDXL.
SchedulerConfig sdxl() {
  SchedulerConfig config = stable_diffusion();
  config.spacing = Spacing::Leading;
  return config;
}

Timesteps timesteps_of(const SigmaSchedule& schedule) {
  Timesteps timesteps;
  for (const Evaluation& evaluation : schedule.evaluations) timesteps.push_back(evaluation.level.timestep);
  return timesteps;
}

Timesteps visited(SamplerKind sampler, int steps, const SchedulerConfig& config) {
  return timesteps_of(make_sigma_schedule(sampler, Spacing::Default, steps, config));
}

/// The rules as the reference asks them, evaluation by evaluation: does the small denoiser run this one?
bool runs_small(SplitRule rule, int hundredths, int i, const Timesteps& timesteps) {
  const double r = hundredths / 100.0;
  const double t = timesteps[static_cast<std::size_t>(i)].value / 1000.0;
  const auto n = static_cast<double>(timesteps.size());
  switch (rule) {
    case SplitRule::Dit:
      return t >= 1 - r;
    case SplitRule::DitMulti:
      return !(static_cast<float>(1 - t) > static_cast<float>(r)) || hundredths == 100;
    case SplitRule::Ldm:
      return hundredths == 100 || t > 1 - r;
    case SplitRule::Floor:
      return (i + 1) / n <= r;
    case SplitRule::Lcm:
      return hundredths != 0 && (hundredths == 100 || i / n <= r);
    case SplitRule::Round:
      return i < (2 * hundredths * static_cast<int>(timesteps.size()) + 100) / 200;
  }
  return false;
}

struct System {
  std::string name;
  SamplerKind sampler;
  SchedulerConfig config;
  int steps;
  std::vector<double> first;  ///< timesteps
  double last;
  std::size_t evaluations;
};

std::vector<System> systems() {
  std::vector<System> all{
      {"sd", SamplerKind::Pndm, stable_diffusion(), 50, {981, 961, 961, 941}, 1, 51},
      {"sd, as its small models were measured", SamplerKind::Pndm, stable_diffusion(), 25, {961, 921, 921}, 1, 26},
      {"sdxl, canny, depth, pose", SamplerKind::Euler, sdxl(), 50, {981, 961, 941}, 1, 50},
      {"dit", SamplerKind::Ddim, dit_schedule(true), 50, {999, 979, 958}, 0, 50},
      {"dit, as its README has it", SamplerKind::Ddim, dit_schedule(true), 100, {999, 989, 979}, 0, 100},
      {"dit, many pictures", SamplerKind::Ddpm, dit_schedule(true), 250, {999, 995, 991}, 0, 250},
      {"ldm", SamplerKind::Default, latent_diffusion_schedule(), 100, {991, 981, 971}, 1, 100},
      {"ldm, many pictures", SamplerKind::Default, latent_diffusion_schedule(), 200, {996, 991, 986}, 1, 200}};
  const std::array<std::vector<double>, 8> lcm{{{999},
                                                {999, 499},
                                                {999, 679, 339},
                                                {999, 759, 499, 259},
                                                {999, 799, 599, 399, 199},
                                                {999, 839, 679, 499, 339, 179},
                                                {999, 859, 719, 579, 439, 299, 159},
                                                {999, 879, 759, 639, 499, 379, 259, 139}}};
  for (const std::vector<double>& list : lcm) {
    const int steps = static_cast<int>(list.size());
    all.push_back({"lcm " + std::to_string(steps), SamplerKind::Lcm, sdxl(), steps, list, list.back(), list.size()});
  }
  return all;
}

TEST(SystemSplits, StandOnTheStepsOfTheirSystems) {
  for (const System& system : systems()) {
    SCOPED_TRACE(system.name);
    const Timesteps timesteps = visited(system.sampler, system.steps, system.config);
    ASSERT_EQ(timesteps.size(), system.evaluations);
    for (std::size_t i = 0; i < system.first.size(); ++i) EXPECT_EQ(timesteps[i].value, system.first[i]) << i;
    EXPECT_EQ(timesteps.back().value, system.last);
  }
}

int counted_step_by_step(SplitRule rule, int share, const Timesteps& timesteps) {
  int count = 0;
  for (int i = 0; i < static_cast<int>(timesteps.size()); ++i) count += runs_small(rule, share, i, timesteps) ? 1 : 0;
  return count;
}

TEST(SystemSplits, CountAsTheReferenceAsksStepByStep) {
  for (const System& system : systems()) {
    const Timesteps timesteps = visited(system.sampler, system.steps, system.config);
    for (const SplitRule rule :
         {SplitRule::Dit, SplitRule::DitMulti, SplitRule::Ldm, SplitRule::Floor, SplitRule::Lcm, SplitRule::Round}) {
      for (int h = 0; h <= 100; ++h) {
        ASSERT_EQ(small_evaluation_count(rule, Percent{h}, timesteps), counted_step_by_step(rule, h, timesteps))
            << system.name << ", rule " << static_cast<int>(rule) << " at " << h << " %";
      }
    }
  }
}

/// Whose a step is, by the cumulative shares in floats; 3 = nobody's.
std::size_t owner_of(const Timestep& timestep, const std::array<int, 3>& shares) {
  const auto passed = static_cast<float>(1 - timestep.value / 1000.0);
  float sum = 0;
  for (std::size_t k = 0; k < shares.size(); ++k) {
    sum += static_cast<float>(shares.at(k) / 100.0);
    if (passed <= sum) return k;
  }
  return shares.size();
}

std::vector<int> counted_by_owner(const Timesteps& timesteps, const std::array<int, 3>& shares) {
  std::vector<int> counts(shares.size());
  for (const Timestep& timestep : timesteps) {
    if (const std::size_t owner = owner_of(timestep, shares); owner < counts.size()) ++counts[owner];
  }
  return counts;
}

/// A share of nothing never runs; the others own what is left of the list by the cumulative shares in floats.
TEST(SystemSplits, CountAsTheReferenceAsksForThreeDenoisers) {
  for (const int steps : {50, 100, 250}) {
    const Timesteps timesteps = visited(SamplerKind::Ddim, steps, dit_schedule(true));
    for (int a = 0; a <= 100; a += 10) {
      for (int b = 0; a + b <= 100; b += 10) {
        const std::array<int, 3> shares{a, b, 100 - a - b};
        EXPECT_EQ(dit_multi_counts({Percent{shares[0]}, Percent{shares[1]}, Percent{shares[2]}}, timesteps),
                  counted_by_owner(timesteps, shares))
            << steps << ": " << a << " " << b;
      }
    }
  }
}

/// What each system's own script makes of its ratios (core/trajectory/README.md).
TEST(SystemSplits, AreThoseOfTheScripts) {
  const auto tenths = [](SplitRule rule, const Timesteps& timesteps) {
    std::vector<int> counts;
    for (int r = 0; r <= 100; r += 10) counts.push_back(small_evaluation_count(rule, Percent{r}, timesteps));
    return counts;
  };
  EXPECT_THAT(tenths(SplitRule::Floor, visited(SamplerKind::Pndm, 50, stable_diffusion())),
              ElementsAre(0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 51));
  EXPECT_THAT(tenths(SplitRule::Floor, visited(SamplerKind::Pndm, 25, stable_diffusion())),
              ElementsAre(0, 2, 5, 7, 10, 13, 15, 18, 20, 23, 26));
  EXPECT_THAT(tenths(SplitRule::Floor, visited(SamplerKind::Euler, 50, sdxl())),
              ElementsAre(0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50));
  const SchedulerConfig dit = dit_schedule(true), ldm = latent_diffusion_schedule();
  EXPECT_THAT(tenths(SplitRule::Dit, visited(SamplerKind::Ddim, 100, dit)),
              ElementsAre(0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100));
  EXPECT_THAT(tenths(SplitRule::Dit, visited(SamplerKind::Ddim, 25, dit)),
              ElementsAre(0, 3, 5, 8, 10, 13, 15, 17, 20, 22, 25));
  EXPECT_THAT(tenths(SplitRule::Ldm, visited(SamplerKind::Default, 100, ldm)),
              ElementsAre(0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100));
}

/// LCM in 1 to 8 steps at k/n, in the whole percents that the reference's command lines give for it.
TEST(SystemSplits, GiveLcmItsEighths) {
  GenerationRequest request = test::pair_request();
  for (int n = 1; n <= 8; ++n) {
    const SigmaSchedule schedule = make_sigma_schedule(SamplerKind::Lcm, Spacing::Default, n, sdxl());
    for (int k = 0; k <= n; ++k) {
      request.split = RatioSplit{{Percent{(100 * k + n - 1) / n}}, SplitRule::Floor};
      const Trajectory trajectory = make_trajectory(request, schedule);
      const Segment& first = trajectory.segments.front();
      EXPECT_EQ(first.denoiser == "small" ? first.evaluations : 0, k) << k << "/" << n;
      EXPECT_EQ(trajectory.evaluations(), n);
    }
  }
}

}  // namespace
}  // namespace tstitch
