#include "core/system/file_identity.h"

#include <system_error>

#include <sys/stat.h>

namespace tstitch {

std::optional<FileIdentity> identity_of(const std::filesystem::path& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  std::error_code no_current_folder;
  FileIdentity identity;
  identity.path = std::filesystem::absolute(path, no_current_folder).lexically_normal();
  if (no_current_folder) identity.path = path.lexically_normal();
  identity.device = static_cast<std::uint64_t>(status.st_dev);
  identity.inode = static_cast<std::uint64_t>(status.st_ino);
  identity.size = static_cast<std::uint64_t>(status.st_size);
  identity.changed = std::int64_t{status.st_mtim.tv_sec} * kNanoseconds + status.st_mtim.tv_nsec;
  return identity;
}

}  // namespace tstitch
