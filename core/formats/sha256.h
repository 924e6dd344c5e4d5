#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/system/file_stamp.h"

namespace tstitch {

/// SHA-256 as lower-case hex.
std::string sha256_of(std::string_view bytes);

/// A hash, and the file whose bytes it is of.
struct HashedFile {
  FileStamp stamp;
  std::string sha256;
};
/// The same of a file from its first byte to its last, read in pieces. Throws BadInput when it cannot be read, and when
/// it is written to meanwhile; Interrupted within a megabyte after a stop was asked for.
HashedFile hashed_file(const std::filesystem::path& file, const std::stop_token& stop = {});

}  // namespace tstitch
