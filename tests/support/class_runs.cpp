#include "tests/support/class_runs.h"

#include <gtest/gtest.h>

#include "core/denoise/class_conditioning.h"
#include "core/sample/sampler.h"
#include "core/schedule/original_schedules.h"
#include "tests/support/class_networks.h"
#include "tests/support/network_golden.h"

namespace tstitch::test {

namespace {

std::unique_ptr<const NetworkDenoiser> dit_denoiser(const std::string& name, std::optional<std::int64_t> channels) {
  const auto weights = NetworkGolden::load(name).weights;
  auto dit = std::make_shared<const Dit>(build_class_dit(borrowed(weights), {}));
  const SchedulerConfig schedule = dit_schedule(dit->config().learns_variance());
  const Conditioning labels = label_conditioning(ClassRuns::kClass, dit->config().null_class());
  const NetworkFunction network = [dit](const NetworkInput& input, const std::stop_token& stop) {
    return (*dit)(input.x, input.timestep, input.label, stop);
  };
  return std::make_unique<const NetworkDenoiser>(network, schedule, schedule, ClassRuns::kDitGuidance, labels,
                                                 channels);
}

std::unique_ptr<const NetworkDenoiser> unet_denoiser(const std::string& name, const at::Tensor& null_context) {
  const auto weights = NetworkGolden::load(name).weights;
  auto built = build_class_unet(borrowed(weights), {});
  const Conditioning context = class_context_conditioning(built.classes, ClassRuns::kClass, null_context);
  const NetworkFunction network = [unet = std::make_shared<const Unet>(std::move(built.unet))](
                                      const NetworkInput& input, const std::stop_token& stop) {
    return (*unet)(input.x, input.timestep, input.context, {}, {}, stop);
  };
  const SchedulerConfig schedule = latent_diffusion_schedule();
  return std::make_unique<const NetworkDenoiser>(network, schedule, schedule, ClassRuns::kLdmGuidance, context);
}

}  // namespace

ClassRuns::Pair ClassRuns::dit_pair(std::optional<std::int64_t> guided_channels) {
  return {dit_denoiser("dit-original-small", guided_channels), dit_denoiser("dit-original", guided_channels)};
}

ClassRuns::Pair ClassRuns::ldm_pair(const at::Tensor& null_context) {
  return {unet_denoiser("ldm-original-small", null_context), unet_denoiser("ldm-original", null_context)};
}

at::Tensor ClassRuns::walked(const Pair& pair, SamplerKind kind, const SchedulerConfig& config, int small) const {
  const SigmaSchedule schedule = make_sigma_schedule(kind, Spacing::Default, kSteps, config);
  const auto sampler = make_sampler(schedule, default_eta(kind, config));
  NoiseSource noise(0);
  noise.replace(initial(), step_noise());
  const Denoise denoise = [&](const at::Tensor& x, const NoiseLevel& level, EvaluationIndex evaluation) {
    return pair[evaluation.value < small ? 0 : 1]->denoise(x, level, {});
  };
  SamplerState state = sampler->start(noise.initial({4, 8, 8}), schedule);
  for (int step = 0; step < schedule.steps(); ++step) {
    state = sampler->step(state, StepIndex{step}, schedule, denoise, noise);
  }
  return state.latent;
}

void ClassRuns::expect(const at::Tensor& found, const std::string& name) const {
  EXPECT_LE(relative_difference(found, recorded(name)), kTolerance) << name;
}

}  // namespace tstitch::test
