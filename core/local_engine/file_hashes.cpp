#include "core/local_engine/file_hashes.h"

#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/formats/sha256.h"
#include "core/system/cache_file.h"

namespace tstitch {
namespace fs = std::filesystem;

FileHashes::FileHashes(const fs::path& cache) : file_(cache / "hashes.json") {
  load();
}

std::optional<std::string> FileHashes::known(const FileStamp& stamp) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(stamp);
  return found == entries_.end() ? std::nullopt : std::optional(found->second);
}

void FileHashes::remember(const FileStamp& stamp, const std::string& sha256) {
  const std::lock_guard lock(mutex_);
  entries_[stamp] = sha256;
  load();  // what other programs found out meanwhile stays
  save();
}

std::string FileHashes::of(const fs::path& file, const std::stop_token& stop) {
  if (const auto now = stamp_at(file)) {
    if (const auto hash = known(*now)) return *hash;
  }
  const HashedFile hashed = hashed_file(file, stop);
  remember(hashed.stamp, hashed.sha256);
  return hashed.sha256;
}

std::string FileHashes::of(const FileStamp& read, const std::stop_token& stop) {
  if (const auto hash = known(read)) return *hash;
  const HashedFile hashed = hashed_file(read.path, stop);
  remember(hashed.stamp, hashed.sha256);
  if (hashed.stamp == read) return hashed.sha256;
  throw BadInput("was replaced after it was read, and before its SHA-256 was known, which a picture carries.",
                 read.path.string(), "Run again.");
}

std::optional<fs::path> FileHashes::find(const std::string& sha256, const std::stop_token& stop) {
  std::vector<FileStamp> candidates;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [stamp, hash] : entries_) {
      if (hash == sha256) candidates.push_back(stamp);
    }
  }
  for (const FileStamp& stamp : candidates) {
    if (stamp_at(stamp.path) == stamp) return stamp.path;
  }
  for (const FileStamp& stamp : candidates) {  // touched or copied anew: the bytes may be the same
    const auto now = stamp_at(stamp.path);
    if (!now || now->size != stamp.size) continue;
    try {
      if (of(stamp.path, stop) == sha256) return stamp.path;
    } catch (const BadInput&) {
      continue;  // not to be read: another may be
    }
  }
  return std::nullopt;
}

/// Adds what the file knows; what is known already stays.
void FileHashes::load() {
  const nlohmann::json all = read_cache_file(file_);
  for (const auto& [path, entry] : all.items()) {
    try {
      const FileStamp stamp{path, entry.at("size").get<std::uint64_t>(), entry.at("changed").get<std::int64_t>(),
                            entry.at("inode").get<std::uint64_t>()};
      entries_.emplace(stamp, entry.at("sha256").get<std::string>());
    } catch (const nlohmann::json::exception&) {
      continue;  // of another kind: the file is hashed again
    }
  }
}

/// One entry a path: where several are known, that of what lies there now.
void FileHashes::save() const {
  nlohmann::json all = nlohmann::json::object();
  for (const auto& [stamp, sha256] : entries_) {
    nlohmann::json& entry = all[stamp.path.string()];
    if (!entry.is_null() && stamp_at(stamp.path) != stamp) continue;
    entry = {{"size", stamp.size}, {"changed", stamp.changed}, {"inode", stamp.inode}, {"sha256", sha256}};
  }
  write_cache_file(file_, all);
}

}  // namespace tstitch
