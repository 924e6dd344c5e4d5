#include "core/discovery/place_search.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <sys/stat.h>

#include "core/base/links.h"
#include "core/base/text.h"
#include "core/formats/sha256.h"
#include "core/models/lora_folder.h"
#include "core/system/file_stamp.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

constexpr int kDeepest = 8;
constexpr std::size_t kMostPlaces = 20'000;
constexpr std::size_t kMostEntries = 100'000;  ///< of one folder

bool holds_weights(const fs::path& file) {
  constexpr std::array<std::string_view, 6> kEndings{".safetensors", ".sft", ".ckpt", ".pt", ".pth", ".bin"};
  return std::find(kEndings.begin(), kEndings.end(), lower_case(file.extension().string())) != kEndings.end();
}

/// The weights of a part that its library saved, beside its config.json.
bool are_of_part(const std::string& file) {
  return file.starts_with("diffusion_pytorch_model") || file.starts_with("pytorch_model") ||
         file.starts_with("model.") || file.starts_with("model-");
}

/// What programs keep beside models and is none of ours.
bool is_passed_over(const std::string& name) {
  constexpr std::array<std::string_view, 6> kNames{"__pycache__", "venv",         "node_modules",
                                                   "blobs",       "model_images", "site-packages"};
  return name.starts_with(".") || std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

}  // namespace

/// What lies directly in a folder, by names.
struct PlaceSearch::Entries {
  std::vector<std::string> folders;
  std::vector<std::string> files;
  bool has_index = false;
  bool has_config = false;
  bool has_lora = false;
  bool may_be_program = false;
};

PlaceSearch::Entries PlaceSearch::entries_of(const fs::path& folder) {
  Entries entries;
  std::error_code problem;
  std::size_t count = 0;
  for (fs::directory_iterator entry(folder, problem), end; !problem && entry != end; entry.increment(problem)) {
    if (++count > kMostEntries) break;
    const std::string name = entry->path().filename().string();
    std::error_code ignored;
    if (entry->is_directory(ignored)) {
      entries.may_be_program |= name == "models" || name == "Models" || name == "Data" || name == "hub" ||
                                name == "databases" || name.starts_with("models--");
      entries.has_lora |= name == "unet" || name.starts_with("text_encoder");
      if (!is_passed_over(name)) entries.folders.push_back(name);
      continue;
    }
    entries.has_index |= name == "model_index.json";
    entries.has_config |= name == "config.json";
    entries.has_lora |= name.starts_with("pytorch_lora_weights") || name.starts_with("adapter_model");
    entries.may_be_program |= name.starts_with("extra_model") || name == "invokeai.yaml";
    if (holds_weights(name)) entries.files.push_back(name);
  }
  std::sort(entries.folders.begin(), entries.folders.end());
  std::sort(entries.files.begin(), entries.files.end());
  return entries;
}

std::vector<SearchedPlace> PlaceSearch::in(const fs::path& folder, const std::string& program) {
  places_.clear();
  ProgramFolders found = program_folders(folder, environment_);
  if (found.program.empty()) {
    found.program = program;
    found.folders = {folder};
  }
  program_ = found.program;
  search(found);
  return std::move(places_);
}

void PlaceSearch::search(const ProgramFolders& found) {
  const ProgramFolders* const outer = std::exchange(found_, &found);
  for (const fs::path& folder : found.folders) {
    const auto name = found.names.find(folder);
    look_into(folder, name == found.names.end() ? "" : name->second, 0);
  }
  for (const fs::path& record : found.files) {
    const auto name = found.names.find(record);
    take_record(record, name == found.names.end() ? "" : name->second);
  }
  found_ = outer;
}

/// A model that a program's records name: a file, or a folder that is one.
void PlaceSearch::take_record(const fs::path& path, const std::string& name) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    look_into(path, name, kDeepest);
  } else if (fs::is_regular_file(path, ignored) && holds_weights(path)) {
    take(path, PlaceKind::File, name);
  }
}

bool PlaceSearch::is_new(const fs::path& folder) {
  struct stat status = {};
  if (::stat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return false;
  return seen_.emplace(status.st_dev, status.st_ino).second;
}

void PlaceSearch::take(const fs::path& path, PlaceKind kind, const std::string& name) {
  if (places_.size() >= kMostPlaces || !taken_.insert(path).second) return;
  const auto known = found_->names.find(path);
  places_.push_back(
      {path, kind, found_->program, known == found_->names.end() ? name : known->second, found_->holds_others});
}

void PlaceSearch::look_into(const fs::path& folder, const std::string& name, int depth) {
  if (!is_new(folder)) return;
  const Entries entries = entries_of(folder);
  if (entries.has_index) return take(folder, PlaceKind::Pipeline, name);
  if (entries.may_be_program && depth > 0 && depth < kDeepest) {
    const ProgramFolders inner = program_folders(folder, environment_);
    if (!inner.program.empty()) return search(inner);
  }
  if (entries.has_config && std::any_of(entries.files.begin(), entries.files.end(), are_of_part))
    return take(folder, PlaceKind::Part, name);
  if (entries.has_lora && !lora_folder_files(folder).empty()) return take(folder, PlaceKind::LoraFolder, name);
  for (const std::string& file : entries.files) {
    // Of a repository with several things in it each is told by its path inside.
    take(folder / file, PlaceKind::File, name.empty() ? name : concat(name, "/", fs::path(file).stem().string()));
  }
  if (depth >= kDeepest) return;
  for (const std::string& inner : entries.folders) {
    look_into(folder / inner, name.empty() ? name : concat(name, "/", inner), depth + 1);
  }
}

std::string stamp_text(const SearchedPlace& place) {
  if (place.kind == PlaceKind::File) {
    const std::optional<FileStamp> stamp = stamp_at(place.path);
    if (!stamp) return is_dangling(place.path) ? "dangling" : "";
    return concat(stamp->size, '|', stamp->changed, '|', stamp->inode);
  }
  std::string text = place_stamp(place.path);
  std::error_code problem;
  std::vector<fs::path> folders;
  for (fs::directory_iterator entry(place.path, problem), end; !problem && entry != end; entry.increment(problem)) {
    std::error_code ignored;
    if (entry->is_directory(ignored)) folders.push_back(entry->path());
  }
  std::sort(folders.begin(), folders.end());
  for (const fs::path& folder : folders) text += place_stamp(folder);
  return text.empty() ? text : sha256_of(text);
}

}  // namespace tstitch
