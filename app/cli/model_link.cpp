#include "app/cli/model_link.h"

#include <algorithm>
#include <system_error>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/image/atomic_file.h"
#include "core/models/known_files.h"
#include "core/models/model_index.h"

namespace tstitch::cli {
namespace fs = std::filesystem;

namespace {

/// Not the files that are known by their own names.
bool is_model(Engine& engine, const fs::path& place) {
  try {
    const std::string purpose = engine.inspect(place).purpose;
    std::error_code ignored;
    const bool named = purpose == phrase_of(ModelRole::Lora) || purpose == phrase_of(ModelRole::Embedding) ||
                       purpose == phrase_of(ModelRole::Autoencoder);
    return !named || fs::is_directory(place, ignored);
  } catch (const BadInput&) {
    return false;
  }
}

/// The inner paths of the models in a folder: the folder itself (an empty path), else what lies directly in it.
std::vector<fs::path> models_in(Engine& engine, const fs::path& folder) {
  if (is_model(engine, folder)) return {fs::path()};
  std::vector<fs::path> models;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (is_model(engine, entry->path())) models.push_back(entry->path().filename());
  }
  std::sort(models.begin(), models.end());
  return models;
}

bool is_known_by_name(ModelRole role) {
  return role == ModelRole::Lora || role == ModelRole::Embedding || role == ModelRole::Autoencoder;
}

/// LoRAs, textual inversions and autoencoders in a folder and the folders in it, by their names.
std::vector<std::string> files_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const KnownFile& file : known_files({folder})) {
    const std::optional<ModelRole> role = role_of_file(file.path);
    if (role && is_known_by_name(*role)) names.push_back(file.name);
  }
  return names;
}

/// Where a pair's small model lies: with its other parts, or the network alone.
std::optional<fs::path> small_in(Engine& engine, const fs::path& folder) {
  for (const char* inner : {"small", "small/unet"}) {
    if (is_model(engine, folder / inner)) return inner;
  }
  return std::nullopt;
}

std::string link_name(const fs::path& folder, const std::optional<std::string>& name) {
  std::string chosen = name.value_or(folder.filename().string());
  const bool is_name =
      !chosen.empty() && chosen.front() != '.' && chosen.find('/') == std::string::npos && is_valid_utf8(chosen);
  if (!is_name) throw UsageError(concat("\"", chosen, "\" is no name for a model."), "--name");
  return chosen;
}

void require_free(const fs::path& root, const std::string& name, const std::vector<fs::path>& roots) {
  const bool is_pair = pair_named(known_pairs(roots), name) != nullptr;
  std::error_code ignored;
  if (!is_pair && !fs::exists(fs::symlink_status(root / name, ignored)) && !fs::exists(root / (name + ".json"))) return;
  throw UsageError(concat("the name \"", name, "\" is taken."), "--name", "Choose another with --name.");
}

void make_link(const fs::path& folder, const fs::path& link) {
  std::error_code error;
  fs::create_directories(link.parent_path(), error);
  if (!error) fs::create_directory_symlink(folder, link, error);
  if (error) throw BadInput(concat("the link cannot be made: ", error.message(), "."), link.string());
}

void write_manifest(const fs::path& file, const std::string& name, const fs::path& small) {
  const nlohmann::ordered_json manifest{
      {"manifest", 1}, {"name", name}, {"title", name}, {"large", name + "/large"}, {"small", (name / small).string()}};
  replace_file(file, manifest.dump(2) + "\n");
}

}  // namespace

AddedModels add_models(Engine& engine, const fs::path& folder, const std::vector<fs::path>& roots,
                       const std::optional<std::string>& name) {
  std::error_code error;
  const fs::path place = fs::canonical(folder, error);
  if (error || !fs::is_directory(place)) throw BadInput("there is no folder at this path.", folder.string());
  AddedModels added{link_name(place, name), false, {}};
  const fs::path& root = roots.front();
  require_free(root, added.name, roots);
  std::optional<fs::path> small;
  if (is_model(engine, place / "large")) small = small_in(engine, place);
  if (small) {
    require_stitch(engine.inspect(place / "large"), engine.inspect(place / *small));
    added.is_pair = true;
    added.models = {added.name + "/large", (added.name / *small).string()};
  } else {
    for (const fs::path& model : models_in(engine, place)) {
      added.models.push_back(model.empty() ? added.name : (added.name / model).string());
    }
    const std::vector<std::string> files = files_in(place);
    added.models.insert(added.models.end(), files.begin(), files.end());
  }
  if (added.models.empty()) {
    throw BadInput("the folder holds no model.", folder.string(),
                   "A diffusers folder, a network folder, files of weights, LoRAs, textual inversions, or large/ and "
                   "small/ are looked for.");
  }
  make_link(place, root / added.name);
  if (small) write_manifest(root / (added.name + ".json"), added.name, *small);
  return added;
}

}  // namespace tstitch::cli
