#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace tstitch {

/// What tells a file from a copy of it elsewhere: two processes that see the same identity under the same path see the
/// same file, be they on one machine or on two that share a disk.
struct FileIdentity {
  std::filesystem::path path;  ///< absolute
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;    ///< bytes
  std::int64_t changed = 0;  ///< nanoseconds since 1970
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

/// Of the regular file at a path, links followed; nothing where there is none.
std::optional<FileIdentity> identity_of(const std::filesystem::path& path);

}  // namespace tstitch
