#include "app/cli/model_check.h"

#include <algorithm>
#include <optional>
#include <system_error>

#include "core/base/links.h"
#include "core/hub/content_hash.h"

namespace tstitch::cli {
namespace fs = std::filesystem;

namespace {

/// The cache names a file by its hash and links to it.
std::string hash_in_link(const fs::path& path) {
  std::error_code error;
  const fs::path blob = fs::read_symlink(path, error).filename();
  return !error && hash_in_etag(blob.string()) ? blob.string() : std::string();
}

}  // namespace

std::string_view name_of(FileState state) {
  switch (state) {
    case FileState::Good:
      return "good";
    case FileState::Damaged:
      return "damaged";
    case FileState::Missing:
      return "missing";
    case FileState::Unknown:
      break;
  }
  return "unknown";
}

std::vector<CheckedFile> listed_files(const PairEntry& pair, const std::vector<fs::path>& roots) {
  const auto holds_pair = [&](const fs::path& root) {
    return std::mismatch(root.begin(), root.end(), pair.large.begin(), pair.large.end()).first == root.end();
  };
  const auto root = std::find_if(roots.begin(), roots.end(), holds_pair);
  std::vector<CheckedFile> files;
  if (root == roots.end()) return files;
  for (const auto& [file, hash] : pair.sha256) files.push_back({*root / file, hash, {}, FileState::Unknown});
  return files;
}

std::vector<CheckedFile> repository_files(const RepositoryEntry& entry, const RepositoryIndex& repositories) {
  std::vector<CheckedFile> files;
  const std::optional<fs::path> folder = repositories.folder(entry);
  if (!folder) return files;
  for (const RepositoryFile& file : entry.files) {
    const fs::path path = *present_file(*folder, file);
    const bool is_listed = !file.sha256.empty() && path == *folder / file.names.front();
    files.push_back({path, is_listed ? file.sha256 : hash_in_link(path), {}, FileState::Unknown});
  }
  return files;
}

void check(CheckedFile& file, const std::stop_token& stop) {
  if (!is_there(file.path)) {
    file.state = FileState::Missing;
  } else if (const std::optional<ContentHash> expected = hash_in_etag(file.expected)) {
    file.found = hash_of_file(expected->kind, file.path, stop);
    file.state = file.found == file.expected ? FileState::Good : FileState::Damaged;
  }
}

}  // namespace tstitch::cli
