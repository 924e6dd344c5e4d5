#include "core/formats/safetensors_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path, std::string label)
    : path_(path),
      label_(std::move(label)),
      descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
  if (descriptor_ < 0) throw BadInput(concat("cannot be opened: ", std::strerror(errno), "."), label_);
  try {
    read_header();
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

SafetensorsFile::~SafetensorsFile() {
  ::close(descriptor_);
}

void SafetensorsFile::read_header() {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) throw BadInput("is no regular file.", label_);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  std::array<char, 512> first{};
  const auto first_size = static_cast<std::size_t>(std::min<std::uint64_t>(size, first.size()));
  read_at(0, first.data(), first_size);
  const std::uint64_t length = safetensors_header_length({first.data(), first_size}, size, label_);
  std::string text(length, '\0');
  read_at(8, text.data(), text.size());
  header_ = parse_safetensors_header(text, size - 8 - length, label_);
}

void SafetensorsFile::read(std::uint64_t offset, void* to, std::size_t size) const {
  read_at(header_.data_start + offset, to, size);
}

void SafetensorsFile::read_at(std::uint64_t position, void* to, std::size_t size) const {
  auto* target = static_cast<char*>(to);
  while (size > 0) {
    const ssize_t count = ::pread(descriptor_, target, size, static_cast<off_t>(position));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw BadInput(concat("cannot be read: ", std::strerror(errno), "."), label_);
    if (count == 0) throw BadInput("ends early: it was shortened while it was read.", label_);
    target += count;
    position += static_cast<std::uint64_t>(count);
    size -= static_cast<std::size_t>(count);
  }
}

}  // namespace tstitch
