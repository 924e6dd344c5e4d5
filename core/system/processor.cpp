#include "core/system/processor.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <vector>

#include "core/base/text.h"

namespace tstitch {

namespace {

/// The value of the first line `key : value`; empty where there is none.
std::string first_value(const std::filesystem::path& facts, std::string_view key) {
  std::ifstream in(facts);
  for (std::string line; std::getline(in, line);) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos || trimmed(std::string_view(line).substr(0, colon)) != key) continue;
    return std::string(trimmed(std::string_view(line).substr(colon + 1)));
  }
  return {};
}

/// What the processor has, by the kernel's words.
class Features {
 public:
  explicit Features(const std::filesystem::path& facts) : flags_(split(first_value(facts, "flags"), ' ')) {}

  [[nodiscard]] bool has(std::string_view flag) const {
    return std::find(flags_.begin(), flags_.end(), flag) != flags_.end();
  }

 private:
  std::vector<std::string> flags_;
};

}  // namespace

HalfArithmetic half_arithmetic(const std::filesystem::path& facts) {
  const Features features(facts);
  return {features.has("avx512_fp16") || features.has("amx_fp16"),
          features.has("avx512_bf16") || features.has("amx_bf16")};
}

ProcessorFacts processor_facts(const std::filesystem::path& facts) {
  constexpr std::array kOfUse{"avx",         "avx2",        "fma",      "avx512f",  "avx512_vnni",
                              "avx512_bf16", "avx512_fp16", "amx_bf16", "amx_fp16", "amx_tile"};
  ProcessorFacts known{.name = first_value(facts, "model name"), .features = {}};
  const Features features(facts);
  for (const char* feature : kOfUse) {
    if (features.has(feature)) known.features.emplace_back(feature);
  }
  return known;
}

std::string processor_identity(const std::filesystem::path& facts) {
  const ProcessorFacts known = processor_facts(facts);
  std::string identity;
  for (const char* key : {"vendor_id", "cpu family", "model", "stepping", "model name"}) {
    identity += concat(first_value(facts, key), ' ');
  }
  identity += join(known.features, " ");
  return is_valid_utf8(identity) ? identity : join(known.features, " ");
}

}  // namespace tstitch
