#include "core/formats/safetensors_file.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace tstitch {
namespace {

/// What a header's length is read from, and what tells text files.
constexpr std::uint64_t kFirstBytes = 512;

SafetensorsHeader read_header(const ByteSource& bytes) {
  const std::string first = bytes.text(0, std::min(bytes.size(), kFirstBytes));
  const std::uint64_t length = safetensors_header_length(first, bytes.size(), bytes.label());
  return parse_safetensors_header(bytes.text(8, length), bytes.size() - 8 - length, bytes.label());
}

}  // namespace

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path, std::string label)
    : path_(path), bytes_(path, std::move(label)), header_(read_header(bytes_)) {}

}  // namespace tstitch
