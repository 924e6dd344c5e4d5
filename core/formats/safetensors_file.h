#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "core/formats/byte_source.h"
#include "core/formats/safetensors_header.h"

namespace tstitch {

/// An open safetensors file whose header was checked (safetensors_header.h).
class SafetensorsFile {
 public:
  /// Throws BadInput naming `label` when the file is missing, unreadable, of another kind, or breaks a rule.
  SafetensorsFile(const std::filesystem::path& path, std::string label);

  [[nodiscard]] const SafetensorsHeader& header() const { return header_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] const std::string& label() const { return bytes_.label(); }
  /// Copies `size` bytes of the data, from `offset` after its start; rules of ByteSource::read.
  void read(std::uint64_t offset, void* to, std::size_t size) const {
    bytes_.read(header_.data_start + offset, to, size);
  }
  /// The whole file; a tensor's bytes begin at header().data_start + its `begin`.
  [[nodiscard]] const FileBytes& bytes() const { return bytes_; }

 private:
  std::filesystem::path path_;
  FileBytes bytes_;
  SafetensorsHeader header_;
};

}  // namespace tstitch
