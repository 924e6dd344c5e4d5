#include "core/discovery/invoke_records.h"

#include <memory>
#include <system_error>

#ifdef TSTITCH_HAS_SQLITE
#include <sqlite3.h>
#endif
#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/links.h"
#include "core/base/text.h"
#include "core/discovery/yaml_text.h"
#include "core/formats/text_file.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostRecords = 10'000;

std::string text_at(const YAML::Node& map, const char* key) {
  const YAML::Node value = map[key];
  return value.IsDefined() && value.IsScalar() ? value.Scalar() : std::string();
}

/// The last part of `sd-1/main/NAME`, the keys of version 3.
std::string name_of_key(const std::string& key) {
  const std::size_t slash = key.rfind('/');
  return slash == std::string::npos ? key : key.substr(slash + 1);
}

/// Version 3.0 says `models_dir`, those before and after put it under `InvokeAI: Paths:`.
std::string models_folder_in(const YAML::Node& root) {
  if (!root.IsMap()) return {};
  if (std::string plain = text_at(root, "models_dir"); !plain.empty()) return plain;
  const YAML::Node invoke = root["InvokeAI"];
  if (!invoke.IsDefined() || !invoke.IsMap()) return {};
  const YAML::Node paths = invoke["Paths"];
  return paths.IsDefined() && paths.IsMap() ? text_at(paths, "models_dir") : std::string();
}

#ifdef TSTITCH_HAS_SQLITE

/// A path as an address of SQLite's: what has a meaning there is written as its number.
std::string address_of(const fs::path& file) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string address = "file:";
  for (const char letter : fs::absolute(file).string()) {
    if (letter != '%' && letter != '?' && letter != '#') {
      address += letter;
      continue;
    }
    const auto code = static_cast<unsigned char>(letter);
    address += {'%', kDigits[code >> 4U], kDigits[code & 15U]};
  }
  return address + "?immutable=1";  // no lock, no journal: nothing appears beside the file
}

class Database {
 public:
  explicit Database(const fs::path& file) {
    sqlite3* opened = nullptr;
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(address_of(file).c_str(), &opened, flags, nullptr) == SQLITE_OK) {
      sqlite3_limit(opened, SQLITE_LIMIT_LENGTH, 1 << 20);
      usable_ = true;
    }
    database_.reset(opened);
  }

  /// The first column of a query, row by row; a query that fails has none.
  [[nodiscard]] std::vector<std::string> texts(const char* query) const {
    std::vector<std::string> rows;
    sqlite3_stmt* made = nullptr;
    if (!usable_ || sqlite3_prepare_v2(database_.get(), query, -1, &made, nullptr) != SQLITE_OK) return rows;
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(made, sqlite3_finalize);
    while (rows.size() < kMostRecords && sqlite3_step(made) == SQLITE_ROW) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(made, 0));
      if (text != nullptr) rows.emplace_back(text);
    }
    return rows;
  }

 private:
  std::unique_ptr<sqlite3, int (*)(sqlite3*)> database_{nullptr, sqlite3_close};
  bool usable_ = false;
};

std::vector<InvokeRecord> records_in_database(const fs::path& file, const fs::path& models) {
  std::vector<InvokeRecord> records;
  if (!is_file(file)) return records;
  const Database database(file);
  for (const char* query : {"SELECT config FROM models", "SELECT config FROM model_config"}) {
    for (const std::string& text : database.texts(query)) {
      const nlohmann::json config = parse_json(text);
      if (!config.is_object() || !config.contains("path") || !config["path"].is_string()) continue;
      const bool named = config.contains("name") && config["name"].is_string();
      records.push_back({named ? config["name"].get<std::string>() : std::string(),
                         (models / config["path"].get<std::string>()).lexically_normal()});
    }
  }
  return records;
}

#else

std::vector<InvokeRecord> records_in_database(const fs::path&, const fs::path&) {
  return {};
}

#endif

}  // namespace

fs::path invoke_models_folder(const fs::path& root) {
  std::string named;
  if (const fs::path file = root / "invokeai.yaml"; is_file(file)) {
    try {
      read_yaml(read_text_file(file, kLongestYaml), file.string(),
                [&](const YAML::Node& content) { named = models_folder_in(content); });
    } catch (const BadInput&) {
      named.clear();
    }
  }
  return (root / (named.empty() ? "models" : named)).lexically_normal();
}

std::vector<InvokeRecord> parse_invoke_models(std::string_view yaml, const fs::path& models, const std::string& file) {
  std::vector<InvokeRecord> records;
  read_yaml(yaml, file, [&](const YAML::Node& root) {
    if (!root.IsMap()) return;
    for (const auto& entry : root) {
      if (!entry.first.IsScalar() || !entry.second.IsMap() || records.size() == kMostRecords) continue;
      std::string path = text_at(entry.second, "path");
      if (path.empty()) path = text_at(entry.second, "weights");
      if (path.empty()) continue;
      records.push_back({name_of_key(entry.first.Scalar()), (models / path).lexically_normal()});
    }
  });
  return records;
}

std::vector<InvokeRecord> invoke_records(const fs::path& root) {
  const fs::path models = invoke_models_folder(root);
  std::vector<InvokeRecord> records = records_in_database(root / "databases" / "invokeai.db", models);
  const fs::path file = root / "configs" / "models.yaml";
  if (!is_file(file)) return records;
  try {
    const auto older = parse_invoke_models(read_text_file(file, kLongestYaml), models, file.string());
    records.insert(records.end(), older.begin(), older.end());
  } catch (const BadInput&) {
    return records;
  }
  return records;
}

}  // namespace tstitch
