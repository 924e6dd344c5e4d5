#include "core/formats/byte_source.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/links.h"
#include "core/base/text.h"

namespace tstitch {

std::string ByteSource::text(std::uint64_t position, std::size_t size) const {
  std::string bytes(size, '\0');
  read(position, bytes.data(), bytes.size());
  return bytes;
}

FileBytes::FileBytes(const std::filesystem::path& path, std::string label)
    : ByteSource(std::move(label)), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
  if (descriptor_ < 0 && errno == ENOENT) throw BadInput(std::string(absence_of(path)), this->label());
  if (descriptor_ < 0) throw BadInput(concat("cannot be opened: ", std::strerror(errno), "."), this->label());
  struct stat status = {};
  if (::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(descriptor_);
    throw BadInput(S_ISDIR(status.st_mode) ? "is a folder, not a file." : "is no regular file.", this->label());
  }
  stamp_ = stamp_of(descriptor_, path).value_or(FileStamp{});
}

FileBytes::~FileBytes() {
  ::close(descriptor_);
}

void FileBytes::read(std::uint64_t position, void* to, std::size_t size) const {
  auto* target = static_cast<char*>(to);
  while (size > 0) {
    const ssize_t count = ::pread(descriptor_, target, size, static_cast<off_t>(position));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw BadInput(concat("cannot be read: ", std::strerror(errno), "."), label());
    if (count == 0) throw BadInput("ends early: it was shortened while it was read.", label());
    target += count;
    position += static_cast<std::uint64_t>(count);
    size -= static_cast<std::size_t>(count);
  }
}

void FileBytes::require_unchanged() const {
  if (stamp_of(descriptor_, stamp_.path) == stamp_) return;
  throw BadInput("was changed while it was read.", label(), "Try again when nothing writes to it.");
}

void MemoryBytes::read(std::uint64_t position, void* to, std::size_t size) const {
  if (position > bytes_.size() || size > bytes_.size() - position) throw BadInput("ends early.", label());
  std::memcpy(to, bytes_.data() + position, size);
}

}  // namespace tstitch
