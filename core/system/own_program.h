#pragma once

#include <filesystem>
#include <string_view>

namespace tstitch {

/// The program of that name in the folder of the one that runs; its name alone, to be looked up in PATH, where the
/// system does not tell what runs.
std::filesystem::path program_beside(std::string_view name);

}  // namespace tstitch
