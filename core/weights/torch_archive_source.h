#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/formats/byte_source.h"
#include "core/formats/torch_archive.h"
#include "core/weights/weight_source.h"

namespace tstitch {

/// The tensors of a file that torch.save wrote (torch_archive.h). Views that are not contiguous become so when read.
class TorchArchiveSource : public WeightSource {
 public:
  /// Throws BadInput naming the file.
  explicit TorchArchiveSource(const std::filesystem::path& path);

  [[nodiscard]] const std::map<std::string, Entry>& entries() const override { return entries_; }
  [[nodiscard]] at::Tensor read(const std::string& name, at::ScalarType type,
                                const std::stop_token& stop = {}) const override;
  [[nodiscard]] bool read_part(const std::string& name, std::int64_t first, at::Tensor& target,
                               const std::stop_token& stop = {}) const override;
  [[nodiscard]] double number(const std::string& name) const override;
  [[nodiscard]] std::vector<std::filesystem::path> files() const override { return {path_}; }
  [[nodiscard]] std::vector<FileStamp> stamps() const override { return {bytes_.stamp()}; }
  void require_unchanged() const override { bytes_.require_unchanged(); }
  [[nodiscard]] std::string label() const override { return bytes_.label(); }

 private:
  std::filesystem::path path_;
  FileBytes bytes_;
  TorchArchive archive_;
  std::map<std::string, Entry> entries_;
};

}  // namespace tstitch
