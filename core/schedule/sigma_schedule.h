#pragma once

#include <vector>

#include "core/schedule/noise_schedule.h"

namespace tstitch {

/// One call of a denoiser: which step it belongs to and the noise level it is asked at.
struct Evaluation {
  StepIndex step;
  NoiseLevel level;
};

/// The noise levels that a run visits, as diffusers' scheduler of that sampler lays them out.
struct SigmaSchedule {
  SamplerKind sampler = SamplerKind::Ddim;  ///< never Default
  Spacing spacing = Spacing::Leading;       ///< never Default
  SchedulerConfig config;                   ///< with the class defaults of the sampler filled in
  std::vector<NoiseLevel> levels;           ///< one per step and the final one: size steps() + 1
  std::vector<Evaluation> evaluations;      ///< in order of execution; Heun and its kin: 2*steps - 1
  int asked_steps = 0;                      ///< the number that make_sigma_schedule() was given
  std::vector<NoiseLevel> skipped = {};     ///< of the steps before the first that runs, where a picture enters late
  int skipped_evaluations = 0;              ///< of those steps
  double initial_scale = 1.0;               ///< unit noise times this is the state before the first evaluation

  /// What Sampler::step() walks: the asked number, one more for PNDM with skip_prk_steps, whose second look at its
  /// second level is a step of its own (a seam may lie before it).
  [[nodiscard]] int steps() const { return static_cast<int>(levels.size()) - 1; }
  /// The same with those that are skipped: what the rules that count from the end of a whole run go by.
  [[nodiscard]] int whole_steps() const { return steps() + static_cast<int>(skipped.size()); }
};

/// The sampler that `SamplerKind::Default` means for this config. Throws BadInput that names the file, the key and
/// --sampler when the config's class is one that no sampler here equals, or asks its own for what it lacks.
SamplerKind default_sampler(const SchedulerConfig& config);

/// The same, or where there is none the sampler that comes nearest.
SamplerKind nearest_sampler(const SchedulerConfig& config);

/// True when default_sampler() has an answer.
bool has_default_sampler(const SchedulerConfig& config);

/// The eta of DDIM and TCD where the request gives none: `default` is the model's own, a sampler that was asked for by
/// name has its class's (0 and 0.3). 0 for samplers without one.
double default_eta(SamplerKind asked, const SchedulerConfig& config);

/// The spacing that `Spacing::Default` means for that sampler made from this config (core/schedule/README.md).
Spacing default_spacing(SamplerKind sampler, const SchedulerConfig& config);

/// How many calls a run of that many steps makes; `Default` = nearest_sampler(). Cheap: the window asks at every key
/// press.
int evaluation_count(SamplerKind sampler, int steps, const SchedulerConfig& config);

/// The config as that sampler's diffusers class completes it: every option that the class has is filled in, and what
/// the class does not know (zero-SNR rescaling in PNDM, Heun and LMS) is switched off.
SchedulerConfig with_class_defaults(SamplerKind sampler, SchedulerConfig config);

/// Lays out a run. `sampler` and `spacing` may be Default. Throws UsageError naming the option when the sampler has no
/// such spacing (core/schedule/README.md), when the grid leaves the table or `ays` has no published table; BadInput
/// when the config wants of the sampler what it lacks: dynamic thresholding, a predictor of UniPC's own, a variance
/// that only the network could predict (DDPM), or settings that contradict each other.
SigmaSchedule make_sigma_schedule(SamplerKind sampler, Spacing spacing, int steps, const SchedulerConfig& config);

/// The part of a run that is left where a picture enters it (SDEdit), as diffusers' image-to-image pipelines cut it: of
/// the asked N steps the last min(int(N * strength), N). PNDM's Runge-Kutta start is made all the same, by what is left
/// (core/sample/README.md). Throws UsageError naming `--strength` where none is left.
SigmaSchedule entered_late(SigmaSchedule schedule, double strength);

}  // namespace tstitch
