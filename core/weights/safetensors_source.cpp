#include "core/weights/safetensors_source.h"

#include <algorithm>

#include <ATen/ops/empty.h>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/weights/convert.h"
#include "core/weights/tensor_reader.h"

namespace tstitch {

SafetensorsSource::SafetensorsSource(std::vector<std::unique_ptr<SafetensorsFile>> files, std::string label)
    : files_(std::move(files)), label_(std::move(label)) {
  for (const auto& file : files_) {
    for (const auto& [name, tensor] : file->header().tensors) {
      const auto [other, is_new] = file_of_.emplace(name, file.get());
      if (!is_new) throw BadInput(concat("tensor ", name, " is also in ", other->second->label(), "."), file->label());
      entries_.emplace(name, Entry{tensor.shape, scalar_type_of(tensor.type)});
    }
  }
}

const SafetensorsFile& SafetensorsSource::file_of(const std::string& name) const {
  const auto file = file_of_.find(name);
  TSTITCH_CHECK(file != file_of_.end(), name);
  return *file->second;
}

std::vector<std::filesystem::path> SafetensorsSource::files() const {
  std::vector<std::filesystem::path> paths;
  for (const auto& file : files_) paths.push_back(file->path());
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::map<std::string, std::string> SafetensorsSource::metadata() const {
  return files_.size() == 1 ? files_.front()->header().metadata : std::map<std::string, std::string>();
}

std::vector<FileStamp> SafetensorsSource::stamps() const {
  std::vector<FileStamp> stamps;
  for (const auto& file : files_) stamps.push_back(file->bytes().stamp());
  std::sort(stamps.begin(), stamps.end());
  return stamps;
}

void SafetensorsSource::require_unchanged() const {
  for (const auto& file : files_) file->bytes().require_unchanged();
}

at::Tensor SafetensorsSource::read(const std::string& name, at::ScalarType type, const std::stop_token& stop) const {
  TSTITCH_CHECK(is_weight_type(type), type);
  const SafetensorsFile& file = file_of(name);
  const SafetensorsEntry& entry = file.header().tensors.at(name);
  at::Tensor tensor = at::empty(entry.shape, type);
  read_numbers({file.bytes(), name, file.header().data_start + entry.begin, entry.type}, tensor, stop);
  return tensor;
}

bool SafetensorsSource::read_part(const std::string& name, std::int64_t first, at::Tensor& target,
                                  const std::stop_token& stop) const {
  const SafetensorsFile& file = file_of(name);
  const SafetensorsEntry& entry = file.header().tensors.at(name);
  const std::uint64_t before = static_cast<std::uint64_t>(first) * static_cast<std::uint64_t>(bits_of(entry.type)) / 8;
  read_numbers({file.bytes(), name, file.header().data_start + entry.begin + before, entry.type}, target, stop);
  return true;
}

double SafetensorsSource::number(const std::string& name) const {
  const SafetensorsFile& file = file_of(name);
  const SafetensorsEntry& entry = file.header().tensors.at(name);
  require_one_number(name, entry.shape, file.label());
  return read_number({file.bytes(), name, file.header().data_start + entry.begin, entry.type});
}

}  // namespace tstitch
