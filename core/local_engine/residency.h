#pragma once

#include <cstdint>

#include "core/engine/residency_plan.h"
#include "core/local_engine/compute_choice.h"
#include "core/local_engine/resolved_run.h"

namespace tstitch {

/// Whether loaded parts stay for the next picture. A single run lets each go as soon as it is done with, so that its
/// peak is the largest stage and not the sum of all.
enum class Residency { Keep, LetGo };

/// The denoisers of a run lie side by side, so that nothing is loaded at a seam; where that is more than the budget
/// allows, the run holds one part at a time: text encoders, then each denoiser while its segment lasts (with all
/// ControlNets), then the autoencoder, whose encoder comes before them where a picture is encoded. A second pass
/// repeats what it needs. Pixels are the same. Coarse, meant to choose between the two and to refuse what cannot work
/// before anything is allocated.
ResidencyPlan plan_residency(const ResolvedRun& run, std::int64_t bytes_per_weight, Residency residency,
                             const MemoryBudget& budget);

/// Throws OutOfMemory with the need and what is free.
void require_memory(const ResidencyPlan& plan, const Extent& extent);

/// True when decoding the whole picture at once would take more than half of `available`; tiles then do.
bool needs_tiles(const ResolvedRun& run, std::int64_t available);
/// The same of encoding a picture.
bool encodes_in_tiles(const ResolvedRun& run, std::int64_t available);

}  // namespace tstitch
