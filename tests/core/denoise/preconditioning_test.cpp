#include "core/denoise/preconditioning.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/randn.h>
#include <gtest/gtest.h>

namespace tstitch {
namespace {

const std::vector<Prediction> kPredictions{Prediction::Epsilon, Prediction::V, Prediction::Sample, Prediction::Flow};

double distance(const at::Tensor& found, const at::Tensor& expected) {
  return ((found - expected).abs().max() / expected.abs().max()).item<double>();
}

/// What a perfect network of that prediction answers where the clean latent and the noise are known.
at::Tensor perfect_output(Prediction prediction, const at::Tensor& clean, const at::Tensor& noise,
                          const NoiseLevel& level) {
  switch (prediction) {
    case Prediction::Epsilon:
      return noise;
    case Prediction::V:
      return noise * level.signal - clean * level.noise;
    case Prediction::Sample:
      return clean;
    case Prediction::Flow:
      return noise - clean;
  }
  return {};
}

TEST(Preconditioning, everyPredictionGivesBackTheCleanLatent) {
  const at::Tensor clean = at::randn({1, 4, 8, 8});
  const at::Tensor noise = at::randn({1, 4, 8, 8});
  for (const double sigma : {0.03, 0.7, 2.0, 14.6}) {
    const NoiseLevel level = level_at(Sigma{sigma}, Timestep{100});
    const at::Tensor x = clean * level.signal + noise * level.noise;
    for (const Prediction prediction : kPredictions) {
      const at::Tensor output = perfect_output(prediction, clean, noise, level);
      EXPECT_LE(distance(denoised_from(prediction, x, output, level), clean), 1e-5)
          << static_cast<int>(prediction) << " at sigma " << sigma;
    }
  }
}

TEST(Preconditioning, aFlowSeesTheStraightMixture) {
  const at::Tensor clean = at::randn({1, 4, 8, 8});
  const at::Tensor noise = at::randn({1, 4, 8, 8});
  const NoiseLevel level = level_at(Sigma{1.6183}, Timestep{500});
  const at::Tensor x = clean * level.signal + noise * level.noise;
  const double s = 0.6181;  // sigma / (1 + sigma)
  EXPECT_LE(distance(network_input(Prediction::Flow, x, level), clean * (1.0 - s) + noise * s), 2e-4);
  for (const Prediction prediction : {Prediction::Epsilon, Prediction::V, Prediction::Sample}) {
    EXPECT_EQ(distance(network_input(prediction, x, level), x), 0.0);
  }
}

TEST(Preconditioning, velocityNeedsNoSignal) {
  const NoiseLevel pure{0.0, 1.0, Timestep{999}};
  const at::Tensor clean = at::randn({1, 4, 2, 2});
  const at::Tensor noise = at::randn({1, 4, 2, 2});
  const at::Tensor output = perfect_output(Prediction::V, clean, noise, pure);
  EXPECT_LE(distance(denoised_from(Prediction::V, noise, output, pure), clean), 1e-6);
}

}  // namespace
}  // namespace tstitch
