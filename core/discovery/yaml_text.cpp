#include "core/discovery/yaml_text.h"

#include <yaml-cpp/yaml.h>

#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {

void read_yaml(std::string_view text, const std::string& file, const std::function<void(const YAML::Node&)>& take) {
  if (text.size() > kLongestYaml) {
    throw BadInput(concat("has ", text.size(), " bytes; at most ", kLongestYaml, " are read."), file);
  }
  if (!is_valid_utf8(text) || text.find('\0') != std::string_view::npos) throw BadInput("is no UTF-8 text.", file);
  try {
    take(YAML::Load(std::string(text)));
  } catch (const YAML::Exception& problem) {
    const std::string line = problem.mark.is_null() ? "" : concat(" in line ", problem.mark.line + 1);
    throw BadInput(concat("is no YAML as expected", line, ": ", problem.msg, "."), file);
  }
}

}  // namespace tstitch
