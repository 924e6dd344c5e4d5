#include "app/removed_folder.h"

#include <array>
#include <climits>

#include <fcntl.h>
#include <unistd.h>

namespace tstitch {

namespace {

int removed_folder = -1;  ///< open while the program is elsewhere

void leave_removed_folder() {
  std::array<char, PATH_MAX> path{};
  if (::getcwd(path.data(), path.size()) != nullptr) return;
  removed_folder = ::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (removed_folder >= 0 && ::chdir("/") != 0) removed_folder = -1;
}

/// Of a program, not of its libraries: called before any of theirs.
[[gnu::section(".preinit_array"), gnu::used]] void (*before_libraries)() = leave_removed_folder;

}  // namespace

void return_to_removed_folder() {
  if (removed_folder < 0) return;
  [[maybe_unused]] const int back = ::fchdir(removed_folder);
  ::close(removed_folder);
  removed_folder = -1;
}

}  // namespace tstitch
