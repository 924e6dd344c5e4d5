#pragma once

#include <string>

#include "core/request/generation_request.h"

namespace tstitch {

/// The denoiser called `name`, or null.
const DenoiserChoice* find_denoiser(const GenerationRequest& request, const DenoiserName& name);

/// What stands for a model where only one name fits: `large`, else the last one listed. Null without denoisers.
const DenoiserChoice* principal_denoiser(const GenerationRequest& request);

/// The first ten hex digits of the network's SHA-256, as picture metadata and file names show it; empty when unknown.
std::string short_hash(const ModelReference& model);

}  // namespace tstitch
