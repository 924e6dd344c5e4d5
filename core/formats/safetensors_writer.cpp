#include "core/formats/safetensors_writer.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& path, int error) {
  throw BadInput(concat("cannot be written: ", std::strerror(error), "."), path.string());
}

/// A file under a temporary name in the folder of its final one; removed unless it was committed.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::filesystem::path& final_path)
      : final_path_(final_path), name_(final_path.string() + ".XXXXXX") {
    descriptor_ = ::mkostemp(name_.data(), O_CLOEXEC);
    if (descriptor_ < 0) refuse(final_path_, errno);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!committed_) ::unlink(name_.c_str());
  }

  void write(const void* data, std::size_t size) const {
    const auto* bytes = static_cast<const char*>(data);
    while (size > 0) {
      const ssize_t count = ::write(descriptor_, bytes, size);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) refuse(final_path_, errno);
      bytes += count;
      size -= static_cast<std::size_t>(count);
    }
  }

  void commit() {
    constexpr mode_t kReadableByAll = 0644;
    if (::fchmod(descriptor_, kReadableByAll) != 0 || ::fsync(descriptor_) != 0) refuse(final_path_, errno);
    if (::close(std::exchange(descriptor_, -1)) != 0) refuse(final_path_, errno);
    if (::rename(name_.c_str(), final_path_.c_str()) != 0) refuse(final_path_, errno);
    committed_ = true;
  }

 private:
  const std::filesystem::path& final_path_;
  std::string name_;
  int descriptor_ = -1;
  bool committed_ = false;
};

std::uint64_t byte_size(const SafetensorsItem& item) {
  std::uint64_t bits = static_cast<std::uint64_t>(bits_of(item.type));
  for (const std::int64_t side : item.shape) {
    TSTITCH_CHECK(side >= 0 && !__builtin_mul_overflow(bits, static_cast<std::uint64_t>(side), &bits), item.name);
  }
  TSTITCH_CHECK(bits % 8 == 0, item.name);
  return bits / 8;
}

std::string header_text(const std::vector<const SafetensorsItem*>& items,
                        const std::map<std::string, std::string>& metadata) {
  auto header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::uint64_t begin = 0;
  for (const SafetensorsItem* item : items) {
    TSTITCH_CHECK(!header.contains(item->name), item->name);
    const std::uint64_t end = begin + byte_size(*item);
    header[item->name] = {{"dtype", name_of(item->type)}, {"shape", item->shape}, {"data_offsets", {begin, end}}};
    begin = end;
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  return text;
}

}  // namespace

void write_safetensors(const std::filesystem::path& path, const std::vector<SafetensorsItem>& items,
                       const std::map<std::string, std::string>& metadata) {
  std::vector<const SafetensorsItem*> sorted;
  sorted.reserve(items.size());
  for (const SafetensorsItem& item : items) sorted.push_back(&item);
  // Tensors without elements stand at the end, where they share their offset with no other.
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) {
    return std::tuple(byte_size(*a) == 0, -bits_of(a->type), a->name) <
           std::tuple(byte_size(*b) == 0, -bits_of(b->type), b->name);
  });
  const std::string text = header_text(sorted, metadata);
  std::array<char, 8> length{};
  for (std::size_t i = 0; i < length.size(); ++i) length[i] = static_cast<char>(std::uint64_t{text.size()} >> (8 * i));
  TemporaryFile file(path);
  file.write(length.data(), length.size());
  file.write(text.data(), text.size());
  for (const SafetensorsItem* item : sorted) file.write(item->data, byte_size(*item));
  file.commit();
}

}  // namespace tstitch
