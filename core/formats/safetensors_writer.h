#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/formats/safetensors_header.h"

namespace tstitch {

/// A tensor to write: row-major, little-endian bytes, as many as its shape and type take; they must stay alive until
/// the call returns.
struct SafetensorsItem {
  std::string name;
  SafetensorsType type = SafetensorsType::F32;
  std::vector<std::int64_t> shape;
  const void* data = nullptr;
};

/// Writes a file as the format's reference writer does (larger types first, then by name; header padded to a multiple
/// of 8 bytes) under a temporary name beside it, flushes it to the disk and renames it: under the final name there is
/// the old file, none, or a whole new one. Throws BadInput naming the path when it cannot be written.
void write_safetensors(const std::filesystem::path& path, const std::vector<SafetensorsItem>& items,
                       const std::map<std::string, std::string>& metadata = {});

}  // namespace tstitch
