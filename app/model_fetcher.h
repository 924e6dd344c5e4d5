#pragma once

#include <filesystem>
#include <vector>

#include "ui/models/download_desk.h"

namespace tstitch::app {

/// Downloads as `tstitch models fetch` does, for the window. `roots`: the folders of models that describe what is
/// known.
ui::FetchPair modelFetcher(std::vector<std::filesystem::path> roots);

}  // namespace tstitch::app
