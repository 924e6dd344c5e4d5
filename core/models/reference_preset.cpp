#include "core/models/reference_preset.h"

#include <algorithm>
#include <map>
#include <system_error>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/json_fields.h"
#include "core/base/text.h"
#include "core/configs/model_config.h"
#include "core/formats/text_file.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kVersion = 1;
constexpr std::string_view kPicture = "{picture}";

std::vector<std::string> texts(const JsonFields& fields, const char* key) {
  std::vector<std::string> list;
  if (!fields.has(key)) return list;
  for (const nlohmann::json& text : fields.array(key)) {
    if (!text.is_string()) throw BadInput("A list of texts is expected.", fields.place(key));
    list.push_back(text.get<std::string>());
  }
  return list;
}

std::vector<std::pair<std::string, std::string>> read_arguments(const JsonFields& fields) {
  std::vector<std::pair<std::string, std::string>> arguments;
  const JsonFields options = fields.object("arguments");
  for (const auto& [option, value] : fields.at("arguments").items()) {
    if (!option.starts_with("--")) throw BadInput("An option is expected.", options.place(option.c_str()));
    arguments.emplace_back(option, options.text(option.c_str()));
  }
  return arguments;
}

std::string read_command(const JsonFields& fields) {
  std::string command = fields.text("command");
  if (command != "generate" && command != "grid") {
    throw BadInput("Either generate or grid is expected.", fields.place("command"));
  }
  return command;
}

}  // namespace

bool ReferencePreset::wants_picture() const {
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const auto& argument) { return argument.second.find(kPicture) != std::string::npos; });
}

std::vector<std::string> ReferencePreset::words(const std::string& picture) const {
  std::vector<std::string> list{command};
  if (!prompt.empty()) list.push_back(prompt);
  list.insert(list.end(), {"--pair", pair});
  for (const auto& [option, value] : arguments) {
    std::string text = value;
    const std::size_t at = text.find(kPicture);
    if (at != std::string::npos) text.replace(at, kPicture.size(), picture.empty() ? "PICTURE" : picture);
    list.insert(list.end(), {option, text});
  }
  return list;
}

ReferencePreset read_reference(const fs::path& file) {
  const nlohmann::json object = parse_bounded_json(read_text_file(file), file.string());
  const JsonFields fields(object, file.string());
  if (const std::uint64_t version = fields.unsigned_integer("reference"); version != kVersion) {
    throw BadInput(concat("The preset is of version ", version, "; this program reads version ", kVersion, "."),
                   fields.place("reference"));
  }
  fields.refuse_others({"reference", "title", "pair", "command", "prompt", "arguments", "repositories", "differs"});
  ReferencePreset preset;
  preset.name = file.stem().string();
  preset.title = fields.text("title");
  preset.pair = fields.text("pair");
  preset.command = read_command(fields);
  if (fields.has("prompt")) preset.prompt = fields.text("prompt");
  preset.arguments = read_arguments(fields);
  preset.repositories = texts(fields, "repositories");
  preset.differs = texts(fields, "differs");
  return preset;
}

std::vector<ReferencePreset> known_references(const std::vector<fs::path>& roots) {
  std::map<std::string, ReferencePreset> presets;
  for (const fs::path& root : roots) {
    std::error_code error;
    for (fs::directory_iterator entry(root / "reference", error), end; !error && entry != end; entry.increment(error)) {
      const fs::path& file = entry->path();
      if (file.extension() == ".json") presets.emplace(file.stem().string(), read_reference(file));
    }
  }
  std::vector<ReferencePreset> list;
  list.reserve(presets.size());
  for (auto& [name, preset] : presets) list.push_back(std::move(preset));
  return list;
}

}  // namespace tstitch
