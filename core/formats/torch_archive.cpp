#include "core/formats/torch_archive.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/formats/checksum.h"
#include "core/formats/pickle.h"
#include "core/formats/torch_legacy.h"
#include "core/formats/torch_tensors.h"
#include "core/formats/zip_directory.h"

namespace tstitch {
namespace {

constexpr std::uint64_t kLongestPickle = 32U << 20U;
constexpr std::uint64_t kLongestNote = 64;  ///< of the records `byteorder` and `version`

constexpr std::string_view kPickleName = "data.pkl";
constexpr std::string_view kStorageFolder = "data/";

/// The one folder that all records lie in, with its slash.
std::string folder_of(const ZipDirectory& records, const ByteSource& file) {
  std::vector<std::string> folders;
  for (const auto& [name, entry] : records) {
    const std::size_t slash = name.find('/');
    if (slash != std::string::npos && std::string_view(name).substr(slash + 1) == kPickleName) {
      folders.push_back(name.substr(0, slash + 1));
    }
  }
  if (folders.size() > 1) throw BadInput("holds more than one pickle of tensors.", file.label());
  if (folders.empty()) {
    throw BadInput("is a zip archive, but not one of torch.save (it holds no data.pkl).", file.label(),
                   "If models were zipped for sending, unpack it first.");
  }
  for (const auto& [name, entry] : records) {
    if (!name.starts_with(folders.front())) {
      throw BadInput(concat("holds ", in_quotes(name), " outside its folder ", in_quotes(folders.front()), "."),
                     file.label());
    }
  }
  return folders.front();
}

/// TorchScript keeps its code beside the tensors; what that code would do is not for a reader of weights.
void refuse_programs(const ZipDirectory& records, const std::string& folder, const ByteSource& file) {
  const bool program = records.contains(folder + "constants.pkl") ||
                       std::any_of(records.begin(), records.end(), [&](const auto& record) {
                         return std::string_view(record.first).substr(folder.size()).starts_with("code/");
                       });
  if (program) {
    throw BadInput("is a TorchScript program, whose code is never run.", file.label(),
                   "Choose the model's weights (.safetensors, or torch.save of its state_dict).");
  }
}

bool is_big_endian(const ZipDirectory& records, const std::string& folder, const ByteSource& file) {
  const auto record = records.find(folder + "byteorder");
  if (record == records.end()) return false;  // written since torch 2.1
  const std::string order = file.text(record->second.begin, std::min(record->second.size, kLongestNote));
  if (trimmed(order) == "big") return true;
  if (trimmed(order) == "little") return false;
  throw BadInput(concat("says that its bytes are in the order ", in_quotes(order), "; little or big was expected."),
                 file.label());
}

std::string pickle_text(const ZipEntry& record, const ByteSource& file) {
  if (record.size > kLongestPickle) {
    throw BadInput(concat("its pickle is ", record.size, " bytes long; at most ", kLongestPickle, " are read."),
                   file.label());
  }
  std::string text = file.text(record.begin, static_cast<std::size_t>(record.size));
  if (record.crc != 0 && crc32_of(text) != record.crc) {
    throw BadInput("its pickle does not match its checksum.", file.label(), "The file is damaged; fetch it again.");
  }
  return text;
}

StorageTable storages_in(const ZipDirectory& records, const std::string& folder) {
  const std::string start = concat(folder, kStorageFolder);
  StorageTable storages;
  for (auto record = records.lower_bound(start); record != records.end() && record->first.starts_with(start);
       ++record) {
    storages.emplace(record->first.substr(start.size()), StorageBytes{record->second.begin, record->second.size});
  }
  return storages;
}

}  // namespace

bool TorchTensor::is_contiguous() const {
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return true;
  std::int64_t expected = 1;
  for (std::size_t i = shape.size(); i > 0; --i) {
    if (shape[i - 1] != 1 && strides[i - 1] != expected) return false;
    expected *= shape[i - 1];
  }
  return true;
}

TorchArchive read_torch_archive(const ByteSource& file) {
  if (is_torch_legacy(file.text(0, static_cast<std::size_t>(std::min<std::uint64_t>(file.size(), kLongestNote))))) {
    return read_torch_legacy(file);
  }
  const ZipDirectory records = read_zip_directory(file);
  const std::string folder = folder_of(records, file);
  refuse_programs(records, folder, file);
  const bool big_endian = is_big_endian(records, folder, file);
  const std::string text = pickle_text(records.at(concat(folder, kPickleName)), file);
  const Pickle pickle = read_pickle(text, file.label());
  TorchArchive archive = tensors_of(pickle, storages_in(records, folder), file);
  archive.is_big_endian = big_endian;
  return archive;
}

}  // namespace tstitch
