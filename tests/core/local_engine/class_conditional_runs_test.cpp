#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/denoise/class_conditioning.h"
#include "core/denoise/network_denoiser.h"
#include "core/sample/sampler.h"
#include "core/schedule/original_schedules.h"
#include "tests/support/class_networks.h"
#include "tests/support/golden.h"
#include "tests/support/network_golden.h"

// Whole stitched runs of class-conditional pairs against tests/golden/make_class_runs.py.

namespace tstitch {
namespace {

constexpr int kSteps = 8;
constexpr int kClass = 3;
constexpr double kTolerance = 1e-4;  // exactness.md 21a

const test::Golden& golden() {
  static const test::Golden kGolden = TSTITCH_GOLDEN("class_runs");
  return kGolden;
}

/// The smaller denoiser first.
using Pair = std::array<std::unique_ptr<const NetworkDenoiser>, 2>;

std::unique_ptr<const NetworkDenoiser> dit_denoiser(const std::string& name, std::optional<std::int64_t> channels) {
  const auto weights = test::NetworkGolden::load(name).weights;
  auto dit = std::make_shared<const Dit>(test::build_class_dit(test::borrowed(weights), {}));
  const SchedulerConfig schedule = dit_schedule(dit->config().learns_variance());
  const Conditioning labels = label_conditioning(kClass, dit->config().null_class());
  const NetworkFunction network = [dit](const NetworkInput& input, const std::stop_token& stop) {
    return (*dit)(input.x, input.timestep, input.label, stop);
  };
  return std::make_unique<const NetworkDenoiser>(network, schedule, schedule, 4.0, labels, channels);
}

std::unique_ptr<const NetworkDenoiser> unet_denoiser(const std::string& name) {
  const auto weights = test::NetworkGolden::load(name).weights;
  auto built = test::build_class_unet(test::borrowed(weights), {});
  const Conditioning context = class_context_conditioning(built.classes, kClass, golden()["unconditional"]);
  const NetworkFunction network = [unet = std::make_shared<const Unet>(std::move(built.unet))](
                                      const NetworkInput& input, const std::stop_token& stop) {
    return (*unet)(input.x, input.timestep, input.context, {}, {}, stop);
  };
  const SchedulerConfig schedule = latent_diffusion_schedule();
  return std::make_unique<const NetworkDenoiser>(network, schedule, schedule, 3.0, context);
}

Pair dit_pair(std::optional<std::int64_t> channels) {
  return {dit_denoiser("dit-original-small", channels), dit_denoiser("dit-original", channels)};
}

/// The final latents of a run whose first `small` evaluations are the small denoiser's.
at::Tensor run(const Pair& pair, SamplerKind kind, const SchedulerConfig& config, int small) {
  const SigmaSchedule schedule = make_sigma_schedule(kind, Spacing::Default, kSteps, config);
  const auto sampler = make_sampler(schedule, default_eta(kind, config));
  NoiseSource noise(0);
  noise.replace(golden()["initial"], golden()["step_noise"]);
  const Denoise denoise = [&](const at::Tensor& x, const NoiseLevel& level, EvaluationIndex evaluation) {
    return pair[evaluation.value < small ? 0 : 1]->estimate(x, level, {});
  };
  SamplerState state = sampler->start(noise.initial({4, 8, 8}), schedule);
  for (int step = 0; step < schedule.steps(); ++step) {
    state = sampler->step(state, StepIndex{step}, schedule, denoise, noise);
  }
  return state.latent;
}

void expect_run(const at::Tensor& latents, const std::string& name) {
  EXPECT_LE(test::relative_difference(latents, golden()[name]), kTolerance) << name;
}

TEST(ClassConditionalRuns, ditFollowsTheOriginalByBothOfItsSamplers) {
  const Pair pair = dit_pair(kOriginalGuidedChannels);
  for (const int small : {0, 3, kSteps}) {
    expect_run(run(pair, SamplerKind::Default, dit_schedule(true), small), "dit.ddim." + std::to_string(small));
    expect_run(run(pair, SamplerKind::Ddpm, dit_schedule(true), small), "dit.ddpm." + std::to_string(small));
  }
}

TEST(ClassConditionalRuns, ditMayGuideAllChannels) {
  const at::Tensor all = run(dit_pair(std::nullopt), SamplerKind::Ddim, dit_schedule(true), 3);
  expect_run(all, "dit.four_channels.3");
  EXPECT_GT(test::relative_difference(all, golden()["dit.ddim.3"]), 1e-2);
}

TEST(ClassConditionalRuns, latentDiffusionFollowsTheOriginalWithNoiseAtEveryStep) {
  const Pair pair{unet_denoiser("ldm-original-small"), unet_denoiser("ldm-original")};
  for (const int small : {0, 3, kSteps}) {
    expect_run(run(pair, SamplerKind::Default, latent_diffusion_schedule(), small), "ldm." + std::to_string(small));
  }
}

}  // namespace
}  // namespace tstitch
