#pragma once

#include <stop_token>

#include "core/engine/engine.h"
#include "core/jobs/job.h"

namespace tstitch {

/// Makes all pictures of a job, one after the other; each is written under its final name, with its request, before it
/// is told as saved. Never throws: endings are values, with what was done until then in the report.
Outcome make_pictures(Engine& engine, const Job& job, const std::stop_token& stop, const EventSink& sink);

}  // namespace tstitch
