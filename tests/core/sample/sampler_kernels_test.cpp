#include <ostream>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/all_samplers.h"
#include "tests/support/device/kernels_on_device.h"
#include "tests/support/sampler_runs.h"

namespace tstitch {
namespace {

constexpr int kSteps = 14;

/// A rule that makes its step by one kernel where the device has it.
struct Rule {
  SamplerKind sampler;
  double eta = 0.0;
  int solver_order = 2;
  bool clips = false;
};

std::ostream& operator<<(std::ostream& out, const Rule& rule) {
  return out << traits_of(rule.sampler).name << " eta " << rule.eta << " order " << rule.solver_order << " clips "
             << rule.clips;
}

class SamplerKernels : public testing::TestWithParam<Rule> {
 protected:
  SamplerKernels() { noise_.place_on(test::simulated_device()); }

  static SchedulerConfig config() {
    SchedulerConfig config = test::stable_diffusion_config();
    config.solver_order = GetParam().solver_order;
    config.clip_sample = GetParam().clips;
    return config;
  }

  [[nodiscard]] SamplerState stepped(const SamplerState& state, int step) const {
    return sampler_->step(state, StepIndex{step}, schedule_, test::analytic_denoiser(), noise_);
  }

  SigmaSchedule schedule_ = make_sigma_schedule(GetParam().sampler, Spacing::Default, kSteps, config());
  std::unique_ptr<Sampler> sampler_ = make_sampler(schedule_, GetParam().eta);
  NoiseSource noise_{3};
};

TEST_P(SamplerKernels, makeEachStepByOneOfThemAsLibTorchDoes) {
  SamplerState state = sampler_->start(noise_.initial({4, 6, 5}), schedule_);
  for (int step = 0; step < kSteps; ++step) {
    const SamplerState plain = stepped(state, step);
    const int before = test::host_kernel_calls();
    {
      const test::KernelsOnDevice kernels;
      const SamplerState found = stepped(state, step);
      EXPECT_EQ(test::host_kernel_calls() - before, 1) << step;
      EXPECT_LE(test::distance(found.latent.cpu(), plain.latent.cpu()), 1e-6) << step;
    }
    state = plain;
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, SamplerKernels,
                         testing::Values(Rule{SamplerKind::Ddim}, Rule{SamplerKind::Ddim, 0.6},
                                         Rule{SamplerKind::Ddim, 0.6, 2, true}, Rule{SamplerKind::Euler},
                                         Rule{SamplerKind::EulerAncestral}, Rule{SamplerKind::Lcm},
                                         Rule{SamplerKind::Dpmpp2M, 0.0, 1}, Rule{SamplerKind::Dpmpp2M},
                                         Rule{SamplerKind::Dpmpp2M, 0.0, 3}, Rule{SamplerKind::Dpmpp2MSde}));

/// Five tensors are more than it takes.
TEST(SamplerKernelsLimit, LeaveTheSumsOfFiveToLibTorch) {
  SchedulerConfig config = test::stable_diffusion_config();
  config.solver_order = 3;
  const SigmaSchedule schedule = make_sigma_schedule(SamplerKind::Dpmpp2MSde, Spacing::Default, kSteps, config);
  const auto sampler = make_sampler(schedule, 0.0);
  NoiseSource noise(3);
  noise.place_on(test::simulated_device());
  SamplerState state = sampler->start(noise.initial({4, 6, 5}), schedule);
  const test::KernelsOnDevice kernels;
  std::vector<int> calls;
  for (int step = 0; step < 4; ++step) {
    const int before = test::host_kernel_calls();
    state = sampler->step(state, StepIndex{step}, schedule, test::analytic_denoiser(), noise);
    calls.push_back(test::host_kernel_calls() - before);
  }
  EXPECT_EQ(calls, (std::vector<int>{1, 1, 0, 0}));
}

}  // namespace
}  // namespace tstitch
