#include "tests/support/key_list.h"

#include <fstream>
#include <functional>
#include <numeric>
#include <regex>

#include <nlohmann/json.hpp>

#include "core/base/check.h"
#include "core/formats/safetensors_header.h"
#include "tests/support/lists/published_list.h"
#include "tests/support/safetensors_bytes.h"

namespace tstitch::test {
namespace {

std::int64_t element_count(const std::vector<std::int64_t>& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<std::int64_t>());
}

/// `blocks.{0..27}.x` is written for twenty-eight names.
std::vector<std::string> spelled_out(const std::string& name) {
  static const std::regex kRange(R"((.*)\{(\d+)\.\.(\d+)\}(.*))");
  std::smatch parts;
  if (!std::regex_match(name, parts, kRange)) return {name};
  std::vector<std::string> names;
  for (int i = std::stoi(parts[2]); i <= std::stoi(parts[3]); ++i) {
    names.push_back(parts.str(1) + std::to_string(i) + parts.str(4));
  }
  return names;
}

}  // namespace

KeyList KeyList::load(const std::string& golden_folder, const std::string& name) {
  const auto json = published_list(golden_folder, name);
  KeyList list{json.at("config").dump(), {}};
  for (const auto& [written, shape] : json.at("tensors").items()) {
    for (const std::string& tensor : spelled_out(written))
      list.tensors[tensor] = shape.get<std::vector<std::int64_t>>();
  }
  return list;
}

std::int64_t KeyList::parameter_count() const {
  return std::accumulate(tensors.begin(), tensors.end(), std::int64_t{0},
                         [](std::int64_t sum, const auto& tensor) { return sum + element_count(tensor.second); });
}

void write_sparse_weights(const std::filesystem::path& path, const KeyList& keys, at::ScalarType type) {
  TSTITCH_CHECK(type == at::kFloat || type == at::kHalf);
  auto header = nlohmann::ordered_json::object();
  std::int64_t begin = 0;
  for (const auto& [name, shape] : keys.tensors) {
    const std::int64_t end = begin + element_count(shape) * static_cast<std::int64_t>(c10::elementSize(type));
    header[name] = {{"dtype", type == at::kHalf ? "F16" : "F32"}, {"shape", shape}, {"data_offsets", {begin, end}}};
    begin = end;
  }
  const std::string start = safetensors_bytes(header.dump());
  std::ofstream(path, std::ios::binary) << start;
  std::filesystem::resize_file(path, start.size() + static_cast<std::uintmax_t>(begin));
}

}  // namespace tstitch::test
