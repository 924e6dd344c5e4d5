#include "core/system/file_stamp.h"

#include <algorithm>
#include <system_error>

#include <sys/stat.h>

#include "core/base/text.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

FileStamp stamp_from(const struct stat& status, const fs::path& path) {
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  FileStamp stamp;
  std::error_code no_current_folder;
  stamp.path = fs::absolute(path, no_current_folder).lexically_normal();
  if (no_current_folder) stamp.path = path.lexically_normal();
  stamp.size = static_cast<std::uint64_t>(status.st_size);
  stamp.changed = std::int64_t{status.st_mtim.tv_sec} * kNanoseconds + status.st_mtim.tv_nsec;
  stamp.inode = static_cast<std::uint64_t>(status.st_ino);
  return stamp;
}

}  // namespace

std::optional<FileStamp> stamp_of(int descriptor, const fs::path& path) {
  struct stat status = {};
  if (::fstat(descriptor, &status) != 0) return std::nullopt;
  return stamp_from(status, path);
}

std::optional<FileStamp> stamp_at(const fs::path& path) {
  const auto identity = identity_of(path);
  return identity ? std::optional(identity->stamp) : std::nullopt;
}

std::optional<FileIdentity> identity_of(const fs::path& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return FileIdentity{stamp_from(status, path), static_cast<std::uint64_t>(status.st_dev)};
}

std::string text_of(const FileStamp& stamp) {
  return concat(stamp.path.string(), '\x1d', stamp.size, '\x1d', stamp.changed, '\x1d', stamp.inode);
}

std::string text_of(const std::vector<FileStamp>& stamps) {
  std::string text;
  for (const FileStamp& stamp : stamps) text += text_of(stamp) + '\x1e';
  return text;
}

std::string place_stamp(const fs::path& place) {
  if (const auto file = stamp_at(place)) return text_of(*file);
  std::vector<FileStamp> stamps;
  std::error_code problem;
  for (fs::directory_iterator entry(place, problem), end; !problem && entry != end; entry.increment(problem)) {
    if (const auto file = stamp_at(entry->path())) stamps.push_back(*file);
  }
  std::sort(stamps.begin(), stamps.end());
  return text_of(stamps);
}

std::vector<fs::path> paths_of(const std::vector<FileStamp>& stamps) {
  std::vector<fs::path> paths;
  paths.reserve(stamps.size());
  for (const FileStamp& stamp : stamps) paths.push_back(stamp.path);
  return paths;
}

}  // namespace tstitch
