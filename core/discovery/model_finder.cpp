#include "core/discovery/model_finder.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/links.h"
#include "core/base/text.h"
#include "core/base/version.h"
#include "core/models/model_index.h"
#include "core/system/cache_file.h"

namespace tstitch {
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr const char* kOurs = "T-Stitch";
constexpr std::size_t kMostKnown = 20'000;
constexpr std::size_t kMostRoots = 200;
constexpr std::uintmax_t kLargestFile = 64U << 20U;
constexpr int kRoles = static_cast<int>(ModelRole::Annotator) + 1;
constexpr int kKinds = static_cast<int>(PlaceKind::File) + 1;

std::int64_t today() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::hours>(now).count() / 24;
}

fs::path normal(const fs::path& path) {
  std::error_code ignored;
  const fs::path whole = fs::absolute(path, ignored).lexically_normal();
  return whole.has_filename() ? whole : whole.parent_path();
}

std::string text_in(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t number_in(const json& object, const char* key, std::int64_t otherwise) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : otherwise;
}

json json_of(const std::string& stamp, const PlaceIdentity& identity) {
  return {{"stamp", stamp},
          {"role", identity.role ? static_cast<int>(*identity.role) : -1},
          {"family", identity.family},
          {"space", identity.latent_space},
          {"parameters", identity.parameters},
          {"problem", identity.problem}};
}

PlaceIdentity identity_in(const json& object) {
  PlaceIdentity identity{{},
                         text_in(object, "family"),
                         text_in(object, "space"),
                         number_in(object, "parameters", 0),
                         text_in(object, "problem")};
  const std::int64_t role = number_in(object, "role", -1);
  if (role >= 0 && role < kRoles) identity.role = static_cast<ModelRole>(role);
  return identity;
}

json json_of(const SearchedPlace& place) {
  return {{"path", place.path.string()},
          {"kind", static_cast<int>(place.kind)},
          {"program", place.program},
          {"name", place.name},
          {"other", place.may_be_other ? 1 : 0}};
}

SearchedPlace place_in(const json& object) {
  const std::int64_t kind = std::clamp<std::int64_t>(number_in(object, "kind", 0), 0, kKinds - 1);
  return {text_in(object, "path"), static_cast<PlaceKind>(kind), text_in(object, "program"), text_in(object, "name"),
          number_in(object, "other", 0) != 0};
}

/// A file of JSON holds no other paths; what lies there is looked at anew in each sitting.
bool can_be_kept(const fs::path& path) {
  return is_valid_utf8(path.string());
}

std::string name_of(const SearchedPlace& place) {
  if (!place.name.empty()) return place.name;
  return place.kind == PlaceKind::File ? place.path.stem().string() : display_name(place.path);
}

/// What several things are called is told apart by the folder they lie in, else by the whole path.
void make_names_unique(std::vector<FoundModel>& models) {
  for (const bool whole : {false, true}) {
    std::map<std::string, int> counts;
    for (const FoundModel& model : models) ++counts[model.name];
    for (FoundModel& model : models) {
      if (counts[model.name] == 1) continue;
      model.name =
          whole ? model.place.string() : concat(model.place.parent_path().filename().string(), "/", model.name);
    }
  }
}

}  // namespace

ModelFinder::ModelFinder(FinderOptions options)
    : options_(std::move(options)), file_(options_.cache / "found_models.json") {}

std::vector<FoundFolder> ModelFinder::folders_for(const std::vector<fs::path>& own) const {
  std::vector<FoundFolder> folders;
  const auto take = [&](const fs::path& path, const char* program, bool is_own) {
    const fs::path place = normal(path);
    const bool repeated =
        std::any_of(folders.begin(), folders.end(), [&](const FoundFolder& folder) { return folder.path == place; });
    const bool here = is_folder(place);
    if (repeated || (!is_own && !here && !roots_.contains(place))) return;
    folders.push_back({place, program, is_own, here, 0});
  };
  for (const fs::path& path : own) take(path, "", true);
  for (const fs::path& path : options_.model_roots) take(path, kOurs, false);
  if (!options_.usual) return folders;
  for (const fs::path& path : usual_folders(options_.environment)) take(path, "", false);
  return folders;
}

FoundModels ModelFinder::find(const std::vector<fs::path>& folders) {
  const std::lock_guard lock(mutex_);
  load();
  const Clock::time_point until = Clock::now() + options_.patience;
  FoundModels answer;
  answer.folders = folders_for(folders);
  PlaceSearch places(options_.environment);
  for (FoundFolder& folder : answer.folders) {
    if (folder.here) search(places, folder);
    const auto root = roots_.find(folder.path);
    if (root == roots_.end()) continue;
    if (!root->second.program.empty()) folder.program = root->second.program;
    const std::size_t before = answer.models.size();
    list(folder, until, answer);
    folder.models = static_cast<std::int64_t>(answer.models.size() - before);
  }
  make_names_unique(answer.models);
  if (changed_) save();
  return answer;
}

