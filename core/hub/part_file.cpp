#include "core/hub/part_file.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <system_error>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "core/base/text.h"
#include "core/image/atomic_file.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

fs::path with_suffix(const fs::path& file, const char* suffix) {
  fs::path longer = file;
  longer += suffix;
  return longer;
}

/// The same file still has that name: the one who had it before may have renamed or removed it.
bool is_named(int file, const fs::path& name) {
  struct stat opened = {};
  struct stat named = {};
  return ::fstat(file, &opened) == 0 && ::lstat(name.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
         opened.st_dev == named.st_dev;
}

void flush_folder(const fs::path& folder) {
  const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return;
  ::fsync(opened);
  ::close(opened);
}

const char* hint_for(int reason) {
  if (reason == ENOSPC || reason == EDQUOT) return "Make room and fetch again: what is here is kept.";
  if (reason == EFBIG) return "Allow larger files (ulimit -f) and fetch again: what is here is kept.";
  if (reason == ENOENT) return "Its folder was removed meanwhile: fetch again.";
  return "";
}

}  // namespace

PartFile::PartFile(const fs::path& final_name, const ContentHash& hash, const std::stop_token& stop)
    : final_(final_name), part_(with_suffix(final_name, ".part")), kind_(hash.kind) {
  constexpr std::chrono::milliseconds kTurn{100};
  for (;;) {
    file_ = ::open(part_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (file_ < 0) refuse("open");
    if (::flock(file_, LOCK_EX | LOCK_NB) == 0 && is_named(file_, part_)) break;
    ::close(file_);
    file_ = -1;
    stop_point(stop);
    std::this_thread::sleep_for(kTurn);
  }
  struct stat facts = {};
  if (::fstat(file_, &facts) != 0) refuse("read");
  size_ = facts.st_size;
  if (kind_ == ContentHash::Kind::Sha256) take_in(stop);
}

PartFile::~PartFile() {
  if (file_ >= 0) ::close(file_);
}

void PartFile::refuse(const char* doing) const {
  const int reason = errno;
  throw BadInput(concat("cannot ", doing, " the file: ", std::generic_category().message(reason), "."), part_.string(),
                 hint_for(reason));
}

fs::path PartFile::note() const {
  return with_suffix(part_, ".etag");
}

std::string PartFile::etag() const {
  std::ifstream in(note());
  std::string etag;
  std::getline(in, etag);
  return etag;
}

void PartFile::remember_etag(const std::string& etag) const {
  // Weak ones do not promise equal bytes and are not allowed in If-Range (RFC 9110, 13.1.5).
  if (etag.empty() || etag.starts_with("W/")) {
    std::error_code ignored;
    fs::remove(note(), ignored);
  } else {
    replace_file(note(), etag);
  }
}

void PartFile::append(std::string_view bytes) {
  if (digest_ && hashed_ == size_) {
    digest_->add(bytes.data(), bytes.size());
    hashed_ += static_cast<std::int64_t>(bytes.size());
  }
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file_, bytes.data(), bytes.size(), size_);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) refuse("write");
    size_ += written;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void PartFile::clear() {
  if (::ftruncate(file_, 0) != 0) refuse("empty");
  size_ = 0;
  hashed_ = 0;
  digest_.reset();
  if (kind_ == ContentHash::Kind::Sha256) digest_.emplace(DigestKind::Sha256);
}

std::string PartFile::head() const {
  std::array<char, 64> bytes{};
  const ssize_t got = ::pread(file_, bytes.data(), bytes.size(), 0);
  return got > 0 ? std::string(bytes.data(), static_cast<std::size_t>(got)) : std::string();
}

void PartFile::take_in(const std::stop_token& stop) {
  if (!digest_) {
    digest_.emplace(DigestKind::Sha256);
    hashed_ = 0;
  }
  std::vector<char> piece(1U << 20U);
  while (hashed_ < size_) {
    stop_point(stop);
    const ssize_t got = ::pread(file_, piece.data(), piece.size(), hashed_);
    if (got <= 0) refuse("read");
    digest_->add(piece.data(), static_cast<std::size_t>(got));
    hashed_ += got;
  }
}

std::string PartFile::hash(const std::stop_token& stop) {
  if (kind_ == ContentHash::Kind::GitBlob) return hash_of_file(kind_, part_, stop);
  take_in(stop);
  std::string hex = digest_->hex();
  digest_.reset();
  return hex;
}

void PartFile::finish() {
  if (::fsync(file_) != 0) refuse("flush");
  if (::rename(part_.c_str(), final_.c_str()) != 0) refuse("rename");
  flush_folder(final_.parent_path());
  std::error_code ignored;
  fs::remove(note(), ignored);
}

void PartFile::remove() {
  std::error_code ignored;
  fs::remove(note(), ignored);
  fs::remove(part_, ignored);
}

}  // namespace tstitch
