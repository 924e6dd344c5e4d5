#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/models/hub_cache.h"

namespace tstitch {

/// The folders in which one program keeps models.
struct ProgramFolders {
  std::string program;                                 ///< `ComfyUI`; empty: no program that is known here
  std::vector<std::filesystem::path> folders;          ///< to be searched; some may not be there
  std::vector<std::filesystem::path> files;            ///< and models that lie elsewhere
  std::map<std::filesystem::path, std::string> names;  ///< how the program calls some of them
  bool holds_others = false;                           ///< also models that no picture is made with
};

inline constexpr const char* kHubProgram = "Hugging Face";

/// Whose a folder is, told by what lies in it.
ProgramFolders program_folders(const std::filesystem::path& folder,
                               const Environment& environment = process_environment);

/// Where these programs usually are on a machine: the hub's cache, and folders of their usual names in the user's home;
/// most of them are not there.
std::vector<std::filesystem::path> usual_folders(const Environment& environment = process_environment);

}  // namespace tstitch
