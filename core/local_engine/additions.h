#pragma once

#include <string>

#include "core/local_engine/resolved_run.h"

namespace tstitch {

/// Fits the run's controls and LoRAs to its denoisers: fills in the controls' places, and says in the run's notes what
/// goes by another map than the identity, what fits in part (how much of how much, and the first that does not) and
/// what fits one denoiser of several only. Throws IncompatibleModels for one that fits none it is meant for.
void fit_additions(ResolvedRun& run, const std::string& variant);

}  // namespace tstitch
