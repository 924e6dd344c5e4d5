#pragma once

#include <vector>

#include "core/base/quantity.h"
#include "core/request/generation_request.h"

namespace tstitch {

/// Evaluations given to the small denoiser by a rule of two denoisers (core/trajectory/README.md).
/// `timesteps` holds one entry per evaluation, highest first; only `Dit` and `Ldm` look at the values.
int small_evaluation_count(SplitRule rule, Percent ratio, const std::vector<Timestep>& timesteps);

/// Evaluations of each denoiser, smallest first, by rule `dit-multi`. Throws UsageError unless the shares add up to
/// 100.
std::vector<int> dit_multi_counts(const std::vector<Percent>& shares, const std::vector<Timestep>& timesteps);

}  // namespace tstitch
