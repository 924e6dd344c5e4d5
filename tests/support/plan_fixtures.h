#pragma once

#include "core/request/generation_request.h"
#include "core/schedule/scheduler_config.h"
#include "core/schedule/sigma_schedule.h"

namespace tstitch::test {

/// A valid request for the denoisers `small` and `large`.
inline GenerationRequest pair_request() {
  GenerationRequest request;
  request.prompt = "3d fox";
  request.denoisers = {{"small", {"tiny", "unet", {}, {}}, std::nullopt},
                       {"large", {"big", "unet", {}, {}}, std::nullopt}};
  return request;
}

/// As SD 1.5 is published: PNDM without its Runge-Kutta start.
inline SchedulerConfig stable_diffusion_scheduler() {
  SchedulerConfig config;
  config.class_name = "PNDMScheduler";
  config.beta_start = 0.00085;
  config.beta_end = 0.012;
  config.beta_schedule = BetaSchedule::ScaledLinear;
  config.steps_offset = 1;
  config.skip_prk_steps = true;
  config.set_alpha_to_one = false;
  return config;
}

/// One evaluation a step; timesteps fall evenly from 999. Only the layout matters to a trajectory.
inline SigmaSchedule plain_schedule(int steps) {
  SigmaSchedule schedule;
  schedule.asked_steps = steps;
  for (int i = 0; i < steps; ++i) {
    const NoiseLevel level{0.5, 0.5, Timestep{999.0 - i * (999.0 / steps)}};
    schedule.levels.push_back(level);
    schedule.evaluations.push_back({StepIndex{i}, level});
  }
  schedule.levels.push_back({1.0, 0.0, Timestep{0.0}});
  return schedule;
}

/// Heun's layout: two evaluations a step, one in the last.
inline SigmaSchedule heun_schedule(int steps) {
  SigmaSchedule schedule = plain_schedule(steps);
  schedule.sampler = SamplerKind::Heun;
  schedule.evaluations.clear();
  for (int i = 0; i < steps; ++i) {
    const auto step = static_cast<std::size_t>(i);
    schedule.evaluations.push_back({StepIndex{i}, schedule.levels[step]});
    if (i + 1 < steps) schedule.evaluations.push_back({StepIndex{i}, schedule.levels[step + 1]});
  }
  return schedule;
}

}  // namespace tstitch::test
