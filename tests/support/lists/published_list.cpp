#include "tests/support/lists/published_list.h"

#include <map>

#include "core/base/check.h"
#include "tests/support/lists/compressed_text.h"

namespace tstitch::test {
namespace {

/// name -> JSON.
std::map<std::string, std::string> lines_of(const std::string& text) {
  std::map<std::string, std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const std::size_t blank = text.find(' ', at);
    TSTITCH_CHECK(blank < end && end != std::string::npos);
    lines[text.substr(at, blank - at)] = text.substr(blank + 1, end - blank - 1);
    at = end + 1;
  }
  return lines;
}

}  // namespace

nlohmann::json published_list(const std::string& golden_folder, const std::string& name) {
  static const auto lines = lines_of(compressed_text(golden_folder + "/keys/lists.gz"));
  const auto line = lines.find(name);
  TSTITCH_CHECK(line != lines.end(), name);
  return nlohmann::json::parse(line->second);
}

}  // namespace tstitch::test
