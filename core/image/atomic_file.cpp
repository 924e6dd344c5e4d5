#include "core/image/atomic_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void refuse(const fs::path& file, const char* step, int error) {
  throw BadInput(concat("could not ", step, ": ", std::strerror(error), "."), file.string(),
                 "Choose a place that can be written.");
}

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  [[nodiscard]] int get() const { return value_; }
  /// Closes and says whether the system took everything.
  bool close() { return ::close(std::exchange(value_, -1)) == 0; }

 private:
  int value_;
};

/// A file that disappears again unless it was given its final name.
class TemporaryFile {
 public:
  /// `shown` is what messages name.
  TemporaryFile(const fs::path& final, const fs::path& shown) : final_(final), shown_(shown), descriptor_(create()) {}
  ~TemporaryFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) refuse(shown_, "write the file", errno);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(descriptor_.get()) != 0) refuse(shown_, "flush the file to the disk", errno);
    if (!descriptor_.close()) refuse(shown_, "close the file", errno);
  }

  /// False when the final name is taken.
  bool take_free_name() {
    if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, final_.c_str(), RENAME_NOREPLACE) == 0) {
      path_.clear();
      return true;
    }
    if (errno == EEXIST) return false;
    if (errno != EINVAL && errno != ENOSYS) refuse(shown_, "name the file", errno);
    // File systems without that rename: a hard link refuses a taken name as well; the destructor drops the old one.
    if (::link(path_.c_str(), final_.c_str()) == 0) return true;
    if (errno == EEXIST) return false;
    refuse(shown_, "name the file", errno);
  }

  void replace_name() {
    if (::rename(path_.c_str(), final_.c_str()) != 0) refuse(shown_, "replace the file", errno);
    path_.clear();
  }

 private:
  int create() {
    std::random_device random;
    const std::string stem = concat(".", final_.filename().string().substr(0, 200), ".");
    for (int attempt = 0; attempt < 16; ++attempt) {
      path_ = final_.parent_path() / concat(stem, std::hex, random(), ".part");
      const int descriptor = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (descriptor >= 0) return descriptor;
      if (errno != EEXIST) break;
    }
    const int error = errno;
    path_.clear();
    refuse(shown_, "make a file there", error);
  }

  fs::path final_;
  fs::path shown_;
  fs::path path_;  ///< empty once there is nothing to remove
  Descriptor descriptor_;
};

/// Makes the new name itself durable. Not every file system can, and the picture is complete without it.
void flush_folder(const fs::path& file) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.get() >= 0) ::fsync(descriptor.get());
}

}  // namespace

NewFile write_new_file(const fs::path& file, std::string_view bytes) {
  TemporaryFile temporary(file, file);
  temporary.write(bytes);
  if (!temporary.take_free_name()) return NewFile::NameTaken;
  flush_folder(file);
  return NewFile::Written;
}

void replace_file(const fs::path& file, std::string_view bytes) {
  TemporaryFile temporary(file, file);
  temporary.write(bytes);
  temporary.replace_name();
  flush_folder(file);
}

void require_writable_folder(const fs::path& folder) {
  const TemporaryFile probe(folder / "probe", folder);
}

}  // namespace tstitch
