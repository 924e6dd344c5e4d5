#include "core/denoise/network_denoiser.h"

#include <cmath>
#include <utility>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/sin.h>
#include <gtest/gtest.h>

#include "core/base/check.h"
#include "core/base/stop.h"
#include "core/denoise/class_conditioning.h"
#include "tests/support/host_kernels.h"

namespace tstitch {
namespace {

SchedulerConfig stable_diffusion() {
  SchedulerConfig config;
  config.beta_start = 0.00085;
  config.beta_end = 0.012;
  config.beta_schedule = BetaSchedule::ScaledLinear;
  return config;
}

SchedulerConfig other_betas(Prediction prediction = Prediction::Epsilon) {
  SchedulerConfig config;  // linear 0.0001 .. 0.02, DiT's
  config.prediction = prediction;
  return config;
}

Conditioning conditioning() {
  Conditioning both;
  both.positive = at::full({1, 2, 3}, 2.0F);
  both.negative = at::full({1, 2, 3}, 1.0F);
  both.positive_pooled = at::full({1, 5}, 20.0F);
  both.negative_pooled = at::full({1, 5}, 10.0F);
  both.time_ids = at::full({1, 6}, 64.0F);
  return both;
}

/// Remembers what it was asked; answers with the context's first number everywhere.
struct Recorder {
  NetworkInput input;
  int calls = 0;

