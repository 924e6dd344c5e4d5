#include "core/discovery/extra_model_paths.h"

#include <yaml-cpp/yaml.h>

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/text.h"
#include "core/discovery/yaml_text.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostFolders = 1'000;

bool is_of_name(char letter) {
  return is_ascii_letter(letter) || is_ascii_digit(letter) || letter == '_';
}

/// `$NAME` and `${NAME}`; what is not set stays as it is written.
std::string with_variables(const std::string& text, const Environment& environment) {
  std::string expanded;
  for (std::size_t at = 0; at < text.size();) {
    const bool braced = text.compare(at, 2, "${") == 0;
    const std::size_t first = at + (braced ? 2 : 1);
    std::size_t end = first;
    if (text[at] == '$') {
      while (end < text.size() && (braced ? text[end] != '}' : is_of_name(text[end]))) ++end;
    }
    const std::string name = text.substr(first, end - first);
    const std::size_t next = braced ? end + 1 : end;
    const auto value =
        text[at] == '$' && !name.empty() && next <= text.size() ? environment(name.c_str()) : std::nullopt;
    if (value) {
      expanded += *value;
      at = next;
    } else {
      expanded += text[at++];
    }
  }
  return expanded;
}

fs::path expanded_path(const std::string& text, const Environment& environment) {
  const bool home = text == "~" || text.starts_with("~/");
  const std::optional<std::string> user = home ? environment("HOME") : std::nullopt;
  return with_variables(user ? *user + text.substr(1) : text, environment);
}

class Reader {
 public:
  Reader(const fs::path& file, const Environment& environment) : file_(file), environment_(environment) {}

  void take_section(const YAML::Node& section) {
    if (!section.IsMap()) return;
    const YAML::Node base = section["base_path"];
    base_ = file_.parent_path();
    if (base.IsDefined() && base.IsScalar()) base_ /= expanded_path(base.Scalar(), environment_);
    for (const auto& entry : section) {
      if (!entry.first.IsScalar()) continue;
      const std::string kind = entry.first.Scalar();
      if (kind != "base_path" && kind != "is_default") take_kind(kind, entry.second);
    }
  }

  std::vector<ExtraFolder> take() { return std::move(folders_); }

 private:
  void take_kind(const std::string& kind, const YAML::Node& value) {
    if (value.IsSequence()) {
      for (const auto& line : value) take_lines(kind, line);
    } else {
      take_lines(kind, value);
    }
  }

  void take_lines(const std::string& kind, const YAML::Node& value) {
    if (!value.IsScalar()) return;
    for (const std::string& line : split(value.Scalar(), '\n')) {
      const std::string_view path = trimmed(line);
      if (path.empty()) continue;
      if (folders_.size() == kMostFolders) {
        throw BadInput(concat("names more than ", kMostFolders, " folders."), file_.string());
      }
      folders_.push_back({kind, (base_ / path).lexically_normal()});
    }
  }

  const fs::path& file_;
  const Environment& environment_;
  fs::path base_;
  std::vector<ExtraFolder> folders_;
};

}  // namespace

std::vector<ExtraFolder> parse_extra_model_paths(std::string_view yaml, const fs::path& file,
                                                 const Environment& environment) {
  Reader reader(file, environment);
  read_yaml(yaml, file.string(), [&](const YAML::Node& root) {
    if (root.IsNull()) return;
    if (!root.IsMap()) throw BadInput("holds no sections of folders.", file.string());
    for (const auto& section : root) reader.take_section(section.second);
  });
  return reader.take();
}

}  // namespace tstitch
