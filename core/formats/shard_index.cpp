#include "core/formats/shard_index.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <system_error>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/links.h"
#include "core/base/text.h"
#include "core/formats/text_file.h"

namespace tstitch {
namespace {

constexpr std::size_t kLongestIndex = 16U << 20U;
constexpr std::size_t kMostShards = 1024;

/// A name that cannot leave the index's folder on any system.
bool is_plain_shard_name(std::string_view name, std::string_view end) {
  const bool plain_characters = std::all_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20U && std::string_view("/\\:*?\"<>|").find(c) == std::string_view::npos;
  });
  return plain_characters && name.ends_with(end) && !name.starts_with('.') && name.size() <= 255;
}

/// The shards of `*.bin.index.json` are torch's files.
std::string_view end_of_shards(const std::filesystem::path& index) {
  return index.filename().string().find(".bin.") == std::string::npos ? ".safetensors" : ".bin";
}

void require_shard(const std::filesystem::path& index, const std::string& shard, const std::string& label) {
  const std::filesystem::path folder = index.parent_path();
  const std::string_view end = end_of_shards(index);
  if (!is_plain_shard_name(shard, end)) {
    throw BadInput(concat("names the shard ", in_quotes(shard), ", which is no plain name of a ", end, " file."),
                   label);
  }
  refuse_dangling(folder / shard);
  std::error_code error;
  if (!std::filesystem::is_regular_file(folder / shard, error)) {
    throw BadInput(concat("names the shard ", in_quotes(shard), ", which is missing."), label, "Fetch it as well.");
  }
}

}  // namespace

ShardIndex read_shard_index(const std::filesystem::path& index, const std::string& label) {
  const std::string text = read_text_file(index, kLongestIndex);
  const auto json = parse_bounded_json(text, label, JsonLimits{.bytes = kLongestIndex});
  if (!json.is_object() || !json.contains("weight_map") || !json["weight_map"].is_object()) {
    throw BadInput("is no shard index: it has no object weight_map.", label);
  }
  ShardIndex result;
  std::set<std::string> shards;
  for (const auto& [tensor, shard] : json["weight_map"].items()) {
    if (!shard.is_string()) throw BadInput(concat("weight_map gives no text for ", in_quotes(tensor), "."), label);
    const std::string& name = shard.get_ref<const std::string&>();
    if (shards.insert(name).second) require_shard(index, name, label);
    if (shards.size() > kMostShards) throw BadInput(concat("names more than ", kMostShards, " shards."), label);
    result.shard_of.emplace(tensor, name);
  }
  if (shards.empty()) throw BadInput("is an empty shard index.", label);
  return result;
}

}  // namespace tstitch
