#include "core/weights/torch_archive_source.h"

#include <ATen/ops/empty.h>

#include "core/base/check.h"
#include "core/weights/convert.h"
#include "core/weights/tensor_reader.h"

namespace tstitch {

TorchArchiveSource::TorchArchiveSource(const std::filesystem::path& path)
    : path_(path), bytes_(path, path.string()), archive_(read_torch_archive(bytes_)) {
  for (const auto& [name, tensor] : archive_.tensors) {
    entries_.emplace(name, Entry{tensor.shape, scalar_type_of(tensor.type)});
  }
}

at::Tensor TorchArchiveSource::read(const std::string& name, at::ScalarType type, const std::stop_token& stop) const {
  TSTITCH_CHECK(is_weight_type(type), type);
  const auto found = archive_.tensors.find(name);
  TSTITCH_CHECK(found != archive_.tensors.end(), name);
  const TorchTensor& tensor = found->second;
  const bool contiguous = tensor.is_contiguous();
  const auto width = static_cast<std::uint64_t>(bits_of(tensor.type)) / 8;
  const auto reach = static_cast<std::int64_t>((tensor.end - tensor.begin) / width);
  at::Tensor numbers = at::empty(contiguous ? tensor.shape : std::vector<std::int64_t>{reach}, type);
  read_numbers({bytes_, name, tensor.begin, tensor.type, archive_.is_big_endian}, numbers, stop);
  return contiguous ? numbers : numbers.as_strided(tensor.shape, tensor.strides).contiguous();
}

bool TorchArchiveSource::read_part(const std::string& name, std::int64_t first, at::Tensor& target,
                                   const std::stop_token& stop) const {
  const TorchTensor& tensor = archive_.tensors.at(name);
  if (!tensor.is_contiguous()) return false;
  const std::uint64_t before = static_cast<std::uint64_t>(first) * static_cast<std::uint64_t>(bits_of(tensor.type)) / 8;
  read_numbers({bytes_, name, tensor.begin + before, tensor.type, archive_.is_big_endian}, target, stop);
  return true;
}

double TorchArchiveSource::number(const std::string& name) const {
  const TorchTensor& tensor = archive_.tensors.at(name);
  require_one_number(name, tensor.shape, label());
  return read_number({bytes_, name, tensor.begin, tensor.type, archive_.is_big_endian});
}

}  // namespace tstitch