void ModelFinder::search(PlaceSearch& places, const FoundFolder& folder) {
  Root& root = roots_[folder.path];
  std::vector<SearchedPlace> found = places.in(folder.path, folder.program);
  changed_ |= found != root.places || root.program != places.program() || root.seen != today();
  root = {places.program(), std::move(found), today()};
}

void ModelFinder::list(const FoundFolder& folder, Clock::time_point until, FoundModels& answer) {
  for (const SearchedPlace& place : roots_[folder.path].places) {
    FoundModel model{name_of(place), place.path, place.program, folder.here, false, {}, {}, {}, 0, {}};
    const auto known = known_.find(place.path);
    const PlaceIdentity* identity = nullptr;
    if (folder.here) {
      identity = identity_of(place, until, answer);
    } else if (known != known_.end()) {
      identity = &known->second.identity;
    }
    if (identity != nullptr) {
      if (place.may_be_other && !identity->role && place.kind != PlaceKind::Pipeline) continue;
      model.looked_at = true;
      model.role = identity->role;
      model.family = identity->family;
      model.latent_space = identity->latent_space;
      model.parameters = identity->parameters;
      model.problem = identity->problem;
    }
    answer.models.push_back(std::move(model));
  }
}

const PlaceIdentity* ModelFinder::identity_of(const SearchedPlace& place, Clock::time_point until,
                                              FoundModels& answer) {
  const std::string stamp = stamp_text(place);
  const auto known = known_.find(place.path);
  if (known != known_.end() && known->second.stamp == stamp) return &known->second.identity;
  // One at least, so that whoever asks again comes to an end.
  if (answer.headers_read > 0 && Clock::now() >= until) {
    answer.complete = false;
    return nullptr;
  }
  ++answer.headers_read;
  changed_ = true;
  Known& entry = known_[place.path];
  entry = {stamp, identify_place(place)};
  return &entry.identity;
}

void ModelFinder::load() {
  if (std::exchange(loaded_, true)) return;
  std::error_code problem;
  if (fs::file_size(file_, problem) > kLargestFile || problem) return;
  const json all = read_cache_file(file_);
  if (const auto models = all.find("models");
      models != all.end() && models->is_object() && text_in(all, "program") == program_version()) {
    for (const auto& [path, entry] : models->items()) {
      if (entry.is_object()) known_[path] = {text_in(entry, "stamp"), identity_in(entry)};
    }
  }
  const auto roots = all.find("roots");
  if (roots == all.end() || !roots->is_object()) return;
  for (const auto& [path, entry] : roots->items()) {
    if (!entry.is_object() || !entry.contains("places") || !entry["places"].is_array()) continue;
    Root root{text_in(entry, "program"), {}, number_in(entry, "seen", 0)};
    for (const json& place : entry["places"]) {
      if (place.is_object()) root.places.push_back(place_in(place));
    }
    roots_[path] = std::move(root);
  }
}

/// Folders that were not seen for the longest go first, then what no folder holds any more.
void ModelFinder::trim() {
  while (roots_.size() > kMostRoots) {
    roots_.erase(std::min_element(roots_.begin(), roots_.end(),
                                  [](const auto& a, const auto& b) { return a.second.seen < b.second.seen; }));
  }
  std::set<fs::path> held;
  for (const auto& [path, root] : roots_) {
    for (const SearchedPlace& place : root.places) held.insert(place.path);
  }
  std::erase_if(known_, [&](const auto& entry) { return !held.contains(entry.first); });
  while (known_.size() > kMostKnown) known_.erase(known_.begin());
}

void ModelFinder::save() {
  changed_ = false;
  trim();
  json models = json::object();
  for (const auto& [path, known] : known_) {
    if (can_be_kept(path)) models[path.string()] = json_of(known.stamp, known.identity);
  }
  json roots = json::object();
  for (const auto& [path, root] : roots_) {
    if (!can_be_kept(path)) continue;
    json places = json::array();
    for (const SearchedPlace& place : root.places) {
      if (can_be_kept(place.path)) places.push_back(json_of(place));
    }
    roots[path.string()] = {{"program", root.program}, {"seen", root.seen}, {"places", std::move(places)}};
  }
  write_cache_file(file_, {{"program", program_version()}, {"models", std::move(models)}, {"roots", std::move(roots)}});
}

}  // namespace tstitch
