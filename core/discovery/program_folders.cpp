#include "core/discovery/program_folders.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>
#include <system_error>

#include "core/base/error.h"
#include "core/base/links.h"
#include "core/base/text.h"
#include "core/discovery/extra_model_paths.h"
#include "core/discovery/invoke_records.h"
#include "core/discovery/yaml_text.h"
#include "core/formats/text_file.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

using Words = std::initializer_list<const char*>;

bool has_any(const fs::path& folder, Words names) {
  return std::any_of(names.begin(), names.end(), [&](const char* name) { return is_there(folder / name); });
}

void add(ProgramFolders& found, const fs::path& folder, Words names) {
  for (const char* name : names) found.folders.push_back(folder / name);
}

bool is_hub_cache(const fs::path& folder) {
  std::error_code problem;
  for (fs::directory_iterator entry(folder, problem), end; !problem && entry != end; entry.increment(problem)) {
    if (entry->path().filename().string().starts_with("models--")) return true;
  }
  return false;
}

/// The commit that `main` points at, else the last one by name; each is called by the repository's name.
ProgramFolders hub_folders(const fs::path& cache) {
  ProgramFolders found{kHubProgram, {}, {}, {}, true};
  std::error_code problem;
  for (fs::directory_iterator entry(cache, problem), end; !problem && entry != end; entry.increment(problem)) {
    std::string id = entry->path().filename().string();
    if (!id.starts_with("models--")) continue;
    id.erase(0, std::string_view("models--").size());
    if (const std::size_t dashes = id.find("--"); dashes != std::string::npos) {
      id = concat(id.substr(0, dashes), "/", id.substr(dashes + 2));
    }
    if (!is_repository_id(id)) continue;
    const std::vector<fs::path> snapshots = CachedRepository(cache, id).snapshots("main");
    if (snapshots.empty()) continue;
    found.folders.push_back(snapshots.front());
    found.names[snapshots.front()] = id;
  }
  std::sort(found.folders.begin(), found.folders.end());
  return found;
}

constexpr Words kComfyKinds{"checkpoints",      "loras", "vae",        "vae_approx", "text_encoders", "clip",
                            "diffusion_models", "unet",  "embeddings", "diffusers",  "controlnet",    "t2i_adapter"};

bool is_kind_of_comfy(const std::string& kind) {
  return std::find(kComfyKinds.begin(), kComfyKinds.end(), kind) != kComfyKinds.end();
}

void add_extra_folders(ProgramFolders& found, const fs::path& file, const Environment& environment) {
  if (!is_there(file)) return;
  try {
    for (ExtraFolder& extra : parse_extra_model_paths(read_text_file(file, kLongestYaml), file, environment)) {
      if (is_kind_of_comfy(extra.kind)) found.folders.push_back(std::move(extra.path));
    }
  } catch (const BadInput&) {
    return;  // ComfyUI itself does not start with it; its own folders are searched all the same
  }
}

ProgramFolders comfy_folders(const fs::path& folder, const Environment& environment) {
  ProgramFolders found{has_any(folder, {"fooocus_version.py"}) ? "Fooocus" : "ComfyUI", {}, {}, {}, false};
  add(found, folder / "models", kComfyKinds);
  for (const char* name : {"extra_model_paths.yaml", "extra_models_config.yaml"}) {
    add_extra_folders(found, folder / name, environment);
  }
  return found;
}

ProgramFolders web_ui_folders(const fs::path& folder) {
  ProgramFolders found{has_any(folder, {"modules_forge"}) ? "Forge" : "A1111", {}, {}, {}, false};
  add(found, folder / "models",
      {"Stable-diffusion", "Lora", "LyCORIS", "VAE", "VAE-approx", "ControlNet", "ControlNetPreprocessor",
       "text_encoder", "diffusers"});
  add(found, folder, {"embeddings", "extensions/sd-webui-controlnet/models"});
  return found;
}

void append(ProgramFolders& found, const ProgramFolders& more) {
  found.folders.insert(found.folders.end(), more.folders.begin(), more.folders.end());
  found.files.insert(found.files.end(), more.files.begin(), more.files.end());
  found.names.insert(more.names.begin(), more.names.end());
}

