#include "core/hub/fetch_known.h"

#include <algorithm>
#include <iterator>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/models/model_index.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

std::vector<RepositoryEntry> repositories_named(const std::string& name, const std::vector<fs::path>& roots,
                                                const RepositoryIndex& repositories) {
  const std::vector<PairEntry> pairs = known_pairs(roots);
  std::vector<RepositoryEntry> entries;
  if (const PairEntry* pair = pair_named(pairs, name)) {
    for (const std::string& each : pair->repositories) entries.push_back(*repositories.find(each));
    return entries;
  }
  if (const RepositoryEntry* entry = repositories.find(name)) return {*entry};
  std::vector<std::string> names;
  names.reserve(pairs.size());
  for (const PairEntry& pair : pairs) names.push_back(pair.name);
  throw BadInput("no known pair or model has this name.", name,
                 concat("Known pairs: ", join(names, ", "), "; tstitch models list names the rest."));
}

void refuse_offline(const RepositoryIndex& repositories, const std::vector<RepositoryEntry>& entries) {
  for (const RepositoryEntry& entry : entries) {
    if (repositories.folder(entry)) continue;
    throw BadInput("HF_HUB_OFFLINE is set, so nothing is fetched, and this model is not here.", entry.hub,
                   "Unset HF_HUB_OFFLINE.");
  }
}

/// What no hub has must be brought by people.
void require_by_hand(const RepositoryIndex& repositories, const std::vector<RepositoryEntry>& entries) {
  std::vector<std::string> missing;
  for (const RepositoryEntry& entry : entries) {
    if (entry.hub.empty() && !repositories.folder(entry)) {
      missing.push_back(concat("put ", entry.files.front().names.front(), " into ",
                               repositories.expected_folder(entry).string(), " (", entry.by_hand, ")"));
    }
  }
  if (missing.empty()) return;
  throw BadInput(concat("no hub has these files; ", join(missing, "; "), "."), entries.front().name);
}

}  // namespace

FetchReport fetch_known(const std::string& name, const std::vector<fs::path>& roots, const std::stop_token& stop,
                        const FetchSink& sink, const Environment& environment) {
  const RepositoryIndex repositories(roots, hub_cache_folder(environment));
  const std::vector<RepositoryEntry> entries = repositories_named(name, roots, repositories);
  std::vector<RepositoryEntry> from_hub;
  std::copy_if(entries.begin(), entries.end(), std::back_inserter(from_hub),
               [](const RepositoryEntry& entry) { return !entry.hub.empty(); });
  FetchReport report;
  if (!from_hub.empty()) {
    const HubSettings settings = hub_settings(environment);
    if (settings.offline) {
      refuse_offline(repositories, from_hub);
    } else {
      report = fetch_repositories(from_hub, settings, stop, sink);
    }
  }
  require_by_hand(repositories, entries);
  return report;
}

}  // namespace tstitch
