#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/engine.h"
#include "core/system/places.h"

namespace tstitch {

struct LocalEngineOptions {
  std::vector<std::filesystem::path> model_roots;  ///< folders of pairs, the user's first, the bundled ones last
  std::filesystem::path cache;                     ///< hashes, fitted previews, measured times; made when needed
  std::filesystem::path plugins;                   ///< where the CUDA plugin lies
  std::filesystem::path torch_libraries;           ///< where LibTorch's CUDA part lies, for the plugin
  /// True where runs follow each other (the Studio): networks stay loaded. False: each part goes when it is done with.
  bool keep_loaded = false;
  /// LibTorch's name of a device that settings have no word for, where networks compute instead of where these say.
  std::string device = {};
  /// Of a run whose denoisers are all smaller, `--precision auto` is fp32 without a test: its steps take milliseconds,
  /// in which 16 bits win too little (README.md).
  std::int64_t least_tested_parameters = 100'000'000;
};

/// Over the places that ship with the program and the user's.
LocalEngineOptions installed_engine_options(const UserPlaces& user);

/// The Engine that computes in this process.
std::unique_ptr<Engine> make_local_engine(const LocalEngineOptions& options);

}  // namespace tstitch
