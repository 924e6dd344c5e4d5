#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/models/pair_entry.h"

namespace tstitch {

/// A model that is known by name: a described repository.
struct KnownModel {
  std::string name;   ///< `ssd-1b`
  std::string title;  ///< `SSD-1B`
  std::string licence;
  std::string hub;                             ///< `segmind/SSD-1B`; empty where no hub has it
  std::optional<std::filesystem::path> place;  ///< none: its files are not on this machine
};

/// A LoRA, a textual inversion or an autoencoder in a file below the folders of models, by its name without ending.
struct KnownPart {
  std::string name;
  std::string purpose;  ///< "a LoRA"
  std::filesystem::path place;
};

/// What an engine's machine knows by name.
struct Catalog {
  std::vector<PairEntry> pairs;
  std::vector<KnownModel> models;
  std::vector<KnownPart> parts;
  std::vector<std::string> problems;  ///< manifests that cannot be read, or whose models are not there
};

/// Over folders of models as known_pairs() takes them and the hub's cache.
Catalog catalog_of(const std::vector<std::filesystem::path>& roots, const std::filesystem::path& hub_cache);

}  // namespace tstitch
