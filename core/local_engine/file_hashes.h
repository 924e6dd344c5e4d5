#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace tstitch {

/// SHA-256 of files, computed once and remembered by (path, size, time of change) in the cache folder.
class FileHashes {
 public:
  explicit FileHashes(std::filesystem::path cache);

  /// Lower-case hex; throws BadInput when the file cannot be read.
  std::string of(const std::filesystem::path& file);

  /// A file of that hash that was hashed before and has not changed since.
  [[nodiscard]] std::optional<std::filesystem::path> find(const std::string& sha256) const;

 private:
  struct Entry {
    std::uintmax_t size = 0;
    std::int64_t changed = 0;
    std::string sha256;
  };
  void load();
  void save() const;
  [[nodiscard]] static std::optional<Entry> stamp_of(const std::filesystem::path& file);

  std::filesystem::path file_;
  std::map<std::string, Entry> entries_;
};

}  // namespace tstitch
