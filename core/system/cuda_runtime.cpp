#include "core/system/cuda_runtime.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/links.h"
#include "core/base/text.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kMostBytes = std::int64_t{1} << 40U;
constexpr std::size_t kMostArchives = 100;

class ListReader {
 public:
  explicit ListReader(std::string file) : file_(std::move(file)) {}

  CudaRuntime read(const nlohmann::json& list) const {
    if (!list.is_object() || !list.contains("cuda_runtime") || list.at("cuda_runtime") != 1) {
      refuse("\"cuda_runtime\": 1 was expected");
    }
    CudaRuntime runtime;
    runtime.name = text_in(list, "name");
    const bool is_plain = !runtime.name.empty() && runtime.name.front() != '.' &&
                          runtime.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") == std::string::npos;
    if (!is_plain) refuse("\"name\" is to be of small letters, digits, dots and hyphens");
    runtime.unpacked_bytes = bytes_in(list, "unpacked_bytes");
    const std::string from = text_in(list, "from");
    if (!list.contains("archives") || !list.at("archives").is_array()) refuse("a list \"archives\" was expected");
    const nlohmann::json& archives = list.at("archives");
    if (archives.empty() || archives.size() > kMostArchives) refuse("it names no archives, or too many");
    for (const nlohmann::json& each : archives) {
      if (!each.is_object()) refuse("each of \"archives\" is to be an object");
      runtime.archives.push_back({from + text_in(each, "path"), hash_in(each), bytes_in(each, "bytes")});
    }
    return runtime;
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw BadInput(concat("is no list of CUDA libraries: ", what, "."), file_);
  }

  std::string text_in(const nlohmann::json& object, const char* key) const {
    if (!object.contains(key) || !object.at(key).is_string()) refuse(concat("a text \"", key, "\" was expected"));
    return object.at(key).get<std::string>();
  }

  std::int64_t bytes_in(const nlohmann::json& object, const char* key) const {
    const bool is_count = object.contains(key) && object.at(key).is_number_integer() && object.at(key) > 0;
    if (!is_count || object.at(key) > kMostBytes) refuse(concat("\"", key, "\" is to be a number of bytes"));
    return object.at(key).get<std::int64_t>();
  }

  std::string hash_in(const nlohmann::json& object) const {
    std::string hash = text_in(object, "sha256");
    if (hash.size() != 64 || hash.find_first_not_of("0123456789abcdef") != std::string::npos) {
      refuse("\"sha256\" is to be 64 hexadecimal digits");
    }
    return hash;
  }

  std::string file_;
};

}  // namespace

std::int64_t CudaRuntime::download_bytes() const {
  std::int64_t sum = 0;
  for (const CudaArchive& archive : archives) sum += archive.bytes;
  return sum;
}

bool CudaRuntime::is_in(const fs::path& folder) const {
  return is_folder(torch_libraries(folder));
}

CudaRuntime read_cuda_runtime(const fs::path& list) {
  std::ifstream in(list, std::ios::binary);
  if (!in) throw BadInput("the list of CUDA libraries cannot be read.", list.string(), "Install the program again.");
  std::string text(JsonLimits{}.bytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return ListReader(list.string()).read(parse_bounded_json(text, list.string()));
}

}  // namespace tstitch
