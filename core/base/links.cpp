#include "core/base/links.h"

#include <string>
#include <system_error>

#include "core/base/error.h"

namespace tstitch {
namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

bool is_dangling(const fs::path& path) {
  std::error_code ignored;
  return fs::is_symlink(fs::symlink_status(path, ignored)) && !fs::exists(path, ignored);
}

bool is_file_or_dangling(const fs::path& path) {
  std::error_code error;
  return is_dangling(path) || (fs::exists(path, error) && !fs::is_directory(path, error));
}

std::string_view absence_of(const fs::path& path) {
  return is_dangling(path) ? "is a link to a file that is not there (an unfinished download?)." : "is missing.";
}

void refuse_dangling(const fs::path& path) {
  if (is_dangling(path)) throw BadInput(std::string(absence_of(path)), path.string());
}

}  // namespace tstitch
