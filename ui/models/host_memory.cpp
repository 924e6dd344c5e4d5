#include "ui/models/host_memory.h"

#include <fstream>
#include <string>

namespace tstitch::ui {

std::optional<std::int64_t> freeHostMemory() {
  constexpr std::int64_t kKibibyte = 1024;
  std::ifstream file("/proc/meminfo");
  std::string key;
  std::int64_t kibibytes = 0;
  std::string unit;
  while (file >> key >> kibibytes) {
    if (key == "MemAvailable:") return kibibytes * kKibibyte;
    std::getline(file, unit);
  }
  return std::nullopt;
}

}  // namespace tstitch::ui
