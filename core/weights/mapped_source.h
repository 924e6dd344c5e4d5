#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/formats/tensor_map.h"
#include "core/weights/weight_source.h"

namespace tstitch {

/// A part of a file in another layout, seen under our names.
class MappedSource : public WeightSource {
 public:
  /// Every origin must be a tensor of `file`.
  MappedSource(std::shared_ptr<const WeightSource> file, TensorMap map);

  [[nodiscard]] const std::map<std::string, Entry>& entries() const override { return entries_; }
  [[nodiscard]] at::Tensor read(const std::string& name, at::ScalarType type,
                                const std::stop_token& stop = {}) const override;
  [[nodiscard]] bool read_part(const std::string& name, std::int64_t first, at::Tensor& target,
                               const std::stop_token& stop = {}) const override;
  [[nodiscard]] double number(const std::string& name) const override;
  [[nodiscard]] std::vector<std::filesystem::path> files() const override { return file_->files(); }
  [[nodiscard]] std::vector<FileStamp> stamps() const override { return file_->stamps(); }
  void require_unchanged() const override { file_->require_unchanged(); }
  [[nodiscard]] std::string label() const override { return file_->label(); }
  [[nodiscard]] std::map<std::string, std::string> metadata() const override { return file_->metadata(); }

 private:
  std::shared_ptr<const WeightSource> file_;
  TensorMap map_;
  std::map<std::string, Entry> entries_;
};

/// Names and shapes of a source.
TensorShapes shapes_of(const WeightSource& source);

}  // namespace tstitch
