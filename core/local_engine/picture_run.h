#pragma once

#include "core/engine/runner.h"
#include "core/local_engine/workshop.h"

namespace tstitch {

/// One run (runner.h) on this machine. Throws Interrupted or Error with what was done until then in `report`.
void make_picture(const PictureRun& run, Workshop& workshop, const std::stop_token& stop, const EventSink& sink,
                  RunReport& report);

}  // namespace tstitch
