#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/models/pair_entry.h"
#include "core/models/repository_manifest.h"

namespace tstitch::cli {

enum class FileState { Good, Damaged, Missing, Unknown };
std::string_view name_of(FileState state);

/// A model's file and the hash that it should have.
struct CheckedFile {
  std::filesystem::path path;
  std::string expected;  ///< SHA-256 or git's SHA-1, by its length; empty where nobody promises one
  std::string found;
  FileState state = FileState::Unknown;
};

/// What the pair's own manifest lists, below the root that holds it.
std::vector<CheckedFile> listed_files(const PairEntry& pair, const std::vector<std::filesystem::path>& roots);

/// The files of a repository that is here: the manifest's hash, else that by which the hub's cache names the file.
std::vector<CheckedFile> repository_files(const RepositoryEntry& entry, const RepositoryIndex& repositories);

/// Hashes the file and fills in what was found. Throws Interrupted when asked to stop.
void check(CheckedFile& file, const std::stop_token& stop);

}  // namespace tstitch::cli
