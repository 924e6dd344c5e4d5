#pragma once

#include "core/schedule/scheduler_config.h"

namespace tstitch {

/// The schedules of original checkpoints of class-conditional models, which carry none (core/schedule/README.md).

/// DiT's (Peebles and Xie 2023): linear betas, a respaced process on round(i * 999 / (steps - 1)), and a learned range
/// of variances where the network predicts them. Its default sampler is DDIM.
SchedulerConfig dit_schedule(bool learns_variance);

/// Latent diffusion's for ImageNet (Rombach et al. 2022): square roots of betas linear from 0.0015 to 0.0195, leading
/// with offset 1. Its default sampler is DDIM with eta 1, which adds noise at the last step too.
SchedulerConfig latent_diffusion_schedule();

}  // namespace tstitch
