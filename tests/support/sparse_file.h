#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

#include "core/formats/tensor_shapes.h"
#include "tests/support/safetensors_bytes.h"

namespace tstitch::test {

/// Writes a safetensors file with these tensors in fp16 whose data is one hole: full size, hardly any disk. Its folders
/// are made.
inline void write_sparse_file(const std::filesystem::path& file, const TensorShapes& tensors) {
  nlohmann::json header = nlohmann::json::object();
  std::int64_t end = 0;
  for (const auto& [name, shape] : tensors) {
    const std::int64_t begin = end;
    end += element_count(shape) * 2;
    header[name] = {{"dtype", "F16"}, {"shape", shape}, {"data_offsets", {begin, end}}};
  }
  std::filesystem::create_directories(file.parent_path());
  const std::string bytes = safetensors_bytes(header.dump());
  std::ofstream(file, std::ios::binary) << bytes;
  std::filesystem::resize_file(file, bytes.size() + static_cast<std::uint64_t>(end));
}

}  // namespace tstitch::test
