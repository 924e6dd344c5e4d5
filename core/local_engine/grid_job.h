#pragma once

#include "core/engine/engine.h"
#include "core/local_engine/workshop.h"

namespace tstitch {

/// Runs a grid: cells that share steps run them once, and each picture is bit-equal to the one of a separate run. Goes
/// on where a stopped grid ended: a cell is done when its file's own request agrees. A failed cell is a cell, not a
/// failed grid. Never throws; what goes wrong before any cell fails all of them.
GridReport run_grid(const GridJob& job, Workshop& workshop, const std::stop_token& stop, const EventSink& sink);

}  // namespace tstitch
