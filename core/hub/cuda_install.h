#pragma once

#include <filesystem>
#include <stop_token>

#include "core/hub/fetch.h"
#include "core/hub/hub_settings.h"
#include "core/system/cuda_runtime.h"

namespace tstitch {

/// Brings the libraries of a list below `folder`: downloads each archive (download.h), unpacks of all the libraries and
/// licences beside their place, then moves them there in one step; older ones go. Nothing happens where they are. The
/// settings' token stays at home.
/// Throws BadInput with one clear sentence: no room, wrong bytes, archives whose names lead out of the folder, whose
/// entries are links, or that hold no library; of such an archive nothing stays. Throws Interrupted when asked to stop;
/// what was downloaded then stays for the next time.
void install_cuda_runtime(const CudaRuntime& runtime, const std::filesystem::path& folder, HubSettings settings,
                          const std::stop_token& stop, const FetchSink& sink);

/// Removes all that is below `folder`, also what an interrupted download left. False when there was nothing.
bool remove_cuda_runtime(const std::filesystem::path& folder);

}  // namespace tstitch
