#include "core/weights/weight_source.h"

#include <algorithm>
#include <set>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/formats/byte_source.h"
#include "core/formats/shard_index.h"
#include "core/formats/weight_file_kind.h"
#include "core/formats/weight_files.h"
#include "core/weights/joined_source.h"
#include "core/weights/safetensors_source.h"
#include "core/weights/scaled_source.h"
#include "core/weights/tensor_reader.h"
#include "core/weights/torch_archive_source.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

WeightFileKind kind_of(const fs::path& file) {
  const FileBytes bytes(file, file.string());
  const auto first = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), kKindBytes));
  return weight_file_kind(bytes.text(0, first), bytes.size(), bytes.label());
}

/// One file as it is, without a look at how its weights are kept.
std::unique_ptr<WeightSource> open_plain(const fs::path& file) {
  if (kind_of(file) != WeightFileKind::Safetensors) return std::make_unique<TorchArchiveSource>(file);
  std::vector<std::unique_ptr<SafetensorsFile>> files;
  files.push_back(std::make_unique<SafetensorsFile>(file, file.string()));
  return std::make_unique<SafetensorsSource>(std::move(files), file.string());
}

std::unique_ptr<WeightSource> open_sharded(const fs::path& index) {
  const std::string label = index.string();
  const ShardIndex shards = read_shard_index(index, label);
  std::set<std::string> names;
  for (const auto& [tensor, shard] : shards.shard_of) names.insert(shard);
  std::vector<std::unique_ptr<WeightSource>> files;
  for (const std::string& name : names) {
    files.push_back(open_plain(index.parent_path() / name));
    for (const auto& [tensor, entry] : files.back()->entries()) {
      const auto listed = shards.shard_of.find(tensor);
      if (listed != shards.shard_of.end() && listed->second == name) continue;
      throw BadInput(concat("the shard \"", name, "\" holds the tensor ", in_quotes(tensor),
                            ", which the index does not place there."),
                     label);
    }
  }
  for (const auto& listed : shards.shard_of) {
    const bool held =
        std::any_of(files.begin(), files.end(), [&](const auto& f) { return f->entries().contains(listed.first); });
    if (held) continue;
    throw BadInput(concat("the shard \"", listed.second, "\" lacks the tensor ", in_quotes(listed.first), "."), label);
  }
  return with_scales(std::make_unique<JoinedSource>(std::move(files), label));
}

}  // namespace

double WeightSource::number(const std::string& name) const {
  require_one_number(name, entries().at(name).shape, label());
  return read(name, at::kFloat).item<double>();
}

std::unique_ptr<WeightSource> open_weights(const fs::path& folder, const std::string& stem,
                                           const std::string& variant) {
  const fs::path file = find_weights(folder, stem, variant);
  return file.extension() == ".json" ? open_sharded(file) : open_weight_file(file);
}

std::unique_ptr<WeightSource> open_weight_file(const fs::path& file) {
  return with_scales(open_plain(file));
}

}  // namespace tstitch
