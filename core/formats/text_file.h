#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace tstitch {

/// The whole text of a small file; throws BadInput when it is missing, a link to nothing, no regular file, what a
/// broken download leaves in its place, or larger than `limit` bytes.
std::string read_text_file(const std::filesystem::path& path, std::uintmax_t limit = 1U << 20U);

}  // namespace tstitch
