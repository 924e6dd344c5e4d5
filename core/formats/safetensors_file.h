#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "core/formats/safetensors_header.h"

namespace tstitch {

/// An open safetensors file whose header was checked (safetensors_header.h). Never mapped into memory: a file that is
/// shortened later gives BadInput, not a signal.
class SafetensorsFile {
 public:
  /// Throws BadInput naming `label` when the file is missing, unreadable, of another kind, or breaks a rule.
  SafetensorsFile(const std::filesystem::path& path, std::string label);
  ~SafetensorsFile();
  SafetensorsFile(const SafetensorsFile&) = delete;
  SafetensorsFile& operator=(const SafetensorsFile&) = delete;

  [[nodiscard]] const SafetensorsHeader& header() const { return header_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] const std::string& label() const { return label_; }

  /// Copies `size` bytes of the data, from `offset` after its start. May be called from several threads at once. Throws
  /// BadInput when they cannot be read any more.
  void read(std::uint64_t offset, void* to, std::size_t size) const;

 private:
  void read_at(std::uint64_t position, void* to, std::size_t size) const;
  void read_header();

  std::filesystem::path path_;
  std::string label_;
  int descriptor_;
  SafetensorsHeader header_;
};

}  // namespace tstitch
