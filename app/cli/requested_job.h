#pragma once

#include "app/cli/arguments.h"
#include "app/cli/engine.h"
#include "core/jobs/job.h"

namespace tstitch::cli {

/// Fills in what the arguments ask for: explicit option > --from > the pair's manifest > left to the large model's
/// files. Reads every option, also after one that it refuses, so that `request` holds what was asked as far as it can
/// be understood; then throws the first refusal: UsageError that names the option, or BadInput for what is not there.
void read_request(const RunArguments& arguments, const EngineHost& host, GenerationRequest& request);

/// The same for a whole job.
void read_job(const RunArguments& arguments, const EngineHost& host, Job& job);

/// Where and how it is computed. Throws UsageError, also for a precision that the machine computes slowly.
RunSettings settings_of(const RunArguments& arguments, const EngineHost& host);

/// True when the seed of a job is a random one, which nobody but the program knows.
bool draws_seed(const RunArguments& arguments);

}  // namespace tstitch::cli
