#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/weights/weight_source.h"

namespace tstitch {

/// A network's tensors in several files, its shards.
class JoinedSource : public WeightSource {
 public:
  /// Throws BadInput when two files hold the same name.
  JoinedSource(std::vector<std::unique_ptr<WeightSource>> files, std::string label);

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

 private:
  std::vector<std::unique_ptr<WeightSource>> files_;
  std::string label_;
  std::map<std::string, Entry> entries_;
  std::map<std::string, const WeightSource*> file_of_;
};

}  // namespace tstitch
