#include "core/system/cache_file.h"

#include <fstream>
#include <iterator>
#include <string>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "core/base/bounded_json.h"
#include "core/base/text.h"

namespace tstitch {
namespace fs = std::filesystem;

nlohmann::json read_cache_file(const fs::path& file) {
  std::ifstream in(file);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  nlohmann::json content = parse_json(text);
  return content.is_object() ? content : nlohmann::json::object();
}

void write_cache_file(const fs::path& file, const nlohmann::json& content) {
  std::error_code problem;
  fs::create_directories(file.parent_path(), problem);
  const fs::path draft = file.string() + concat(".", ::getpid(), ".tmp");
  std::ofstream out(draft);
  out << content.dump(1) << '\n';
  out.close();
  if (out) fs::rename(draft, file, problem);
  if (!out || problem) fs::remove(draft, problem);
}

}  // namespace tstitch
