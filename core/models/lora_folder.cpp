#include "core/models/lora_folder.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <system_error>

#include "core/base/text.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 3> kParts{"unet", "text_encoder", "text_encoder_2"};
constexpr std::string_view kPeftStem = "adapter_model";
constexpr int kMostEntries = 1'000;

/// The file of that name with either ending.
std::optional<fs::path> weights_in(const fs::path& folder, std::string_view stem) {
  std::error_code ignored;
  for (const char* end : {".safetensors", ".bin"}) {
    fs::path file = folder / concat(stem, end);
    if (fs::is_regular_file(file, ignored)) return file;
  }
  return std::nullopt;
}

/// peft's file in the folder, or in the only one of the folders in it that has one.
std::optional<fs::path> peft_weights_in(const fs::path& folder) {
  if (auto file = weights_in(folder, kPeftStem)) return file;
  std::optional<fs::path> found;
  std::error_code problem;
  int entries = 0;
  for (fs::directory_iterator entry(folder, problem), end; !problem && entry != end; entry.increment(problem)) {
    std::error_code ignored;
    if (++entries > kMostEntries || !entry->is_directory(ignored)) continue;
    const auto file = weights_in(entry->path(), kPeftStem);
    if (file && found) return std::nullopt;
    if (file) found = file;
  }
  return found;
}

bool is_part(const fs::path& folder) {
  return std::find(kParts.begin(), kParts.end(), folder.filename().string()) != kParts.end();
}

/// The folder of a part that the file lies in, as deep as peft_weights_in() looks.
std::optional<fs::path> part_folder_of(const fs::path& file) {
  if (file.stem() != kPeftStem) return std::nullopt;
  const fs::path folder = file.parent_path();
  if (is_part(folder)) return folder;
  if (is_part(folder.parent_path())) return folder.parent_path();
  return std::nullopt;
}

}  // namespace

std::vector<LoraFolderFile> lora_folder_files(const fs::path& folder) {
  for (const std::string_view stem : {std::string_view("pytorch_lora_weights"), kPeftStem}) {
    if (const auto file = weights_in(folder, stem)) return {lora_folder_file(*file)};
  }
  std::vector<LoraFolderFile> files;
  for (const std::string_view part : kParts) {
    if (const auto file = peft_weights_in(folder / part)) files.push_back({*file, concat(part, '.')});
  }
  return files;
}

LoraFolderFile lora_folder_file(const fs::path& file) {
  const auto part = part_folder_of(file);
  return {file, part ? concat(part->filename().string(), '.') : std::string()};
}

fs::path lora_folder_of(const fs::path& file) {
  const auto part = part_folder_of(file);
  return part ? part->parent_path() : file.parent_path();
}

}  // namespace tstitch
