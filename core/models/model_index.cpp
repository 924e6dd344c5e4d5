#include "core/models/model_index.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>

#include "core/base/error.h"
#include "core/base/links.h"
#include "core/base/text.h"
#include "core/configs/config_text.h"
#include "core/configs/foreign_kinds.h"
#include "core/configs/pipeline_index.h"
#include "core/formats/shard_index.h"
#include "core/formats/text_file.h"
#include "core/formats/weight_files.h"
#include "core/models/hub_cache.h"
#include "core/models/known_files.h"
#include "core/models/lora_folder.h"
#include "core/models/model_identity.h"
#include "core/models/pair_manifest.h"
#include "core/models/repository_manifest.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

/// A part of a diffusers folder and the file that says what it is.
struct Part {
  std::string_view folder;
  std::string_view config;
};

constexpr std::array kNeededParts{Part{"vae", "config.json"}, Part{"scheduler", "scheduler_config.json"}};
constexpr std::array kTextParts{Part{"text_encoder", "config.json"}, Part{"tokenizer", "tokenizer_config.json"}};
constexpr std::array kSecondTextParts{Part{"text_encoder_2", "config.json"},
                                      Part{"tokenizer_2", "tokenizer_config.json"}};

constexpr std::string_view kExpected =
    "a diffusers folder (model_index.json), a network folder (config.json) or a file of weights";

/// SDXL has two text encoders, its refiner only the second, class-conditional models none, all others only the first.
std::vector<Part> needed_parts(const fs::path& place, const PipelineIndex& index) {
  std::vector<Part> parts{{index.denoiser(), "config.json"}};
  for (const Part& part : kNeededParts) {
    // An index may say that its pipeline was saved without an autoencoder.
    if (part.folder != "vae" || !index.absent.contains("vae")) parts.push_back(part);
  }
  if (!index.takes_text()) return parts;
  if (!index.absent.contains("text_encoder")) parts.insert(parts.end(), kTextParts.begin(), kTextParts.end());
  if (index.parts.contains("text_encoder_2") || is_folder(place / "text_encoder_2")) {
    parts.insert(parts.end(), kSecondTextParts.begin(), kSecondTextParts.end());
  }
  return parts;
}

std::string class_of(const ModelIdentity& identity) {
  switch (identity.role) {
    case ModelRole::Denoiser:
      return identity.family.starts_with("dit") ? "DiTTransformer2DModel" : "UNet2DConditionModel";
    case ModelRole::Autoencoder:
      return identity.family == "taesd" ? "AutoencoderTiny" : identity.family == "vq-vae" ? "VQModel" : "AutoencoderKL";
    case ModelRole::ControlNet:
      return "ControlNetModel";
    case ModelRole::Adapter:
      return "T2IAdapter";
    default:
      return phrase_of(identity.role);
  }
}

void require_parts(const fs::path& place, const PipelineIndex& index) {
  for (const Part& part : needed_parts(place, index)) {
    const fs::path config = place / part.folder / part.config;
    if (is_file(config)) continue;
    refuse_dangling(place / part.folder);
    refuse_dangling(config);
    const bool has_folder = is_folder(place / part.folder);
    throw BadInput(
        concat("This diffusers folder lacks ", has_folder ? "the config of its part " : "the part ", part.folder, "."),
        config.string(), "A part is never taken from the other model; copy the missing files.");
  }
}

ModelKind kind_of_class(const std::string& name, const fs::path& config) {
  using Class = std::pair<std::string_view, ModelKind>;
  constexpr std::array kClasses{
      Class{"UNet2DConditionModel", ModelKind::NetworkFolder}, Class{"DiTTransformer2DModel", ModelKind::NetworkFolder},
      Class{"Transformer2DModel", ModelKind::NetworkFolder},   Class{"AutoencoderKL", ModelKind::VaeFolder},
      Class{"AutoencoderTiny", ModelKind::VaeFolder},          Class{"VQModel", ModelKind::VaeFolder},
      Class{"ControlNetModel", ModelKind::ControlNetFolder},   Class{"T2IAdapter", ModelKind::AdapterFolder}};
  std::vector<std::string> names;
  for (const auto& [known, kind] : kClasses) {
    if (known == name) return kind;
    names.emplace_back(known);
  }
  const std::string_view what = foreign_class(name);
  if (what.empty()) {
    throw BadInput(concat("_class_name is ", name, "; expected one of ", join(names, ", "), "."), config.string());
  }
  throw BadInput(concat("is the config of ", what, " (", name, "), which is not taken here; expected one of ",
                        join(names, ", "), "."),
                 config.string());
}

