#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace tstitch {

/// What a hub promises of a file's bytes: SHA-256 for large files (git-lfs), git's own SHA-1 of a blob for the others.
struct ContentHash {
  enum class Kind { Sha256, GitBlob };
  Kind kind = Kind::Sha256;
  std::string hex;  ///< lower case
  friend bool operator==(const ContentHash&, const ContentHash&) = default;

  [[nodiscard]] std::string_view kind_name() const { return kind == Kind::Sha256 ? "SHA-256" : "git SHA-1"; }
};

/// Reads an ETag: `"<64 hex digits>"` or `"<40 hex digits>"`, weak (`W/`) or not, with or without quotes. None for
/// anything else.
std::optional<ContentHash> hash_in_etag(std::string_view etag);

/// The hash of that kind of a file's bytes. Throws BadInput when it cannot be read, Interrupted when asked to stop.
std::string hash_of_file(ContentHash::Kind kind, const std::filesystem::path& file, const std::stop_token& stop = {});

}  // namespace tstitch
