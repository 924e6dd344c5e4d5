#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tstitch {

/// A file that a repository must have here before its models can be used.
struct RepositoryFile {
  std::vector<std::string> names;     ///< inner paths, the best first; any one of them will do
  std::optional<std::int64_t> bytes;  ///< of the first, where known
  std::string sha256;                 ///< likewise; empty = the hub tells it
};

/// What is needed of one repository of the hub, or of files that people must get themselves.
struct RepositoryEntry {
  std::string name;   ///< `ssd-1b`: the manifest's file name without `.json`
  std::string title;  ///< `SSD-1B`
  std::string licence;
  std::string hub;  ///< `segmind/SSD-1B`; empty where no hub has it
  std::string revision = "main";
  std::string by_hand;  ///< where people get it, one sentence; for files that no hub has
  std::string model;    ///< the inner path that the name alone means; empty = the whole folder
  std::vector<RepositoryFile> files;
  std::vector<std::filesystem::path> folders;  ///< where files that no hub has may lie, the user's first
};

/// Reads such a description, `repositories/*.json` in a folder of models:
/// {"repository":1,"title":"SSD-1B","licence":"..","hub":"segmind/SSD-1B","revision":"main"?,"by_hand":".."?,
///  "model":"unet"?,"files":["unet/config.json",["a","or b"],{"names":["x"],"bytes":1,"sha256":".."}]}
/// Either `hub` or `by_hand` is there. Throws BadInput that names the file and the key.
RepositoryEntry read_repository(const std::filesystem::path& file);

/// The repositories that some folders of models describe, and where their files lie on this machine.
class RepositoryIndex {
 public:
  /// `roots` as known_pairs() takes them; of two with one name the first root's counts. `cache` as hub_cache_folder().
  /// What cannot be read is left out and told in `problems`, if given.
  RepositoryIndex(const std::vector<std::filesystem::path>& roots, std::filesystem::path cache,
                  std::vector<std::string>* problems = nullptr);

  [[nodiscard]] const std::map<std::string, RepositoryEntry>& all() const { return entries_; }
  [[nodiscard]] const RepositoryEntry* find(const std::string& name) const;

  /// The folder that holds every file of a repository; none where one is missing.
  [[nodiscard]] std::optional<std::filesystem::path> folder(const RepositoryEntry& entry) const;
  /// Where that folder would be, for messages and for the files that people put there themselves.
  [[nodiscard]] std::filesystem::path expected_folder(const RepositoryEntry& entry) const;

 private:
  std::filesystem::path cache_;
  std::map<std::string, RepositoryEntry> entries_;
};

/// The file of `names` that is in the folder; none when there is none.
std::optional<std::filesystem::path> present_file(const std::filesystem::path& folder, const RepositoryFile& file);

/// "not here: tstitch models fetch NAME".
std::string not_here_sentence(const std::string& name);

}  // namespace tstitch
