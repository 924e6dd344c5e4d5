#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <ATen/TensorOperators.h>
#include <ATen/ops/cos.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "core/request/sampler_traits.h"
#include "core/sample/sampler.h"
#include "core/schedule/original_schedules.h"
#include "tests/support/plan_fixtures.h"
#include "tests/support/sampler_goldens.h"

namespace tstitch::test {

inline at::Tensor golden_latent(const nlohmann::json& values) {
  return at::tensor(at::ArrayRef<float>(values.get<std::vector<float>>())).reshape({1, 1, 2, 4});
}

inline at::Tensor step_noise_of(const nlohmann::json& golden) {
  std::vector<float> steps;
  for (const auto& step : golden.at("step_noise")) {
    for (const float value : step.get<std::vector<float>>()) steps.push_back(value);
  }
  return at::tensor(at::ArrayRef<float>(steps)).reshape({-1, 1, 1, 2, 4});
}

/// The analytic network of the recipe, as a denoiser of its prediction.
inline at::Tensor analytic_denoised(const at::Tensor& x, const NoiseLevel& level, Prediction prediction) {
  const at::Tensor output = x * 0.7 + at::sin(x * 2.0 + 0.01 * level.timestep.value) * 0.3 + 0.1;
  if (prediction == Prediction::Sample) return output;
  if (prediction == Prediction::V) return x * level.signal - output * level.noise;
  return (x - output * level.noise) / level.signal;
}

inline Denoise analytic_denoiser(Prediction prediction = Prediction::Epsilon) {
  return [prediction](const at::Tensor& x, const NoiseLevel& level, EvaluationIndex) {
    return analytic_denoised(x, level, prediction);
  };
}

/// max |a - b| / max |b|
inline double distance(const at::Tensor& found, const at::Tensor& expected) {
  return ((found - expected).abs().max() / expected.abs().max()).item<double>();
}

inline SigmaSchedule golden_schedule(const nlohmann::json& entry) {
  return make_sigma_schedule(*choice_named<SamplerKind>(entry.at("sampler").get<std::string>()),
                             *choice_named<Spacing>(entry.at("spacing").get<std::string>()), entry.at("steps"),
                             golden_config(entry.at("config")));
}

/// How far a state may be from the recorded one. From a sigma of thousands on (zero-SNR, squared cosine) fp32 keeps
/// three digits less, in the reference too.
inline double golden_tolerance(const SigmaSchedule& schedule) {
  const double highest = schedule.levels.front().sigma().value;
  if (!std::isfinite(highest)) return 1e-5;
  return highest > 1000.0 ? 1e-3 : std::max(1e-5, 2e-7 * highest);
}

/// Replays one recorded run: the state before each evaluation, the timestep asked, and the final latent.
inline void expect_golden_run(const nlohmann::json& golden, const nlohmann::json& entry) {
  SCOPED_TRACE(label_of(entry));
  const SigmaSchedule schedule = golden_schedule(entry);
  const auto sampler = make_sampler(schedule, entry.at("eta").get<double>());
  NoiseSource noise(0);
  noise.replace(golden_latent(golden.at("unit_noise")), step_noise_of(golden));

  const auto& latents = entry.at("latents");
  const double tolerance = golden_tolerance(schedule);
  const Denoise denoise = [&](const at::Tensor& x, const NoiseLevel& level, EvaluationIndex evaluation) {
    const auto index = static_cast<std::size_t>(evaluation.value);
    const at::Tensor state = traits_of(schedule.sampler).state == LatentState::Exploding ? x / level.signal : x;
    EXPECT_LE(distance(state, golden_latent(latents.at(index))), tolerance) << "before evaluation " << index;
    EXPECT_NEAR(level.timestep.value, entry.at("timesteps").at(index).get<double>(), 1e-3);
    return analytic_denoised(x, level, schedule.config.prediction);
  };
  SamplerState state = sampler->start(noise.initial({1, 2, 4}), schedule);
  for (int step = 0; step < schedule.steps(); ++step) {
    state = sampler->step(state, StepIndex{step}, schedule, denoise, noise);
  }
  EXPECT_EQ(state.evaluation, static_cast<int>(latents.size()) - 1);
  EXPECT_LE(distance(state.latent, golden_latent(latents.back())), tolerance) << "at the end";
}

inline void expect_golden_runs(const std::string& name) {
  const nlohmann::json golden = sampler_golden(name);
  ASSERT_FALSE(golden.at("cases").empty());
  for (const auto& entry : golden.at("cases")) expect_golden_run(golden, entry);
}

/// Replays the runs of make_respaced_samplers.py by that sampler: DiT's schedule, a network with a range of variances.
inline void expect_respaced_runs(const std::string& sampler_name) {
  const nlohmann::json golden = sampler_golden("respaced");
  const auto unit = golden_latent(golden.at("unit_noise"));
  int runs = 0;
  for (const auto& entry : golden.at("cases")) {
    if (entry.at("sampler") != sampler_name) continue;
    SCOPED_TRACE(concat(sampler_name, " ", entry.at("steps").get<int>(), " steps"));
    const SigmaSchedule schedule = make_sigma_schedule(*choice_named<SamplerKind>(sampler_name), Spacing::Default,
                                                       entry.at("steps"), dit_schedule(/*learns_variance=*/true));
    NoiseSource noise(0);
    noise.replace(unit, step_noise_of(golden));
    const auto& latents = entry.at("latents");
    const Denoise denoise = [&](const at::Tensor& x, const NoiseLevel& level, EvaluationIndex evaluation) {
      const auto index = static_cast<std::size_t>(evaluation.value);
      EXPECT_LE(distance(x, golden_latent(latents.at(index))), 2e-5) << "before evaluation " << index;
      EXPECT_EQ(level.timestep.value, entry.at("timesteps").at(index).get<double>());
      return Estimate(analytic_denoised(x, level, Prediction::Epsilon), at::cos(x * 3.0 - 0.02 * level.timestep.value));
    };
    const auto sampler = make_sampler(schedule, entry.at("eta").get<double>());
    SamplerState state = sampler->start(noise.initial({1, 2, 4}), schedule);
    for (int step = 0; step < schedule.steps(); ++step) {
      state = sampler->step(state, StepIndex{step}, schedule, denoise, noise);
    }
    EXPECT_LE(distance(state.latent, golden_latent(latents.back())), 2e-5) << "at the end";
    ++runs;
  }
  EXPECT_GT(runs, 3);
}

inline SchedulerConfig stable_diffusion_config() {
  SchedulerConfig config = stable_diffusion_scheduler();
  config.clip_sample = false;
  return config;
}

/// Walks `schedule` from the noise's own start, or from `from` before step `first`.
inline SamplerState walked(const SigmaSchedule& schedule, const Denoise& denoise, const NoiseSource& noise,
                           int first = 0, SamplerState from = {}, double eta = 0.0, int end = -1) {
  const auto sampler = make_sampler(schedule, eta);
  if (!from.latent.defined()) from = sampler->start(noise.initial({4, 4, 4}), schedule);
  for (int step = first; step < (end < 0 ? schedule.steps() : end); ++step) {
    from = sampler->step(from, StepIndex{step}, schedule, denoise, noise);
  }
  return from;
}

}  // namespace tstitch::test
