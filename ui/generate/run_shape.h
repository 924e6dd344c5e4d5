#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "core/request/generation_request.h"
#include "core/schedule/scheduler_config.h"
#include "ui/widgets/pass_counts.h"

namespace tstitch::ui {

/// How many evaluations a run makes and between which of them a ratio's seam may stand: known at once, without the
/// engine, so that the trajectory bar is right at every key press.
struct RunShape {
  int evaluations = 0;
  std::vector<int> seams;           ///< ascending, from 0 to `evaluations`: the small counts that exist
  std::vector<Timestep> timesteps;  ///< one per evaluation, highest first; some rules look at them
  QString problem;                  ///< why there is no such run; empty when there is one

  /// The greatest count that exists and is not above that one.
  [[nodiscard]] int snapped(int smallCount) const;
};

/// The shape for the large model's scheduler; before its facts are known every step is one evaluation. With a strength
/// a run starts from a picture: only its last evaluations are made.
RunShape runShape(SamplerKind sampler, Spacing spacing, int steps, const std::optional<SchedulerConfig>& scheduler,
                  std::optional<double> strength = std::nullopt);

}  // namespace tstitch::ui
