#include "tests/support/lists/published_list.h"

#include <array>
#include <map>
#include <memory>

#include <zlib.h>

#include "core/base/check.h"

namespace tstitch::test {
namespace {

std::string uncompressed(const std::string& path) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
  TSTITCH_CHECK(file, path);
  std::array<char, 1 << 16> part{};
  std::string text;
  int bytes = 0;
  while ((bytes = gzread(file.get(), part.data(), part.size())) > 0) text.append(part.data(), std::size_t(bytes));
  TSTITCH_CHECK(bytes == 0, path);
  return text;
}

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
  static const auto lines = lines_of(uncompressed(golden_folder + "/keys/lists.gz"));
  const auto line = lines.find(name);
  TSTITCH_CHECK(line != lines.end(), name);
  return nlohmann::json::parse(line->second);
}

}  // namespace tstitch::test
