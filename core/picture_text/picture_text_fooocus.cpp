#include <algorithm>

#include "core/base/text.h"
#include "core/picture_text/picture_text_programs.h"

namespace tstitch {

namespace {

/// Its older files say `Negative Prompt` where newer ones say `negative_prompt`.
nlohmann::json with_plain_keys(const nlohmann::json& json) {
  nlohmann::json plain = nlohmann::json::object();
  if (!json.is_object()) return plain;
  for (const auto& [key, value] : json.items()) {
    std::string name = lower_case(key);
    std::replace(name.begin(), name.end(), ' ', '_');
    plain[name] = value;
  }
  return plain;
}

bool is_fooocus(const nlohmann::json& fields) {
  const auto says = [&](const char* key) {
    return lower_case(text_at(fields, key)).find("fooocus") != std::string::npos;
  };
  const bool named = says("version") || says("software") || says("metadata_scheme");
  return named || (has_any(fields, {"base_model", "base_model_name"}) &&
                   has_any(fields, {"resolution", "performance", "sharpness", "sampler_name"}));
}

std::string first_of(const nlohmann::json& fields, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    if (std::string text = text_at(fields, key); !text.empty()) return text;
  }
  return {};
}

/// `(128, 192)` or `128x192`.
void read_size(const nlohmann::json& fields, ParametersDraft& draft) {
  std::vector<std::string> numbers{""};
  for (const char c : text_at(fields, "resolution")) {
    const bool digit = c >= '0' && c <= '9';
    if (digit) {
      numbers.back() += c;
    } else if (!numbers.back().empty()) {
      numbers.emplace_back();
    }
  }
  if (numbers.size() >= 2) return draft.size(numbers[0], numbers[1]);
  draft.size(text_at(fields, "width"), text_at(fields, "height"));
}

/// `lora_combined_1` = "name : 0.5", or a list of names with weights.
void read_loras(const nlohmann::json& fields, ParametersDraft& draft) {
  for (const auto& [key, value] : fields.items()) {
    if (!key.starts_with("lora_combined_") || !value.is_string()) continue;
    const std::string text = value.get<std::string>();
    const std::size_t colon = text.rfind(" : ");
    if (colon != std::string::npos) draft.lora(text.substr(0, colon), std::string(trimmed(text.substr(colon + 3))));
  }
  for (const nlohmann::json& entry : array_at(fields, "loras")) {
    if (!entry.is_array() || entry.size() < 2) continue;
    const nlohmann::json pair{{"name", entry[0]}, {"weight", entry[1]}};
    draft.lora(text_at(pair, "name"), text_at(pair, "weight"));
  }
}

void read_untaken(const nlohmann::json& fields, ParametersDraft& draft) {
  const std::string refiner = first_of(fields, {"refiner_model"});
  if (!refiner.empty() && refiner != "None") draft.leave_out(LeftOutKind::Refiner);
  const std::string styles = text_at(fields, "styles");
  if (!styles.empty() && styles != "[]") draft.leave_out(LeftOutKind::Styles, styles);
  const std::string vae = text_at(fields, "vae");
  if (!vae.empty() && !vae.starts_with("Default")) draft.leave_out(LeftOutKind::Vae, vae);
  if (has_any(fields, {"sharpness", "adm_guidance", "freeu"})) draft.leave_out(LeftOutKind::Scripts, "sharpness, ADM");
}

}  // namespace

std::optional<PictureParameters> read_fooocus_json(const nlohmann::json& json) {
  const nlohmann::json fields = with_plain_keys(json);
  if (!is_fooocus(fields)) return std::nullopt;
  ParametersDraft draft(PictureProgram::Fooocus);
  read_loras(fields, draft);
  if (has_any(fields, {"prompt"})) draft.prompt_with_tags(text_at(fields, "prompt"));
  if (has_any(fields, {"negative_prompt", "negative"})) {
    draft.negative_prompt(first_of(fields, {"negative_prompt", "negative"}));
  }
  draft.steps(text_at(fields, "steps"));
  draft.guidance(first_of(fields, {"guidance_scale", "cfg"}));
  draft.seed(text_at(fields, "seed"));
  read_size(fields, draft);
  draft.clip_skip(text_at(fields, "clip_skip"));
  const std::string sampler = first_of(fields, {"sampler", "sampler_name"});
  const std::string scheduler = text_at(fields, "scheduler");
  draft.sampler(comfy_sampler(sampler, scheduler), sampler, scheduler);
  draft.model(first_of(fields, {"base_model", "base_model_name"}));
  read_untaken(fields, draft);
  return draft.take();
}

}  // namespace tstitch
