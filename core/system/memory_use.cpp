#include "core/system/memory_use.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

namespace tstitch {

namespace {

namespace fs = std::filesystem;

constexpr int kMostGenerations = 4;

std::int64_t resident_bytes_of(const fs::path& process) {
  std::ifstream file(process / "statm");
  std::int64_t all = 0;
  std::int64_t resident = 0;
  if (!(file >> all >> resident)) return 0;
  return resident * ::sysconf(_SC_PAGESIZE);
}

/// Each thread has the children that it started.
std::int64_t resident_bytes_of_family(const fs::path& process, int generations) {
  std::int64_t sum = resident_bytes_of(process);
  std::error_code gone;
  for (const fs::directory_entry& thread : fs::directory_iterator(process / "task", gone)) {
    std::ifstream children(thread.path() / "children");
    for (std::string child; generations > 0 && children >> child;) {
      sum += resident_bytes_of_family(fs::path("/proc") / child, generations - 1);
    }
  }
  return sum;
}

}  // namespace

std::int64_t resident_bytes_with_children() {
  return resident_bytes_of_family("/proc/self", kMostGenerations);
}

}  // namespace tstitch
