#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "tests/support/sampler_runs.h"

namespace tstitch {
namespace {

TEST(DdimSampler, followsTheReference) {
  test::expect_golden_runs("ddim");
}

TEST(DdimSampler, arrivesAtTheNextLevelOfARespacedProcess) {
  test::expect_respaced_runs("ddim");
}

TEST(DdimSampler, addsNoiseAtTheLastStepOfLatentDiffusion) {
  const SigmaSchedule schedule =
      make_sigma_schedule(SamplerKind::Default, Spacing::Default, 10, latent_diffusion_schedule());
  EXPECT_EQ(schedule.levels.front().timestep.value, 901.0);
  const Denoise denoise = test::analytic_denoiser();
  const NoiseSource one(1);
  NoiseSource other(1);
  at::Tensor steps = at::zeros({10, 1, 4, 4, 4});
  for (int i = 0; i < 10; ++i) steps[i] = one.step(EvaluationIndex{i}, {1, 4, 4, 4}) * (i == 9 ? -1.0 : 1.0);
  other.replace({}, steps);
  const double eta = default_eta(SamplerKind::Default, latent_diffusion_schedule());
  const at::Tensor end = test::walked(schedule, denoise, one, 0, {}, eta).latent;
  const at::Tensor mirrored = test::walked(schedule, denoise, other, 0, {}, eta).latent;
  const NoiseSchedule table(latent_diffusion_schedule());
  const double before = table.alpha_cumprod(0);
  const double at = table.alpha_cumprod(1);
  const double deviation = std::sqrt((1.0 - before) / (1.0 - at) * (1.0 - at / before));
  EXPECT_LE(test::distance(end - mirrored, steps[9] * (-2.0 * deviation)), 1e-3);
}

// core/denoise/README.md: with x0 ~ N(m, s^2) the exact denoiser is linear, and DDIM's flow maps N(0, 1) to it.
TEST(DdimSampler, mapsNoiseToAGaussianThroughItsExactDenoiser) {
  constexpr double kMean = 0.4;
  constexpr double kDeviation = 0.7;
  const Denoise exact = [](const at::Tensor& x, const NoiseLevel& level, EvaluationIndex) {
    const double variance = kDeviation * kDeviation;
    const double total = level.signal * level.signal * variance + level.noise * level.noise;
    return (x - level.signal * kMean) * (level.signal * variance / total) + kMean;
  };
  SchedulerConfig config = test::stable_diffusion_config();
  config.steps_offset = 0;
  config.set_alpha_to_one = true;
  const SigmaSchedule schedule = make_sigma_schedule(SamplerKind::Ddim, Spacing::Leading, 1000, config);
  const NoiseSource noise(11);
  const at::Tensor start = noise.initial({4, 4, 4});
  const at::Tensor end = test::walked(schedule, exact, noise).latent;
  // The exact flow keeps (x - signal*m) / sqrt(signal^2 s^2 + noise^2).
  const NoiseLevel first = schedule.levels.front();
  const double spread = std::sqrt(first.signal * first.signal * kDeviation * kDeviation + first.noise * first.noise);
  EXPECT_LE(test::distance(end, (start - first.signal * kMean) / spread * kDeviation + kMean), 5e-3);
}

}  // namespace
}  // namespace tstitch