  NetworkFunction function() {
    return [this](const NetworkInput& asked, const std::stop_token&) {
      input = asked;
      ++calls;
      return at::full(asked.x.sizes(), 1.0F) * asked.context.select(1, 0).select(1, 0).reshape({-1, 1, 1, 1});
    };
  }
};

const std::stop_token kNeverStopped;

TEST(NetworkDenoiser, guidesAsOneBatchUnconditionalFirst) {
  Recorder recorder;
  const NetworkDenoiser denoiser(recorder.function(), stable_diffusion(), stable_diffusion(), 7.5, conditioning());
  EXPECT_EQ(denoiser.passes(), 2);
  const NoiseLevel level = NoiseSchedule(stable_diffusion()).level(500);
  const at::Tensor x = at::randn({1, 4, 2, 2});
  const at::Tensor denoised = denoiser.denoise(x, level, kNeverStopped);
  EXPECT_EQ(recorder.calls, 1);
  EXPECT_EQ(recorder.input.x.sizes(), at::IntArrayRef({2, 4, 2, 2}));
  EXPECT_EQ(recorder.input.context[0][0][0].item<float>(), 1.0F);
  EXPECT_EQ(recorder.input.pooled[1][0].item<float>(), 20.0F);
  EXPECT_EQ(recorder.input.time_ids.size(0), 2);
  EXPECT_EQ(recorder.input.timestep[1].item<float>(), 500.0F);
  const at::Tensor noise = at::full({1, 4, 2, 2}, 1.0 + 7.5 * (2.0 - 1.0));
  const at::Tensor expected = (x - noise * level.noise) / level.signal;
  EXPECT_LE((denoised - expected).abs().max().item<double>(), 1e-5);
}

TEST(NetworkDenoiser, makesOnePlainPassWithoutGuidance) {
  for (const double guidance : {0.0, 1.0}) {
    Recorder recorder;
    Conditioning positive_only = conditioning();
    positive_only.negative.reset();
    const NetworkDenoiser denoiser(recorder.function(), stable_diffusion(), stable_diffusion(), guidance,
                                   positive_only);
    EXPECT_EQ(denoiser.passes(), 1);
    const NoiseLevel level = NoiseSchedule(stable_diffusion()).level(20);
    static_cast<void>(denoiser.denoise(at::randn({1, 4, 2, 2}), level, kNeverStopped));
    EXPECT_EQ(recorder.input.x.size(0), 1);
    EXPECT_EQ(recorder.input.context[0][0][0].item<float>(), 2.0F);
    EXPECT_EQ(recorder.input.pooled[0][0].item<float>(), 20.0F);
  }
}

TEST(NetworkDenoiser, guidanceNeedsTheNegativeHalf) {
  Recorder recorder;
  Conditioning positive_only = conditioning();
  positive_only.negative.reset();
  EXPECT_THROW(NetworkDenoiser(recorder.function(), stable_diffusion(), stable_diffusion(), 2.0, positive_only),
               LogicError);
}

/// How far the estimate with a device's kernels is from the one without, and how often one was called.
std::pair<double, int> with_kernels(const NetworkDenoiser& denoiser, const at::Tensor& x, const NoiseLevel& level) {
  const at::Tensor plain = denoiser.denoise(x, level, kNeverStopped);
  const int before = test::host_kernel_calls();
  const test::KernelsOnHost kernels;
  const at::Tensor found = denoiser.denoise(x, level, kNeverStopped);
  return {((found - plain).abs().max() / plain.abs().max()).item<double>(), test::host_kernel_calls() - before};
}

TEST(NetworkDenoiser, guidesAndEstimatesByOneKernelWhereTheDeviceHasIt) {
  const at::Tensor x = at::randn({1, 4, 6, 5}, at::detail::createCPUGenerator(5), at::kFloat);
  const NetworkFunction network = [](const NetworkInput& asked, const std::stop_token&) {
    return at::sin(asked.x * 3.0) + 0.1 * asked.context.select(1, 0).select(1, 0).reshape({-1, 1, 1, 1});
  };
  for (const Prediction prediction : {Prediction::Epsilon, Prediction::V, Prediction::Flow}) {
    SchedulerConfig config = stable_diffusion();
    config.prediction = prediction;
    for (const double guidance : {1.0, 7.5}) {
      const NetworkDenoiser denoiser(network, config, config, guidance, conditioning());
      for (const int timestep : {5, 500, 900}) {
        const auto [distance, calls] = with_kernels(denoiser, x, NoiseSchedule(config).level(timestep));
        EXPECT_LE(distance, 1e-6) << static_cast<int>(prediction) << ' ' << guidance << ' ' << timestep;
        EXPECT_EQ(calls, 1);
      }
    }
  }
}

TEST(NetworkDenoiser, leavesWhatTheKernelDoesNotSayToLibTorch) {
  const at::Tensor x = at::randn({1, 4, 6, 5}, at::detail::createCPUGenerator(5), at::kFloat);
  const NetworkFunction network = [](const NetworkInput& asked, const std::stop_token&) {
    return at::sin(asked.x * 3.0);
  };
  const NetworkDenoiser three(network, stable_diffusion(), stable_diffusion(), 4.0, conditioning(), 3);
  EXPECT_EQ(with_kernels(three, x, NoiseSchedule(stable_diffusion()).level(500)), std::pair(0.0, 0));
  SchedulerConfig sample = stable_diffusion();
  sample.prediction = Prediction::Sample;
  const NetworkDenoiser estimates(network, sample, sample, 4.0, conditioning());
  EXPECT_EQ(with_kernels(estimates, x, NoiseSchedule(sample).level(500)), std::pair(0.0, 0));
}

/// Answers with the label everywhere, ten times it in the channels of the variance's range.
NetworkFunction labelled(NetworkInput& asked) {
  return [&asked](const NetworkInput& input, const std::stop_token&) {
    asked = input;
    const at::Tensor label = input.label.to(at::kFloat).reshape({-1, 1, 1, 1});
    const at::Tensor noise = at::full({input.x.size(0), 4, 2, 2}, 1.0F) * label;
    return at::cat({noise, noise * 10.0}, 1);
  };
}

TEST(NetworkDenoiser, guidesTheFirstChannelsOnlyWhereAskedTo) {
  NetworkInput asked;
  const Conditioning labels = label_conditioning(3, 1000);
  const NoiseLevel level = NoiseSchedule(other_betas()).level(500);
  const at::Tensor x = at::randn({1, 4, 2, 2});
  const auto estimate = [&](std::optional<std::int64_t> channels) {
    const NetworkDenoiser denoiser(labelled(asked), other_betas(), other_betas(), 4.0, labels, channels);
    return denoiser.denoise(x, level, kNeverStopped);
  };
  const auto clean = [&](double noise) { return (x - noise * level.noise) / level.signal; };
  const at::Tensor guided = clean(1000.0 + 4.0 * (3.0 - 1000.0));
  const Estimate three = estimate(kOriginalGuidedChannels);
  EXPECT_FALSE(asked.context.defined());
  EXPECT_EQ(asked.label[0].item<std::int64_t>(), 1000);
  EXPECT_EQ(asked.label[1].item<std::int64_t>(), 3);
  EXPECT_LE((three.denoised - guided).narrow(1, 0, 3).abs().max().item<double>(), 1e-2);
  EXPECT_LE((three.denoised - clean(3.0)).narrow(1, 3, 1).abs().max().item<double>(), 1e-4);
  EXPECT_LE((estimate(std::nullopt).denoised - guided).abs().max().item<double>(), 1e-2);
}

TEST(NetworkDenoiser, passesTheConditionalPassesVarianceOn) {
  NetworkInput asked;
  const NoiseLevel level = NoiseSchedule(other_betas()).level(500);
  for (const double guidance : {1.0, 4.0}) {
    const NetworkDenoiser denoiser(labelled(asked), other_betas(), other_betas(), guidance,
                                   label_conditioning(3, 1000));
    const Estimate estimate = denoiser.denoise(at::randn({1, 4, 2, 2}), level, kNeverStopped);
    EXPECT_TRUE(at::equal(estimate.variance_range, at::full({1, 4, 2, 2}, 30.0F)));
  }
  Recorder plain;
  const NetworkDenoiser denoiser(plain.function(), other_betas(), other_betas(), 1.0, conditioning());
  EXPECT_FALSE(denoiser.denoise(at::randn({1, 4, 2, 2}), level, kNeverStopped).variance_range.defined());
}

TEST(NetworkDenoiser, asksAtTheRunsTimestepWhereTheBetasAreEqual) {
  Recorder recorder;
  const NetworkDenoiser denoiser(recorder.function(), stable_diffusion(), stable_diffusion(), 1.0, conditioning());
  // Rounded by the sampler, so not the timestep of that sigma: still the one the reference would give.
  NoiseLevel level = level_at(Sigma{2.0}, Timestep{550.0});
  static_cast<void>(denoiser.denoise(at::randn({1, 4, 2, 2}), level, kNeverStopped));
  EXPECT_EQ(recorder.input.timestep[0].item<float>(), 550.0F);
}

TEST(NetworkDenoiser, asksAtItsOwnTimestepOfTheSameSigmaElsewhere) {
  Recorder recorder;
  const NetworkDenoiser denoiser(recorder.function(), other_betas(), stable_diffusion(), 1.0, conditioning());
  const NoiseLevel level = NoiseSchedule(stable_diffusion()).level(500);
  static_cast<void>(denoiser.denoise(at::randn({1, 4, 2, 2}), level, kNeverStopped));
  EXPECT_NEAR(recorder.input.timestep[0].item<float>(), 353.4, 0.06);  // core/schedule/README.md
}

// core/denoise/README.md: networks that describe the same Gaussian data, whatever they predict, give the same estimate.
TEST(NetworkDenoiser, predictionsOfTheSameDataAgree) {
  constexpr double kMean = -0.3;
  constexpr double kVariance = 0.64;
  const auto gaussian = [](Prediction prediction, double signal, double noise) -> NetworkFunction {
    return [=](const NetworkInput& input, const std::stop_token&) {
      const double shrink = signal * kVariance / (signal * signal * kVariance + noise * noise);
      at::Tensor clean = (input.x - signal * kMean) * shrink + kMean;
      at::Tensor e = (input.x - clean * signal) / noise;
      if (prediction == Prediction::Epsilon) return e;
      if (prediction == Prediction::V) return e * signal - clean * noise;
      if (prediction == Prediction::Flow) return e - clean;
      return clean;
    };
  };
  const NoiseLevel level = NoiseSchedule(stable_diffusion()).level(400);
  const at::Tensor x = at::randn({1, 4, 4, 4});
  const double s = level.noise / (level.signal + level.noise);
  const auto estimate = [&](Prediction prediction) {
    const bool flow = prediction == Prediction::Flow;
    const NetworkDenoiser denoiser(gaussian(prediction, flow ? 1.0 - s : level.signal, flow ? s : level.noise),
                                   other_betas(prediction), stable_diffusion(), 1.0, conditioning());
    return denoiser.denoise(x, level, kNeverStopped).denoised;
  };
  const at::Tensor expected = estimate(Prediction::Sample);
  for (const Prediction prediction : {Prediction::Epsilon, Prediction::V, Prediction::Flow}) {
    EXPECT_LE(((estimate(prediction) - expected).abs().max() / expected.abs().max()).item<double>(), 1e-5);
  }
}

TEST(NetworkDenoiser, asksNothingAfterAStop) {
  Recorder recorder;
  const NetworkDenoiser denoiser(recorder.function(), stable_diffusion(), stable_diffusion(), 7.5, conditioning());
  std::stop_source source;
  source.request_stop();
  EXPECT_THROW(static_cast<void>(
                   denoiser.denoise(at::randn({1, 4, 2, 2}), level_at(Sigma{1.0}, Timestep{0}), source.get_token())),
               Interrupted);
  EXPECT_EQ(recorder.calls, 0);
}

}  // namespace
}  // namespace tstitch
