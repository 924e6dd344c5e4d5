#pragma once

#include <stop_token>
#include <vector>

#include "core/engine/engine.h"
#include "core/jobs/job.h"
#include "core/jobs/picture_skip.h"

namespace tstitch {

/// Makes a grid: cells that share steps run them once, and each picture is bit-equal to the one of a separate run. Goes
/// on where a stopped grid ended: a cell is done when its file's own request agrees. A failed cell is a cell, not a
/// failed grid. Never throws; what goes wrong before any cell fails all of them.
GridReport make_grid(Engine& engine, const GridJob& job, const std::stop_token& stop, const EventSink& sink);

/// The same over several engines that have the grid's models: cells that share steps stay together, and what an engine
/// was making when it was lost is made by another. Events come from one thread at a time; those of one cell follow a
/// CellBegun of it. A cell that is skipped, by its number, is left as it was: a later sitting makes it.
GridReport make_grid(const std::vector<Engine*>& lanes, const GridJob& job, const std::stop_token& stop,
                     const EventSink& sink, PictureSkip* skip = nullptr);

}  // namespace tstitch
