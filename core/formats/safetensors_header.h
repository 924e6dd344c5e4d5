#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tstitch {

/// The 22 element types of the format.
enum class SafetensorsType {
  F4,
  F6E2M3,
  F6E3M2,
  Bool,
  U8,
  I8,
  F8E5M2,
  F8E4M3,
  F8E8M0,
  F8E4M3Fnuz,
  F8E5M2Fnuz,
  I16,
  U16,
  F16,
  BF16,
  I32,
  U32,
  F32,
  F64,
  I64,
  U64,
  C64
};

/// The spelling in a header, `F16`.
std::string_view name_of(SafetensorsType type);
int bits_of(SafetensorsType type);

/// One tensor of a file: row-major, little-endian; `begin` and `end` in bytes from the start of the data.
struct SafetensorsEntry {
  SafetensorsType type = SafetensorsType::F32;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

struct SafetensorsHeader {
  std::map<std::string, SafetensorsEntry> tensors;
  std::map<std::string, std::string> metadata;  ///< values beyond 8 MiB in all are checked, but not kept
  std::uint64_t data_start = 0;                 ///< in the file: 8 + length of the header's text
};

/// The header's length from the file's first bytes (eight, or all where there are fewer) and its size; up to 512 bytes
/// let text files be named as what they are (a Git LFS pointer, a web page). Throws BadInput naming `file`.
std::uint64_t safetensors_header_length(std::string_view first_bytes, std::uint64_t file_size, const std::string& file);

/// Checks the header's text against the `data_size` bytes that follow it. The rules are those of the format's reference
/// reader (UTF-8, known types, every byte of the data belongs to exactly one tensor, sizes by overflow-checked
/// products; tensors without elements lie anywhere between others), and stricter where tools would read one file
/// differently: names are given once and the text begins with `{`. Bounds of ours, which keep the memory near the
/// header's own whatever the file turns out to be (published files have less than a third of it): 2^15 tensors, 2^18
/// dimensions and 2 MiB of names in all, 1 MiB a name; a value of metadata that is longer is read as empty. Throws
/// BadInput naming `file`.
SafetensorsHeader parse_safetensors_header(std::string text, std::uint64_t data_size, const std::string& file);

/// Both of the above for a whole file held in memory.
SafetensorsHeader parse_safetensors(std::string_view bytes, const std::string& file);

}  // namespace tstitch
