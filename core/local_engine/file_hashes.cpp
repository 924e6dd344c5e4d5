#include "core/local_engine/file_hashes.h"

#include <fstream>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/formats/sha256.h"
#include "core/local_engine/cache_file.h"

namespace tstitch {
namespace fs = std::filesystem;

FileHashes::FileHashes(fs::path cache) : file_(std::move(cache) / "hashes.json") {
  load();
}

std::optional<FileHashes::Entry> FileHashes::stamp_of(const fs::path& file) {
  std::error_code problem;
  Entry entry;
  entry.size = fs::file_size(file, problem);
  if (problem) return std::nullopt;
  entry.changed = static_cast<std::int64_t>(fs::last_write_time(file, problem).time_since_epoch().count());
  if (problem) return std::nullopt;
  return entry;
}

std::string FileHashes::of(const fs::path& file) {
  const std::string key = fs::absolute(file).lexically_normal().string();
  std::optional<Entry> now = stamp_of(file);
  const auto known = entries_.find(key);
  if (now && known != entries_.end() && known->second.size == now->size && known->second.changed == now->changed) {
    return known->second.sha256;
  }
  const std::string hash = sha256_of_file(file);
  if (now) {
    now->sha256 = hash;
    entries_[key] = *now;
    save();
  }
  return hash;
}

std::optional<fs::path> FileHashes::find(const std::string& sha256) const {
  for (const auto& [path, entry] : entries_) {
    if (entry.sha256 != sha256) continue;
    const std::optional<Entry> now = stamp_of(path);
    if (now && now->size == entry.size && now->changed == entry.changed) return fs::path(path);
  }
  return std::nullopt;
}

void FileHashes::load() {
  const nlohmann::json all = read_cache_file(file_);
  for (const auto& [path, entry] : all.items()) {
    try {
      entries_[path] = {entry.at("size").get<std::uintmax_t>(), entry.at("changed").get<std::int64_t>(),
                        entry.at("sha256").get<std::string>()};
    } catch (const nlohmann::json::exception&) {
      continue;  // of another kind: the file is hashed again
    }
  }
}

void FileHashes::save() const {
  nlohmann::json all = nlohmann::json::object();
  for (const auto& [path, entry] : entries_) {
    all[path] = {{"size", entry.size}, {"changed", entry.changed}, {"sha256", entry.sha256}};
  }
  write_cache_file(file_, all);
}

}  // namespace tstitch
