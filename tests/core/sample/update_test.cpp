#include "core/sample/update.h"

#include <cmath>

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <gtest/gtest.h>

namespace tstitch {
namespace {

at::Tensor filled(double value) {
  return at::full({1, 1, 2, 2}, value, at::kFloat);
}

TEST(SamplerUpdate, rememberingKeepsTheNewest) {
  std::vector<Memory> history;
  for (const double value : {1.0, 2.0, 3.0}) history = remembering(history, {filled(value), {}, {}, {}}, 2);
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history.front().denoised.max().item<double>(), 2.0);
}

TEST(SamplerUpdate, noiseAndSlopeInvertTheState) {
  const NoiseLevel level = level_at(Sigma{2.0}, Timestep{7.0});
  const at::Tensor x = filled(0.5) * level.signal + filled(-1.5) * level.noise;
  EXPECT_NEAR(predicted_noise(x, filled(0.5), level).max().item<double>(), -1.5, 1e-6);
  EXPECT_NEAR(slope(filled(0.5 - 1.5 * 2.0), filled(0.5), Sigma{2.0}).max().item<double>(), -1.5, 1e-6);
}

TEST(SamplerUpdate, theDenoiserSeesTheVariancePreservingState) {
  const NoiseLevel level = level_at(Sigma{2.0}, Timestep{7.0});
  const at::Tensor seen = denoise_exploding(filled(3.0), level, EvaluationIndex{4},
                                            [](const at::Tensor& x, const NoiseLevel& at, EvaluationIndex evaluation) {
                                              EXPECT_EQ(at.timestep.value, 7.0);
                                              EXPECT_EQ(evaluation.value, 4);
                                              return x;
                                            });
  EXPECT_NEAR(seen.max().item<double>(), 3.0 / std::sqrt(5.0), 1e-6);
}

TEST(SamplerUpdate, clipsOnlyWhereTheConfigSaysSo) {
  SchedulerConfig config;
  EXPECT_EQ(clipped(filled(3.0), config).max().item<double>(), 3.0);
  config.clip_sample = true;
  config.clip_sample_range = 2.0;
  EXPECT_EQ(clipped(filled(3.0), config).max().item<double>(), 2.0);
}

TEST(SamplerUpdate, lambdaOfACleanLevelIsInfinite) {
  EXPECT_TRUE(std::isinf(lambda({1.0, 0.0, {}})));
  EXPECT_NEAR(lambda(level_at(Sigma{2.0}, {})), -std::log(2.0), 1e-15);
}

}  // namespace
}  // namespace tstitch
