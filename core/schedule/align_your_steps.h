#pragma once

#include <vector>

#include "core/schedule/scheduler_config.h"

namespace tstitch {

/// The table of "Align Your Steps" (Sabour et al. 2024) that fits this model, highest sigma first, the smallest one
/// last. Throws UsageError when none was published for its noise schedule.
const std::vector<double>& align_your_steps_table(const SchedulerConfig& config);

/// `steps` sigmas, highest first, without the final 0: the table interpolated linearly in log sigma at `steps` + 1
/// points, of which the last is left out. For 10 steps these are the table's own entries.
std::vector<double> align_your_steps_sigmas(const std::vector<double>& table, int steps);

}  // namespace tstitch
