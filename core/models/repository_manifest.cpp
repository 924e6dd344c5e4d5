#include "core/models/repository_manifest.h"

#include <algorithm>
#include <limits>
#include <system_error>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/json_fields.h"
#include "core/base/links.h"
#include "core/base/text.h"
#include "core/configs/model_config.h"
#include "core/formats/text_file.h"
#include "core/models/hub_cache.h"
#include "core/models/pair_manifest.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kVersion = 1;
constexpr const char* kFolder = "repositories";

std::string inner_path(const nlohmann::json& value, const std::string& place) {
  if (!value.is_string() || !is_inner_path(value.get<std::string>())) {
    throw BadInput("A path inside the repository is expected.", place);
  }
  return value.get<std::string>();
}

std::vector<std::string> alternatives(const nlohmann::json& list, const std::string& place) {
  std::vector<std::string> names;
  for (const nlohmann::json& name : list) names.push_back(inner_path(name, place));
  if (names.empty()) throw BadInput("The list is empty.", place);
  return names;
}

RepositoryFile described_file(const nlohmann::json& object, const std::string& file, const std::string& place) {
  const JsonFields fields(object, file, place);
  fields.refuse_others({"names", "bytes", "sha256"});
  RepositoryFile described{alternatives(fields.array("names"), fields.place("names")), {}, {}};
  if (fields.has("bytes")) {
    const std::uint64_t bytes = fields.unsigned_integer("bytes");
    if (bytes > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      throw BadInput("The number is too large.", fields.place("bytes"));
    }
    described.bytes = static_cast<std::int64_t>(bytes);
  }
  if (fields.has("sha256")) {
    described.sha256 = fields.text("sha256");
    if (!is_sha256(described.sha256)) {
      throw BadInput("64 lower-case hexadecimal digits are expected.", fields.place("sha256"));
    }
  }
  return described;
}

std::vector<RepositoryFile> read_files(const JsonFields& fields, const std::string& file) {
  std::vector<RepositoryFile> files;
  for (const nlohmann::json& entry : fields.array("files")) {
    const std::string place = concat("files[", files.size(), "]");
    if (entry.is_object()) {
      files.push_back(described_file(entry, file, place));
    } else if (entry.is_array()) {
      files.push_back({alternatives(entry, concat(file, ": ", place)), {}, {}});
    } else {
      files.push_back({{inner_path(entry, concat(file, ": ", place))}, {}, {}});
    }
  }
  if (files.empty()) throw BadInput("The list is empty.", fields.place("files"));
  return files;
}

void read_source(const JsonFields& fields, RepositoryEntry& entry) {
  if (fields.has("hub")) entry.hub = fields.text("hub");
  if (fields.has("by_hand")) entry.by_hand = fields.text("by_hand");
  if (fields.has("revision")) entry.revision = fields.text("revision");
  if (entry.hub.empty() == entry.by_hand.empty()) {
    throw BadInput("Either a repository of the hub or where people get the files is expected.", fields.place("hub"));
  }
  if (!entry.hub.empty() && !is_repository_id(entry.hub)) {
    throw BadInput(concat(in_quotes(entry.hub), " is not organisation/name."), fields.place("hub"));
  }
  if (!is_inner_path(entry.revision)) throw BadInput("A revision is expected.", fields.place("revision"));
}

std::vector<fs::path> descriptions_in(const fs::path& root) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(root / kFolder, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() == ".json" && is_file(entry->path())) files.push_back(entry->path());
  }
  return files;
}

bool has_all(const fs::path& folder, const RepositoryEntry& entry) {
  return std::all_of(entry.files.begin(), entry.files.end(),
                     [&](const RepositoryFile& file) { return present_file(folder, file).has_value(); });
}

}  // namespace

RepositoryEntry read_repository(const fs::path& file) {
  const nlohmann::json object = parse_bounded_json(read_text_file(file), file.string());
  const JsonFields fields(object, file.string());
  if (const std::uint64_t version = fields.unsigned_integer("repository"); version != kVersion) {
    throw BadInput(concat("The description is of version ", version, "; this program reads version ", kVersion, "."),
                   fields.place("repository"));
  }
  fields.refuse_others({"repository", "title", "licence", "hub", "revision", "by_hand", "model", "files"});
  RepositoryEntry entry;
  entry.name = file.stem().string();
  entry.title = fields.text("title");
  if (fields.has("licence")) entry.licence = fields.text("licence");
  if (fields.has("model")) entry.model = inner_path(fields.at("model"), fields.place("model"));
  read_source(fields, entry);
  entry.files = read_files(fields, file.string());
  return entry;
}

RepositoryIndex::RepositoryIndex(const std::vector<fs::path>& roots, fs::path cache, std::vector<std::string>* problems)
    : cache_(std::move(cache)) {
  for (const fs::path& root : roots) {
    for (const fs::path& file : descriptions_in(root)) {
      try {
        RepositoryEntry entry = read_repository(file);
        for (const fs::path& place : roots) entry.folders.push_back(place / entry.name);
        entries_.emplace(entry.name, std::move(entry));
      } catch (const BadInput& problem) {
        if (problems != nullptr) problems->push_back(problem.sentence());
      }
    }
  }
}

const RepositoryEntry* RepositoryIndex::find(const std::string& name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second;
}

std::optional<fs::path> RepositoryIndex::folder(const RepositoryEntry& entry) const {
  std::vector<fs::path> candidates = entry.folders;
  if (!entry.hub.empty()) {
    candidates = CachedRepository(cache_, entry.hub).snapshots(entry.revision);
  }
  const auto found = std::find_if(candidates.begin(), candidates.end(),
                                  [&](const fs::path& folder) { return has_all(folder, entry); });
  return found == candidates.end() ? std::nullopt : std::optional(*found);
}

fs::path RepositoryIndex::expected_folder(const RepositoryEntry& entry) const {
  if (entry.hub.empty()) return entry.folders.empty() ? fs::path(entry.name) : entry.folders.front();
  return CachedRepository(cache_, entry.hub).snapshot(entry.revision);
}

std::optional<fs::path> present_file(const fs::path& folder, const RepositoryFile& file) {
  for (const std::string& name : file.names) {
    if (is_file(folder / name)) return folder / name;
  }
  return std::nullopt;
}

std::string not_here_sentence(const std::string& name) {
  return concat("not here: tstitch models fetch ", name);
}

}  // namespace tstitch
