#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/models/hub_cache.h"

namespace tstitch {

/// A folder that ComfyUI searches besides its own, and what it looks for there: `checkpoints`, `loras`, ...
struct ExtraFolder {
  std::string kind;
  std::filesystem::path path;
  friend bool operator==(const ExtraFolder&, const ExtraFolder&) = default;
};

/// ComfyUI's extra_model_paths.yaml: sections of any name, each with an optional `base_path` (`~` and environment
/// variables expanded, relative to the file) and one line or several for each kind. `file` is where the text lies.
/// Throws BadInput naming the file, and the line where there is one, for text that is no YAML or too much of it.
std::vector<ExtraFolder> parse_extra_model_paths(std::string_view yaml, const std::filesystem::path& file,
                                                 const Environment& environment = process_environment);

}  // namespace tstitch
