#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace tstitch {

/// `*.safetensors.index.json` or `*.bin.index.json`: which file of the same folder holds which tensor.
struct ShardIndex {
  std::map<std::string, std::string> shard_of;  ///< tensor -> file name
};

/// Reads and checks an index; `label` is what messages call it. Throws BadInput naming the index (and the shard) for
/// text that is no index, and for a shard that is no plain name of a .safetensors (or .bin) file lying beside the
/// index: a folder or drive in it, `..`, a missing file.
ShardIndex read_shard_index(const std::filesystem::path& index, const std::string& label);

}  // namespace tstitch
