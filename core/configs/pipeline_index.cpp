#include "core/configs/pipeline_index.h"

#include <algorithm>
#include <charconv>

#include "core/base/bounded_json.h"
#include "core/configs/config_reader.h"
#include "core/configs/config_text.h"
#include "core/configs/model_config.h"

namespace tstitch {

namespace {

bool is_null(const nlohmann::json& value) {
  return value.is_null();
}

/// Entries whose key is no label are not ours to judge.
std::map<int, std::string> class_names_of(const nlohmann::json& json) {
  constexpr int kMostLabels = 1 << 20;
  std::map<int, std::string> names;
  const auto labels = json.find("id2label");
  if (labels == json.end() || !labels->is_object()) return names;
  for (const auto& [key, name] : labels->items()) {
    int label = 0;
    const auto end = std::from_chars(key.data(), key.data() + key.size(), label);
    const bool whole = end.ec == std::errc() && end.ptr == key.data() + key.size();
    if (whole && label >= 0 && label < kMostLabels && name.is_string()) names[label] = name.get<std::string>();
  }
  return names;
}

}  // namespace

std::string PipelineIndex::class_of(std::string_view part) const {
  const auto found = classes.find(part);
  return found == classes.end() ? std::string() : found->second;
}

bool PipelineIndex::takes_text() const {
  const auto is_encoder = [](const std::string& part) { return part.starts_with("text_encoder"); };
  return denoiser() == "unet" || std::any_of(parts.begin(), parts.end(), is_encoder);
}

PipelineIndex parse_pipeline_index(std::string_view text, const std::string& file) {
  PipelineIndex index;
  index.class_name = class_name_of(text, file);
  index.force_zeros_for_empty_prompt = ConfigReader(text, file).boolean("force_zeros_for_empty_prompt", true);
  const nlohmann::json json = parse_bounded_json(text, file, {.bytes = kLongestConfig});
  index.class_names = class_names_of(json);
  for (const auto& [name, value] : json.items()) {
    // A part is a library and a class of it; other lists of the file are options.
    if (!value.is_array() || value.size() != 2) continue;
    const bool without = std::all_of(value.begin(), value.end(), is_null);
    (without ? index.absent : index.parts).insert(name);
    if (value[1].is_string()) index.classes[name] = value[1].get<std::string>();
  }
  return index;
}

}  // namespace tstitch
