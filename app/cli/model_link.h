#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/engine.h"

namespace tstitch::cli {

struct AddedModels {
  std::string name;
  bool is_pair = false;             ///< known to --pair
  std::vector<std::string> models;  ///< names for --large and the others, --lora, --embedding and --vae among them
};

/// Makes the models of a folder known by name: a link to it in the user's folder of models (the first of `roots`);
/// nothing is copied or moved. LoRAs, textual inversions and autoencoders in single files, also in folders inside, are
/// known by their own names. A folder with `large` and `small` (or `small/unet`) that stitch becomes a pair, with a
/// manifest. `name`: another than the folder's.
/// Throws BadInput when there is no model in it, IncompatibleModels when its pair does not fit together, UsageError
/// when the name is taken or is no name.
AddedModels add_models(Engine& engine, const std::filesystem::path& folder,
                       const std::vector<std::filesystem::path>& roots, const std::optional<std::string>& name);

}  // namespace tstitch::cli
