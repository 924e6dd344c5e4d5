#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tstitch {

/// What a file's bytes are known by: equal stamps, equal bytes. Every cache of ours is kept by it. Links are followed:
/// the path is the link's, all else is that of the file behind it.
struct FileStamp {
  std::filesystem::path path;  ///< absolute and normal
  std::uint64_t size = 0;      ///< bytes
  std::int64_t changed = 0;    ///< nanoseconds since 1970
  std::uint64_t inode = 0;
  friend auto operator<=>(const FileStamp&, const FileStamp&) = default;
};

/// Of the file that `descriptor` is open on. Nothing where the system does not tell.
std::optional<FileStamp> stamp_of(int descriptor, const std::filesystem::path& path);

/// Of what lies at a path now; nothing where that is no regular file.
std::optional<FileStamp> stamp_at(const std::filesystem::path& path);

/// What tells a file from a copy of it elsewhere: two processes that see the same identity see the same file, be they
/// on one machine or on two that share a disk.
struct FileIdentity {
  FileStamp stamp;
  std::uint64_t device = 0;
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

/// Of the regular file at a path, links followed; nothing where there is none.
std::optional<FileIdentity> identity_of(const std::filesystem::path& path);

/// As a key: no two stamps have the same.
std::string text_of(const FileStamp& stamp);
std::string text_of(const std::vector<FileStamp>& stamps);

/// What a part of a model is known by: the stamp of the file at `place`, or the stamps of all files that lie directly
/// in that folder, whatever they are for (configs, weights, vocabularies).
std::string place_stamp(const std::filesystem::path& place);

/// The paths of some stamps.
std::vector<std::filesystem::path> paths_of(const std::vector<FileStamp>& stamps);

}  // namespace tstitch
