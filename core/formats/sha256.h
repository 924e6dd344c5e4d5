#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace tstitch {

/// SHA-256 as lower-case hex.
std::string sha256_of(std::string_view bytes);

/// The same of a file, read in pieces. Throws BadInput when it cannot be read.
std::string sha256_of_file(const std::filesystem::path& file);

}  // namespace tstitch
