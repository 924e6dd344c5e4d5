#include "tests/support/lists/compressed_text.h"

#include <array>
#include <memory>

#include <zlib.h>

#include "core/base/check.h"

namespace tstitch::test {

std::string compressed_text(const std::string& path) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
  TSTITCH_CHECK(file, path);
  std::array<char, 1 << 16> part{};
  std::string text;
  int bytes = 0;
  while ((bytes = gzread(file.get(), part.data(), part.size())) > 0) text.append(part.data(), std::size_t(bytes));
  TSTITCH_CHECK(bytes == 0, path);
  return text;
}

}  // namespace tstitch::test
