#include "core/models/catalog.h"

#include "core/models/known_files.h"
#include "core/models/model_index.h"
#include "core/models/repository_manifest.h"

namespace tstitch {

Catalog catalog_of(const std::vector<std::filesystem::path>& roots, const std::filesystem::path& hub_cache) {
  Catalog catalog;
  catalog.pairs = known_pairs(roots, &catalog.problems);
  const RepositoryIndex repositories(roots, hub_cache);
  for (const auto& [name, entry] : repositories.all()) {
    KnownModel& model = catalog.models.emplace_back(KnownModel{name, entry.title, entry.licence, entry.hub, {}});
    if (const auto folder = repositories.folder(entry)) model.place = *folder / entry.model;
  }
  for (const KnownFile& file : known_files(roots)) {
    const std::optional<ModelRole> role = role_of_file(file.path);
    if (role != ModelRole::Lora && role != ModelRole::Embedding && role != ModelRole::Autoencoder) continue;
    catalog.parts.push_back({file.name, phrase_of(*role), file.path});
  }
  return catalog;
}

}  // namespace tstitch
