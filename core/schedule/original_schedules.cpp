#include "core/schedule/original_schedules.h"

namespace tstitch {

SchedulerConfig dit_schedule(bool learns_variance) {
  SchedulerConfig config;
  config.beta_start = 0.0001;
  config.beta_end = 0.02;
  config.beta_schedule = BetaSchedule::Linear;
  config.spacing = Spacing::Linspace;
  config.set_alpha_to_one = true;
  config.clip_sample = false;
  config.respaced = true;
  config.learns_variance = learns_variance;
  config.variance = learns_variance ? Variance::LearnedRange : Variance::FixedLarge;
  return config;
}

SchedulerConfig latent_diffusion_schedule() {
  SchedulerConfig config;
  config.beta_start = 0.0015;
  config.beta_end = 0.0195;
  config.beta_schedule = BetaSchedule::ScaledLinear;
  config.spacing = Spacing::Leading;
  config.steps_offset = 1;
  config.set_alpha_to_one = false;
  config.clip_sample = false;
  config.default_eta = 1.0;
  return config;
}

}  // namespace tstitch
