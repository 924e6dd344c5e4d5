#include "core/weights/weight_source.h"

#include <algorithm>
#include <set>
#include <system_error>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/formats/byte_source.h"
#include "core/formats/shard_index.h"
#include "core/formats/weight_file_kind.h"
#include "core/weights/safetensors_source.h"
#include "core/weights/tensor_reader.h"
#include "core/weights/torch_archive_source.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error) && !fs::is_directory(path, error);
}

/// File names by which diffusers and transformers save a network, plain or as a variant, whole or in shards.
std::vector<std::string> candidate_names(const std::string& stem, const std::string& variant) {
  if (variant.empty()) return {stem + ".safetensors", stem + ".safetensors.index.json"};
  return {concat(stem, ".", variant, ".safetensors"), concat(stem, ".safetensors.index.", variant, ".json"),
          concat(stem, ".", variant, ".safetensors.index.json")};
}

/// Empty when there is none.
std::string find_name(const fs::path& folder, const std::string& stem, const std::string& variant) {
  for (const std::string& name : candidate_names(stem, variant)) {
    if (is_file(folder / name)) return name;
  }
  return {};
}

std::unique_ptr<WeightSource> open_sharded(const fs::path& index) {
  const std::string label = index.string();
  const ShardIndex shards = read_shard_index(index, label);
  std::set<std::string> names;
  for (const auto& [tensor, shard] : shards.shard_of) names.insert(shard);
  std::vector<std::unique_ptr<SafetensorsFile>> files;
  for (const std::string& name : names) {
    const fs::path path = index.parent_path() / name;
    files.push_back(std::make_unique<SafetensorsFile>(path, path.string()));
    for (const auto& [tensor, entry] : files.back()->header().tensors) {
      const auto listed = shards.shard_of.find(tensor);
      if (listed != shards.shard_of.end() && listed->second == name) continue;
      throw BadInput(concat("the shard \"", name, "\" holds the tensor ", in_quotes(tensor),
                            ", which the index does not place there."),
                     label);
    }
  }
  for (const auto& listed : shards.shard_of) {
    const bool held = std::any_of(files.begin(), files.end(),
                                  [&](const auto& f) { return f->header().tensors.contains(listed.first); });
    if (held) continue;
    throw BadInput(concat("the shard \"", listed.second, "\" lacks the tensor ", in_quotes(listed.first), "."), label);
  }
  return std::make_unique<SafetensorsSource>(std::move(files), label);
}

WeightFileKind kind_of(const fs::path& file) {
  const FileBytes bytes(file, file.string());
  const auto first = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), kKindBytes));
  return weight_file_kind(bytes.text(0, first), bytes.size(), bytes.label());
}

/// Before safetensors, diffusers saved `<stem>.bin` and transformers `pytorch_model.bin`; empty where there is none.
fs::path find_archive(const fs::path& folder, const std::string& stem) {
  for (const std::string& name : {stem, std::string("pytorch_model")}) {
    for (const char* end : {".bin", ".fp16.bin"}) {
      if (is_file(folder / (name + end))) return folder / (name + end);
    }
  }
  return {};
}

}  // namespace

double WeightSource::number(const std::string& name) const {
  require_one_number(name, entries().at(name).shape, label());
  return read(name, at::kFloat).item<double>();
}

std::unique_ptr<WeightSource> open_weights(const fs::path& folder, const std::string& stem,
                                           const std::string& variant) {
  std::vector<std::string> variants{"", "fp16"};
  if (!variant.empty()) variants.insert(variants.begin(), variant);
  for (const std::string& each : variants) {
    const std::string name = find_name(folder, stem, each);
    if (name.empty()) continue;
    return name.ends_with(".json") ? open_sharded(folder / name) : open_weight_file(folder / name);
  }
  if (const fs::path archive = find_archive(folder, stem); !archive.empty()) return open_weight_file(archive);
  throw BadInput(concat("holds no ", stem, ".safetensors."), folder.string());
}

std::unique_ptr<WeightSource> open_weight_file(const fs::path& file) {
  if (kind_of(file) == WeightFileKind::TorchArchive) return std::make_unique<TorchArchiveSource>(file);
  std::vector<std::unique_ptr<SafetensorsFile>> files;
  files.push_back(std::make_unique<SafetensorsFile>(file, file.string()));
  return std::make_unique<SafetensorsSource>(std::move(files), file.string());
}

}  // namespace tstitch
