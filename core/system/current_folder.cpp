#include "core/system/current_folder.h"

#include <system_error>

#include "core/base/error.h"

namespace tstitch {

std::filesystem::path absolute_path(const std::filesystem::path& path) {
  std::error_code problem;
  std::filesystem::path whole = std::filesystem::absolute(path, problem);
  if (!problem) return whole;
  throw BadInput("begins in the current folder, which is not there any more.", path.string(),
                 "Give the path from the root.");
}

}  // namespace tstitch
