#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/all_samplers.h"
#include "tests/support/device/simulated_device.h"
#include "tests/support/sampler_runs.h"

namespace tstitch {
namespace {

constexpr int kSteps = 12;
constexpr double kEta = 0.5;
const std::set<SamplerKind> kStochastic{SamplerKind::Ddim,          SamplerKind::Ddpm,      SamplerKind::EulerAncestral,
                                        SamplerKind::Dpm2Ancestral, SamplerKind::Lcm,       SamplerKind::Tcd,
                                        SamplerKind::DpmppSde,      SamplerKind::Dpmpp2MSde};

/// A run on a device, and what each of its steps cost.
struct Walked {
  at::Tensor latent;
  std::vector<std::vector<std::string>> crossings;
  std::vector<std::int64_t> allocations;
};

class SamplerOnADevice : public testing::TestWithParam<SamplerKind> {
 protected:
  [[nodiscard]] Walked walked(double eta) const {
    NoiseSource noise = noise_;
    noise.place_on(test::simulated_device());
    const auto sampler = make_sampler(schedule_, eta);
    SamplerState state = sampler->start(noise.initial({4, 6, 5}), schedule_);
    Walked walked;
    for (int step = 0; step < schedule_.steps(); ++step) {
      const test::DeviceLog log;
      state = sampler->step(state, StepIndex{step}, schedule_, test::analytic_denoiser(), noise);
      walked.crossings.push_back(log.crossings());
      walked.allocations.push_back(log.count(test::DeviceCall::Kind::Allocation));
    }
    walked.latent = state.latent;
    return walked;
  }

  SigmaSchedule schedule_ = make_sigma_schedule(GetParam(), Spacing::Default, kSteps, test::stable_diffusion_config());
  NoiseSource noise_{3};
};

TEST_P(SamplerOnADevice, endsWhereItEndsOnACpuToTheBit) {
  const at::Tensor expected =
      test::walked(schedule_, test::analytic_denoiser(), noise_, 0,
                   make_sampler(schedule_, kEta)->start(noise_.initial({4, 6, 5}), schedule_), kEta)
          .latent;
  const at::Tensor found = walked(kEta).latent;
  EXPECT_EQ(found.device(), test::simulated_device());
  EXPECT_TRUE(at::equal(found.cpu(), expected));
}

TEST_P(SamplerOnADevice, bringsNothingButNoise) {
  std::vector<std::string> all;
  for (const auto& step : walked(kEta).crossings) all.insert(all.end(), step.begin(), step.end());
  EXPECT_THAT(all, testing::Each("upload for noise"));
  EXPECT_EQ(all.empty(), !kStochastic.contains(GetParam()));
  EXPECT_LE(all.size(), schedule_.evaluations.size());
}

TEST_P(SamplerOnADevice, allocatesTheSameInEveryStep) {
  const std::vector<std::int64_t> allocations = walked(kEta).allocations;
  // The first steps have less to remember, the last ones are of lower order; singlestep rules go in threes.
  const std::set<std::int64_t> middle(allocations.begin() + 5, allocations.end() - 3);
  EXPECT_LE(middle.size(), GetParam() == SamplerKind::Dpmpp2S ? 3U : 1U) << testing::PrintToString(allocations);
}

INSTANTIATE_TEST_SUITE_P(Samplers, SamplerOnADevice, testing::ValuesIn(test::all_samplers()));

TEST(SamplerOnADevice, bringsNothingWithoutNoise) {
  NoiseSource noise(3);
  noise.place_on(test::simulated_device());
  const SigmaSchedule schedule =
      make_sigma_schedule(SamplerKind::Ddim, Spacing::Default, kSteps, test::stable_diffusion_config());
  const auto sampler = make_sampler(schedule, 0.0);
  const SamplerState start = sampler->start(noise.initial({4, 6, 5}), schedule);
  const test::DeviceLog log;
  test::walked(schedule, test::analytic_denoiser(), noise, 0, start);
  EXPECT_THAT(log.crossings(), testing::IsEmpty());
}

/// What the counts are for: a step that looks at its latent from the host.
TEST(SamplerOnADevice, isSeenWhereAStepGoesBackToTheHost) {
  NoiseSource noise(3);
  noise.place_on(test::simulated_device());
  const SigmaSchedule schedule =
      make_sigma_schedule(SamplerKind::Euler, Spacing::Default, kSteps, test::stable_diffusion_config());
  const auto sampler = make_sampler(schedule, 0.0);
  const SamplerState start = sampler->start(noise.initial({4, 6, 5}), schedule);
  const Denoise by_way_of_the_host = [](const at::Tensor& x, const NoiseLevel& level, EvaluationIndex) {
    return test::analytic_denoised(x.cpu(), level, Prediction::Epsilon).to(x.device());
  };
  const test::DeviceLog log;
  static_cast<void>(sampler->step(start, StepIndex{0}, schedule, by_way_of_the_host, noise));
  EXPECT_THAT(log.crossings(),
              testing::ElementsAre("download for nothing that was named", "upload for nothing that was named"));
  const Denoise forgetting_the_way_back = [](const at::Tensor& x, const NoiseLevel& level, EvaluationIndex) {
    return test::analytic_denoised(x.cpu(), level, Prediction::Epsilon);
  };
  EXPECT_THROW(static_cast<void>(sampler->step(start, StepIndex{0}, schedule, forgetting_the_way_back, noise)),
               c10::Error);
}

}  // namespace
}  // namespace tstitch