bool says_little(const std::string& name) {
  constexpr std::array<std::string_view, 6> kNames{"unet", "vae", "large", "small", "transformer", "weights"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

std::vector<fs::path> manifests_in(const fs::path& root) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(root, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() == ".json" && is_file(entry->path())) files.push_back(entry->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void append_pairs(const fs::path& root, const RepositoryIndex& repositories, std::vector<PairEntry>& pairs,
                  std::vector<std::string>* problems) {
  for (const fs::path& file : manifests_in(root)) {
    try {
      pairs.push_back(read_manifest(file, &repositories));
    } catch (const BadInput& problem) {
      if (problems != nullptr) problems->push_back(problem.sentence());
    }
  }
}

/// `ssd-1b`, or `ssd-1b/unet` for a path inside; none when no description has that name.
std::optional<fs::path> locate_in_repository(const std::string& place, const std::vector<fs::path>& roots) {
  const RepositoryIndex repositories(roots, hub_cache_folder());
  const std::string name = place.substr(0, place.find('/'));
  const RepositoryEntry* entry = repositories.find(name);
  if (entry == nullptr) return std::nullopt;
  const std::optional<fs::path> folder = repositories.folder(*entry);
  if (!folder) throw BadInput(concat(not_here_sentence(name), "."), place);
  const std::string inside = place == name ? entry->model : place.substr(name.size() + 1);
  return inside.empty() ? *folder : *folder / inside;
}

std::string known_names(const std::vector<PairEntry>& pairs) {
  std::vector<std::string> names;
  names.reserve(pairs.size());
  for (const PairEntry& pair : pairs) names.push_back(pair.name);
  return names.empty() ? "No name is known." : concat("Known names: ", join(names, ", "), ".");
}

}  // namespace

TensorShapes part_shapes(const fs::path& folder) {
  const fs::path file = find_weights(folder, "diffusion_pytorch_model");
  if (file.extension() != ".json") return read_tensor_shapes(file);
  TensorShapes shapes;
  std::set<std::string> shards;
  for (const auto& [tensor, shard] : read_shard_index(file, file.string()).shard_of) shards.insert(shard);
  for (const std::string& shard : shards) shapes.merge(read_tensor_shapes(folder / shard));
  return shapes;
}

std::string class_of_folder(const fs::path& folder) {
  const fs::path config = folder / "config.json";
  const std::string text = read_text_file(config, kLongestConfig);
  if (tells_class(text, config.string())) return class_name_of(text, config.string());
  return class_of(identify_tensors(part_shapes(folder), config.string()));
}

ModelKind identify_model(const fs::path& place) {
  refuse_dangling(place);
  if (!is_there(place))
    throw BadInput(concat("There is nothing at this path; expected ", kExpected, "."), place.string());
  if (is_file(place)) return ModelKind::WeightFile;
  if (!is_folder(place)) throw BadInput(concat("This is neither; expected ", kExpected, "."), place.string());
  if (const fs::path index = place / "model_index.json"; is_file(index)) {
    require_parts(place, parse_pipeline_index(read_text_file(index, kLongestConfig), index.string()));
    return ModelKind::DiffusersFolder;
  }
  refuse_dangling(place / "model_index.json");
  const fs::path config = place / "config.json";
  refuse_dangling(config);
  if (!is_file(config)) {
    if (!lora_folder_files(place).empty()) return ModelKind::LoraFolder;
    throw BadInput(concat("The folder holds neither model_index.json nor config.json; expected ", kExpected, "."),
                   place.string());
  }
  return kind_of_class(class_of_folder(place), config);
}

std::string display_name(const fs::path& place) {
  const fs::path normal = fs::path(place).lexically_normal();
  // A path that ends in a separator has an empty last part.
  const fs::path model = normal.has_filename() ? normal : normal.parent_path();
  std::string last = model.filename().string();
  const fs::path parent = model.parent_path();
  if (!says_little(last) || parent.filename().empty()) return last;
  return concat(display_name(parent), "/", last);
}

std::vector<PairEntry> known_pairs(const std::vector<fs::path>& roots, std::vector<std::string>* problems) {
  const RepositoryIndex repositories(roots, hub_cache_folder(), problems);
  std::vector<std::vector<PairEntry>> by_root;
  std::set<std::string> seen;
  for (const fs::path& root : roots) {
    std::vector<PairEntry> found;
    append_pairs(root, repositories, found, problems);
    const auto is_repeated = [&](const PairEntry& pair) { return !seen.insert(pair.name).second; };
    found.erase(std::remove_if(found.begin(), found.end(), is_repeated), found.end());
    by_root.push_back(std::move(found));
  }
  std::vector<PairEntry> pairs;
  for (auto found = by_root.rbegin(); found != by_root.rend(); ++found) {
    pairs.insert(pairs.end(), found->begin(), found->end());
  }
  std::stable_partition(pairs.begin(), pairs.end(), [](const PairEntry& pair) { return pair.repositories.empty(); });
  return pairs;
}

void require_here(const PairEntry& pair) {
  if (!pair.not_here.empty()) throw BadInput(concat(pair.not_here, "."), pair.name);
}

const PairEntry* pair_named(const std::vector<PairEntry>& pairs, std::string_view name) {
  const auto found = std::find_if(pairs.begin(), pairs.end(), [&](const PairEntry& pair) { return pair.name == name; });
  return found == pairs.end() ? nullptr : &*found;
}

fs::path locate_model(const std::string& place, const std::vector<fs::path>& roots, PairRole role) {
  if (!place.empty() && (is_there(place) || is_dangling(place))) return place;
  const std::vector<PairEntry> pairs = known_pairs(roots);
  if (const PairEntry* pair = pair_named(pairs, place)) {
    require_here(*pair);
    return role == PairRole::Large ? pair->large : pair->small;
  }
  if (is_inner_path(place)) {
    for (const fs::path& root : roots) {
      if (is_there(root / place) || is_dangling(root / place)) return root / place;
    }
    if (const auto found = locate_in_repository(place, roots)) return *found;
    if (const auto found = find_known_file(known_files(roots), place)) return *found;
  }
  throw BadInput("There is nothing at this path, and no known model has this name.", place, known_names(pairs));
}

}  // namespace tstitch
