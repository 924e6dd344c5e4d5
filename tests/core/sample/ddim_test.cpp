#include <gtest/gtest.h>

#include "tests/support/sampler_runs.h"

namespace tstitch {
namespace {

TEST(DdimSampler, followsTheReference) {
  test::expect_golden_runs("ddim");
}

// models.md 3.6: with x0 ~ N(m, s^2) the exact denoiser is linear, and DDIM's flow maps N(0, 1) to it.
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
