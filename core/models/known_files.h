#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/models/model_identity.h"

namespace tstitch {

/// A file of weights that lies somewhere below the folders of models: LoRAs, textual inversions and autoencoders are
/// known by its name without ending. Folders with a LoRA (lora_folder.h) are known by theirs.
struct KnownFile {
  std::string name;
  std::filesystem::path path;
};

/// The files of weights in some folders of models and the folders in them, links followed, as deep as four levels and
/// 20,000 entries; not those inside diffusers and network folders. In the order of the roots, then by path.
std::vector<KnownFile> known_files(const std::vector<std::filesystem::path>& roots);

/// What a file is by its tensors; nothing where it is damaged or of no known kind.
std::optional<ModelRole> role_of_file(const std::filesystem::path& file);

/// The first file of that name and role; the name may begin with folders, `styles/foxStyle`.
std::optional<std::filesystem::path> find_known_file(const std::vector<KnownFile>& files, const std::string& name,
                                                     std::optional<ModelRole> role = std::nullopt);

}  // namespace tstitch
