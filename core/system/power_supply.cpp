#include "core/system/power_supply.h"

#include <fstream>
#include <string>
#include <system_error>

namespace tstitch {
namespace fs = std::filesystem;

namespace {

/// The first word of a file; empty where it cannot be read.
std::string word_in(const fs::path& file) {
  std::ifstream in(file);
  std::string word;
  in >> word;
  return word;
}

}  // namespace

bool on_battery(const fs::path& supplies) {
  bool discharges = false;
  std::error_code problem;
  for (fs::directory_iterator entry(supplies, problem), end; !problem && entry != end; entry.increment(problem)) {
    const fs::path& supply = entry->path();
    const std::string type = word_in(supply / "type");
    // Batteries of mice and pens say so; what has no scope feeds the system.
    if (word_in(supply / "scope") == "Device") continue;
    if (type == "Battery") {
      discharges = discharges || word_in(supply / "status") == "Discharging";
    } else if (word_in(supply / "online") == "1") {
      return false;
    }
  }
  return discharges;
}

}  // namespace tstitch
