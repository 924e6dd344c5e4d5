#include "core/hub/folders.h"

#include <system_error>

#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {
namespace fs = std::filesystem;

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw BadInput(concat("the folder cannot be made: ", error.message(), "."), folder.string());
}

std::int64_t size_of(const fs::path& file) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(file, error);
  return error ? 0 : static_cast<std::int64_t>(size);
}

}  // namespace tstitch
