#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/configs/weight_scales.h"
#include "core/weights/weight_source.h"

namespace tstitch {

/// A file whose weights are kept with a scale each (weight_scales.h), seen as the weights that they mean.
class ScaledSource : public WeightSource {
 public:
  ScaledSource(std::unique_ptr<WeightSource> file, WeightScales scales);

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
  std::unique_ptr<WeightSource> file_;
  WeightScales scales_;
  std::map<std::string, Entry> entries_;
};

/// The source itself where it has neither scales nor marks of them. Throws BadInput for other ways of quantising.
std::unique_ptr<WeightSource> with_scales(std::unique_ptr<WeightSource> file);

}  // namespace tstitch
