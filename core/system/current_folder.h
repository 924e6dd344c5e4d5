#pragma once

#include <filesystem>

namespace tstitch {

/// The path from the root; a relative one begins in the current folder. Throws BadInput where that was removed.
std::filesystem::path absolute_path(const std::filesystem::path& path);

}  // namespace tstitch
