#pragma once

#include "core/engine/engine.h"
#include "core/local_engine/resolved_run.h"
#include "core/local_engine/workshop.h"

namespace tstitch {

/// All pictures of a job, one after the other; each is written under its final name, with its request, before it is
/// told as saved. Throws Interrupted or Error with what was done until then in `report`.
void run_job(const Job& job, const ResolvedRun& run, Workshop& workshop, const std::stop_token& stop,
             const EventSink& sink, RunReport& report);

}  // namespace tstitch
