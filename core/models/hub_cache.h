#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tstitch {

/// The value of an environment variable; none when it is not set. Tests give their own.
using Environment = std::function<std::optional<std::string>(const char* name)>;

/// The process's own environment.
std::optional<std::string> process_environment(const char* name);

/// `1`, `ON`, `YES` and `TRUE`, in any case, are true, as for the hub's own clients.
bool is_true(const std::optional<std::string>& value);

/// Where the hub's clients keep its token and other files: `HF_HOME`, else `huggingface` in the user's cache folder.
/// Empty when neither is known.
std::filesystem::path hub_home(const Environment& environment = process_environment);

/// Where the hub's clients, ours included, keep what they downloaded: `HF_HUB_CACHE`, else the older
/// `HUGGINGFACE_HUB_CACHE`, else `hub` in hub_home(). Empty when none is known.
std::filesystem::path hub_cache_folder(const Environment& environment = process_environment);

/// True for `organisation/name` made of the hub's characters: nothing in it can lead to another folder or address.
bool is_repository_id(const std::string& id);

/// One repository in that cache, in the layout shared with the hub's other clients:
/// models--org--name/{blobs/<hash>, refs/<revision>, snapshots/<commit>/<path>}, the last being links to blobs.
class CachedRepository {
 public:
  CachedRepository(const std::filesystem::path& cache, const std::string& id);

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::filesystem::path blobs() const { return folder_ / "blobs"; }
  [[nodiscard]] std::filesystem::path reference(const std::string& revision) const {
    return folder_ / "refs" / revision;
  }
  [[nodiscard]] std::filesystem::path snapshot(const std::string& commit) const {
    return folder_ / "snapshots" / commit;
  }

  /// Every snapshot that is here: the revision's own first, then the others by name.
  [[nodiscard]] std::vector<std::filesystem::path> snapshots(const std::string& revision) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace tstitch
