#pragma once

#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "core/local_engine/compute_choice.h"
#include "core/local_engine/file_hashes.h"
#include "core/local_engine/resolved_run.h"
#include "core/models/pair_entry.h"
#include "core/request/request_json.h"

namespace tstitch {

/// Whether a picture's noise follows from its seed, or was given in files.
enum class NoiseOrigin { Seed, Files };

/// The request as pictures carry it: every model with the SHA-256 of the files that were read for it, hashed once and
/// remembered. Throws BadInput for a file that was replaced before its hash was known, Interrupted after a stop.
GenerationRequest with_hashes(const ResolvedRun& run, FileHashes& hashes, const std::stop_token& stop = {});

/// How a run is made here, as pictures record it.
Made made_here(const ComputeChoice& compute, const std::map<DenoiserName, double>& seconds, NoiseOrigin noise);

/// Where the models of a picture's request lie: by hash among the files hashed before, then among `pairs`; a model that
/// has a location keeps it. Throws BadInput with name and hash for one that is not here.
GenerationRequest located(GenerationRequest request, FileHashes& hashes, const std::vector<PairEntry>& pairs);

}  // namespace tstitch
