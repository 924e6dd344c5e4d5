#include "core/models/known_files.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/models/lora_folder.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

constexpr int kDeepest = 4;
constexpr int kMostEntries = 20000;

bool holds_weights(const fs::path& file) {
  constexpr std::array<std::string_view, 5> kEndings{".safetensors", ".pt", ".pth", ".bin", ".ckpt"};
  const std::string ending = lower_case(file.extension().string());
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

/// The parts of a model are known by the model's name.
bool is_model_folder(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / "model_index.json", ignored) || fs::exists(folder / "config.json", ignored);
}

class Search {
 public:
  void look_into(const fs::path& folder, int depth) {
    if (is_model_folder(folder)) return;
    if (depth > 0 && !lora_folder_files(folder).empty()) files_.push_back({folder.filename().string(), folder});
    std::vector<fs::path> folders;
    std::error_code problem;
    for (fs::directory_iterator entry(folder, problem), end; !problem && entry != end; entry.increment(problem)) {
      if (++entries_ > kMostEntries) return;
      std::error_code ignored;
      if (entry->is_directory(ignored)) {
        folders.push_back(entry->path());
      } else if (holds_weights(entry->path()) && entry->is_regular_file(ignored)) {
        files_.push_back({entry->path().stem().string(), entry->path()});
      }
    }
    if (depth == kDeepest) return;
    for (const fs::path& inner : folders) look_into(inner, depth + 1);
  }

  std::vector<KnownFile> take() {
    std::sort(files_.begin(), files_.end(), [](const KnownFile& a, const KnownFile& b) { return a.path < b.path; });
    return std::move(files_);
  }

 private:
  std::vector<KnownFile> files_;
  int entries_ = 0;
};

bool is_named(const KnownFile& file, const std::string& name) {
  if (file.name == name) return true;
  if (name.find('/') == std::string::npos) return false;
  const std::string path = (file.path.parent_path() / file.name).generic_string();
  return path.ends_with("/" + name);
}

}  // namespace

std::vector<KnownFile> known_files(const std::vector<fs::path>& roots) {
  std::vector<KnownFile> all;
  for (const fs::path& root : roots) {
    Search search;
    search.look_into(root, 0);
    for (KnownFile& file : search.take()) all.push_back(std::move(file));
  }
  return all;
}

std::optional<ModelRole> role_of_file(const fs::path& file) {
  try {
    if (!lora_folder_files(file).empty()) return ModelRole::Lora;
    return identify_file(file).role;
  } catch (const BadInput&) {
    return std::nullopt;
  }
}

std::optional<fs::path> find_known_file(const std::vector<KnownFile>& files, const std::string& name,
                                        std::optional<ModelRole> role) {
  for (const KnownFile& file : files) {
    if (is_named(file, name) && (!role || role_of_file(file.path) == role)) return file.path;
  }
  return std::nullopt;
}

}  // namespace tstitch
