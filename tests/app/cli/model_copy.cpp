#include "tests/app/cli/model_copy.h"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "core/formats/safetensors_file.h"
#include "core/formats/safetensors_writer.h"

namespace tstitch::test {
namespace fs = std::filesystem;

namespace {

StoredTensors tensors_of(const fs::path& path) {
  const SafetensorsFile file(path, path.string());
  StoredTensors tensors;
  for (const auto& [name, entry] : file.header().tensors) {
    StoredTensor tensor{entry.type, entry.shape, std::string(entry.end - entry.begin, '\0')};
    file.read(entry.begin, tensor.bytes.data(), tensor.bytes.size());
    tensors.emplace(name, std::move(tensor));
  }
  return tensors;
}

}  // namespace

StoredTensor StoredTensor::zeros(SafetensorsType type, std::vector<std::int64_t> shape) {
  std::size_t bytes = static_cast<std::size_t>(bits_of(type)) / 8;
  for (const std::int64_t side : shape) bytes *= static_cast<std::size_t>(side);
  return {type, std::move(shape), std::string(bytes, '\0')};
}

void write_tensors(const fs::path& file, const StoredTensors& tensors) {
  std::vector<SafetensorsItem> items;
  for (const auto& [name, tensor] : tensors) items.push_back({name, tensor.type, tensor.shape, tensor.bytes.data()});
  write_safetensors(file, items);
}

PairCopy::PairCopy(const fs::path& folder) : folder_(folder) {
  const fs::path original = TSTITCH_SOURCE_DIR "/models/miniature";
  for (const char* part : {"large", "small"}) {
    for (const auto& entry : fs::recursive_directory_iterator(original / part)) {
      const fs::path copy = folder / entry.path().lexically_relative(original);
      if (entry.is_directory()) {
        fs::create_directories(copy);
      } else {
        fs::create_directories(copy.parent_path());
        fs::create_symlink(entry.path(), copy);
      }
    }
  }
}

std::string PairCopy::read(const std::string& inner) const {
  std::ifstream in(folder_ / inner, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void PairCopy::write(const std::string& inner, const std::string& bytes) const {
  fs::remove(folder_ / inner);
  std::ofstream(folder_ / inner, std::ios::binary) << bytes;
}

void PairCopy::remove(const std::string& inner) const {
  if (fs::remove_all(folder_ / inner) == 0) throw std::runtime_error("nothing to remove: " + inner);
}

void PairCopy::truncate(const std::string& inner, std::size_t bytes) const {
  write(inner, read(inner).substr(0, bytes));
}

void PairCopy::replace(const std::string& inner, const std::string& from, const std::string& to) const {
  std::string text = read(inner);
  const std::size_t at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error(inner + " does not contain " + from);
  write(inner, text.replace(at, from.size(), to));
}

void PairCopy::change_tensors(const std::string& inner, const std::function<void(StoredTensors&)>& change) const {
  StoredTensors tensors = tensors_of(folder_ / inner);
  change(tensors);
  fs::remove(folder_ / inner);
  write_tensors(folder_ / inner, tensors);
}

}  // namespace tstitch::test
