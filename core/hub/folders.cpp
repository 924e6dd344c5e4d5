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

void require_room(const std::filesystem::path& folder, std::uintmax_t bytes, const std::string& what,
                  const std::string& hint) {
  constexpr std::uintmax_t kSpare = 16U << 20U;  // links, folders, the file system's own
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(folder, error);
  if (error || bytes == 0) return;
  const std::uintmax_t needed = bytes + kSpare;
  if (space.available >= needed) return;
  const auto megabytes = [](std::uintmax_t count) { return concat((count + 999'999) / 1'000'000, " MB"); };
  throw BadInput(concat(what, " need ", megabytes(needed), ", and ", megabytes(space.available), " are free there."),
                 folder.string(), hint);
}

}  // namespace tstitch
