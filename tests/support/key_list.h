#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace tstitch::test {

/// A checkpoint without its numbers: the text of its config.json and the shape of every tensor.
struct KeyList {
  std::string config;
  std::map<std::string, std::vector<std::int64_t>> tensors;

  /// A list of tests/golden/keys; the folder is the test program's TSTITCH_GOLDEN_DIR.
  static KeyList load(const std::string& golden_folder, const std::string& name);

  [[nodiscard]] std::int64_t parameter_count() const;
};

/// Writes a safetensors file with these tensors whose data is one hole of zeros: full size, hardly any disk.
void write_sparse_weights(const std::filesystem::path& path, const KeyList& keys, at::ScalarType type);

}  // namespace tstitch::test
