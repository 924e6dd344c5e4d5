#include "core/system/processor.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "core/base/text.h"

namespace tstitch {

HalfArithmetic half_arithmetic(const std::filesystem::path& facts) {
  std::ifstream in(facts);
  for (std::string line; std::getline(in, line);) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos || trimmed(std::string_view(line).substr(0, colon)) != "flags") continue;
    const std::vector<std::string> flags = split(std::string_view(line).substr(colon + 1), ' ');
    const auto has = [&](const char* flag) { return std::find(flags.begin(), flags.end(), flag) != flags.end(); };
    return {has("avx512_fp16") || has("amx_fp16"), has("avx512_bf16") || has("amx_bf16")};
  }
  return {};
}

}  // namespace tstitch
