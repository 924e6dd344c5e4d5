#pragma once

#include <filesystem>
#include <vector>

#include "ui/models/download_desk.h"

namespace tstitch::app {

/// Downloads as `tstitch models fetch` does, for the window. `roots`: the folders of models that describe what is
/// known.
ui::FetchPair modelFetcher(std::vector<std::filesystem::path> roots);

/// As `tstitch cuda` does; empty where there is no such list.
ui::CudaCare cudaCare(const std::filesystem::path& list, const std::filesystem::path& folder);

}  // namespace tstitch::app
