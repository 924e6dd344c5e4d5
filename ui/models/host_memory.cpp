#include "ui/models/host_memory.h"

#include <fstream>
#include <string>
#include <string_view>

#include "core/base/number_text.h"

namespace tstitch::ui {

std::optional<std::int64_t> freeHostMemory() {
  constexpr std::int64_t kKibibyte = 1024;
  std::ifstream file("/proc/meminfo");
  constexpr std::string_view kKey = "MemAvailable:";
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(kKey)) continue;
    const auto kibibytes = leading_number<std::int64_t>(line.substr(kKey.size()));
    return kibibytes ? std::optional(*kibibytes * kKibibyte) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace tstitch::ui