/// `data` holds `Models`, which all programs that it installs share, and `Packages`, these programs.
ProgramFolders matrix_folders(const fs::path& data, const Environment& environment) {
  ProgramFolders found{"Stability Matrix", {}, {}, {}, false};
  add(found, data / "Models",
      {"StableDiffusion", "Lora", "LyCORIS", "VAE", "ApproxVAE", "ControlNet", "T2IAdapter", "Embeddings",
       "TextualInversion", "Diffusers", "DiffusionModels", "Unet", "TextEncoders", "CLIP"});
  std::error_code problem;
  std::vector<fs::path> packages;
  for (fs::directory_iterator entry(data / "Packages", problem), end; !problem && entry != end;
       entry.increment(problem)) {
    if (is_folder(entry->path()) && !is_there(entry->path() / "Models")) packages.push_back(entry->path());
  }
  std::sort(packages.begin(), packages.end());
  for (const fs::path& package : packages) append(found, program_folders(package, environment));
  return found;
}

ProgramFolders swarm_folders(const fs::path& folder) {
  ProgramFolders found{"SwarmUI", {}, {}, {}, false};
  add(found, folder / "Models",
      {"Stable-Diffusion", "Stable-diffusion", "Lora", "VAE", "Embedding", "Embeddings", "controlnet", "ControlNet",
       "diffusion_models", "unet", "text_encoders", "clip"});
  return found;
}

bool is_invoke(const fs::path& folder) {
  return has_any(folder,
                 {"invokeai.yaml", "databases/invokeai.db", "configs/models.yaml", "models/sd-1", "models/sdxl/main"});
}

ProgramFolders invoke_folders(const fs::path& folder) {
  ProgramFolders found{"InvokeAI", {invoke_models_folder(folder)}, {}, {}, false};
  for (const InvokeRecord& record : invoke_records(folder)) {
    found.files.push_back(record.path);
    if (!record.name.empty()) found.names[record.path] = record.name;
  }
  return found;
}

}  // namespace

ProgramFolders program_folders(const fs::path& folder, const Environment& environment) {
  if (has_any(folder, {"models/Stable-diffusion"})) return web_ui_folders(folder);
  if (is_invoke(folder)) return invoke_folders(folder);
  if (has_any(folder, {"models/checkpoints", "extra_model_paths.yaml", "extra_model_paths.yaml.example",
                       "extra_models_config.yaml"})) {
    return comfy_folders(folder, environment);
  }
  if (has_any(folder, {"Data/Models"})) return matrix_folders(folder / "Data", environment);
  if (has_any(folder, {"Models/StableDiffusion"})) return matrix_folders(folder, environment);
  if (folder.filename() == "Models" && has_any(folder, {"StableDiffusion"})) {
    return matrix_folders(folder.parent_path(), environment);
  }
  if (has_any(folder, {"Models/Stable-Diffusion", "Models/Stable-diffusion"})) return swarm_folders(folder);
  if (is_hub_cache(folder)) return hub_folders(folder);
  if (is_hub_cache(folder / "hub")) return hub_folders(folder / "hub");
  return {};
}

std::vector<fs::path> usual_folders(const Environment& environment) {
  std::vector<fs::path> folders;
  if (const fs::path cache = hub_cache_folder(environment); !cache.empty()) folders.push_back(cache);
  const std::optional<std::string> home = environment("HOME");
  if (!home || home->empty()) return folders;
  constexpr std::array kNames{"stable-diffusion-webui",
                              "stable-diffusion-webui-forge",
                              "stable-diffusion-webui-reForge",
                              "sd-webui",
                              "ComfyUI",
                              "comfyui",
                              "comfy/ComfyUI",
                              "Documents/ComfyUI",
                              "Fooocus",
                              "StabilityMatrix",
                              ".local/share/StabilityMatrix",
                              "SwarmUI",
                              "invokeai",
                              "InvokeAI"};
  for (const char* name : kNames) folders.push_back(fs::path(*home) / name);
  return folders;
}

}  // namespace tstitch
