#include "core/local_engine/cache_file.h"

#include <fstream>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "core/base/text.h"

namespace tstitch {
namespace fs = std::filesystem;

nlohmann::json read_cache_file(const fs::path& file) {
  std::ifstream in(file);
  nlohmann::json content = in ? nlohmann::json::parse(in, nullptr, false) : nlohmann::json();
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
