#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/formats/safetensors_file.h"
#include "core/weights/weight_source.h"

namespace tstitch {

/// A network's tensors in one safetensors file or in several shards.
class SafetensorsSource : public WeightSource {
 public:
  /// Takes the tensors of all files. Throws BadInput when two files hold the same name.
  SafetensorsSource(std::vector<std::unique_ptr<SafetensorsFile>> files, std::string label);

  [[nodiscard]] const std::map<std::string, Entry>& entries() const override { return entries_; }
  [[nodiscard]] at::Tensor read(const std::string& name, at::ScalarType type,
                                const std::stop_token& stop = {}) const override;
  [[nodiscard]] bool read_part(const std::string& name, std::int64_t first, at::Tensor& target,
                               const std::stop_token& stop = {}) const override;
  [[nodiscard]] double number(const std::string& name) const override;
  [[nodiscard]] std::vector<std::filesystem::path> files() const override;
  [[nodiscard]] std::vector<FileStamp> stamps() const override;
  void require_unchanged() const override;
  [[nodiscard]] std::string label() const override { return label_; }
  [[nodiscard]] std::map<std::string, std::string> metadata() const override;

  /// The file that holds a tensor of entries().
  [[nodiscard]] const SafetensorsFile& file_of(const std::string& name) const;

 private:
  std::vector<std::unique_ptr<SafetensorsFile>> files_;
  std::string label_;
  std::map<std::string, Entry> entries_;
  std::map<std::string, const SafetensorsFile*> file_of_;
};

}  // namespace tstitch
