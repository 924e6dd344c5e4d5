#pragma once

#include <stop_token>

#include "core/engine/engine.h"
#include "core/jobs/job.h"
#include "core/jobs/picture_skip.h"
#include "core/jobs/switched_run.h"

namespace tstitch {

/// Makes all pictures of a job, one after the other; each is written under its final name, with its request, before it
/// is told as saved. Never throws: endings are values, with what was done until then in the report. `switching` gives
/// the picture that is being made over to the large denoiser (switched_run.h), `skip` lets it go.
Outcome make_pictures(Engine& engine, const Job& job, const std::stop_token& stop, const EventSink& sink,
                      SwitchRequest* switching = nullptr, PictureSkip* skip = nullptr);

}  // namespace tstitch
