#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "core/system/file_stamp.h"

namespace tstitch {

/// SHA-256 of files, computed once and remembered by their stamps in the cache folder. For any thread; two programs may
/// share the folder.
class FileHashes {
 public:
  explicit FileHashes(const std::filesystem::path& cache);

  /// Lower-case hex of what lies there now; throws BadInput when the file cannot be read, Interrupted after a stop.
  std::string of(const std::filesystem::path& file, const std::stop_token& stop = {});

  /// Of the bytes that were read when the file had that stamp. Throws BadInput when it has changed since and its hash
  /// was not known before.
  std::string of(const FileStamp& read, const std::stop_token& stop = {});

  /// A file of that hash that was hashed before. One that changed since counts when it still has that hash.
  [[nodiscard]] std::optional<std::filesystem::path> find(const std::string& sha256, const std::stop_token& stop = {});

 private:
  [[nodiscard]] std::optional<std::string> known(const FileStamp& stamp) const;
  void remember(const FileStamp& stamp, const std::string& sha256);
  void load();
  void save() const;

  std::filesystem::path file_;
  mutable std::mutex mutex_;  ///< of all that follows
  std::map<FileStamp, std::string> entries_;
};

}  // namespace tstitch
