#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/models/model_identity.h"

namespace tstitch {

/// A model, or a part of one, that lies in a folder of models.
struct FoundModel {
  std::string name;             ///< for people; no two of a list have the same
  std::filesystem::path place;  ///< as `--large`, `--lora` etc. take it
  std::string program;          ///< whose folder it lies in: `ComfyUI`, `Hugging Face`, ...
  bool here = true;             ///< false: its folder is not there now
  bool looked_at = false;       ///< false: what follows is not known yet
  std::optional<ModelRole> role;
  std::string family;           ///< as model_identity.h tells it
  std::string latent_space;     ///< likewise; may be empty
  std::int64_t parameters = 0;  ///< of the network where there is one
  std::string problem;          ///< without a role: why it cannot be used
  friend bool operator==(const FoundModel&, const FoundModel&) = default;
};

/// A folder that was searched.
struct FoundFolder {
  std::filesystem::path path;
  std::string program;
  bool own = false;  ///< one of those that were asked for
  bool here = true;
  std::int64_t models = 0;
  friend bool operator==(const FoundFolder&, const FoundFolder&) = default;
};

struct FoundModels {
  std::vector<FoundFolder> folders;
  std::vector<FoundModel> models;  ///< in the order of the folders, then by path
  std::int64_t headers_read = 0;   ///< what was opened for this answer
  bool complete = true;            ///< false: some were not looked at yet; ask again
};

}  // namespace tstitch
