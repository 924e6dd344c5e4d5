#include "core/formats/pipeline_index.h"

#include <algorithm>

#include "core/base/bounded_json.h"
#include "core/formats/config_reader.h"
#include "core/formats/model_config.h"

namespace tstitch {

namespace {

bool is_null(const nlohmann::json& value) {
  return value.is_null();
}

}  // namespace

PipelineIndex parse_pipeline_index(std::string_view text, const std::string& file) {
  PipelineIndex index;
  index.class_name = class_name_of(text, file);
  index.force_zeros_for_empty_prompt = ConfigReader(text, file).boolean("force_zeros_for_empty_prompt", true);
  const nlohmann::json json = parse_bounded_json(text, file);
  for (const auto& [name, value] : json.items()) {
    // A part is a library and a class of it; other lists of the file are options.
    if (!value.is_array() || value.size() != 2) continue;
    const bool without = std::all_of(value.begin(), value.end(), is_null);
    (without ? index.absent : index.parts).insert(name);
  }
  return index;
}

}  // namespace tstitch
