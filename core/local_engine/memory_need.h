#pragma once

#include <cstdint>

#include "core/local_engine/resolved_run.h"

namespace tstitch {

/// Bytes that a run holds at its peak, estimated from shapes alone: the networks that stay side by side and the
/// activations of the widest layers. Coarse, meant to refuse what cannot work before anything is allocated.
std::int64_t memory_need(const ResolvedRun& run, std::int64_t bytes_per_weight);

/// Throws OutOfMemory with the need and what is free (`available` bytes).
void require_memory(const ResolvedRun& run, std::int64_t bytes_per_weight, std::int64_t available);

/// True when decoding the whole picture at once would take more than half of `available`; tiles then do.
bool needs_tiles(const ResolvedRun& run, std::int64_t available);

}  // namespace tstitch
