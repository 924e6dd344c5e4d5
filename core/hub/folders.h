#pragma once

#include <cstdint>
#include <filesystem>

namespace tstitch {

/// With those above it. Throws BadInput naming it where that cannot be.
void make_folder(const std::filesystem::path& folder);

/// Bytes of a file; 0 where there is none.
std::int64_t size_of(const std::filesystem::path& file);

}  // namespace tstitch
