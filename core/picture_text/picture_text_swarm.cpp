#include "core/base/text.h"
#include "core/picture_text/picture_text_programs.h"

namespace tstitch {

namespace {

struct UntakenField {
  std::string_view name;
  LeftOutKind kind;
};

constexpr UntakenField kUntaken[]{{"refinermodel", LeftOutKind::Refiner},
                                  {"refinercontrolpercentage", LeftOutKind::Refiner},
                                  {"refinerupscale", LeftOutKind::Hires},
                                  {"controlnetmodel", LeftOutKind::ControlNet},
                                  {"controlnettwomodel", LeftOutKind::ControlNet},
                                  {"controlnetthreemodel", LeftOutKind::ControlNet},
                                  {"useipadapterforrevision", LeftOutKind::ControlNet},
                                  {"initimage", LeftOutKind::SourcePicture},
                                  {"initimagecreativity", LeftOutKind::SourcePicture},
                                  {"maskimage", LeftOutKind::SourcePicture},
                                  {"variationseedstrength", LeftOutKind::Variation},
                                  {"vae", LeftOutKind::Vae},
                                  {"seamlesstileable", LeftOutKind::Scripts},
                                  {"freeuapplyto", LeftOutKind::Scripts},
                                  {"dynamicthresholdingmimicscale", LeftOutKind::Scripts}};

void read_loras(const nlohmann::json& settings, ParametersDraft& draft) {
  const nlohmann::json& names = array_at(settings, "loras");
  const nlohmann::json& weights = array_at(settings, "loraweights");
  for (std::size_t i = 0; i < names.size(); ++i) {
    const nlohmann::json pair{{"name", names[i]}, {"weight", i < weights.size() ? weights[i] : nlohmann::json(1)}};
    draft.lora(text_at(pair, "name"), text_at(pair, "weight"));
  }
}

/// Counted from the end as a negative number.
std::string clip_skip_of(const std::string& layer) {
  return layer.starts_with('-') ? layer.substr(1) : std::string();
}

}  // namespace

std::optional<PictureParameters> read_swarm_json(const nlohmann::json& json) {
  if (!has_any(json, {"sui_image_params"})) return std::nullopt;
  const nlohmann::json& settings = object_at(json, "sui_image_params");
  ParametersDraft draft(PictureProgram::SwarmUi);
  read_loras(settings, draft);
  if (has_any(settings, {"prompt"})) draft.prompt_with_tags(text_at(settings, "prompt"));
  if (has_any(settings, {"negativeprompt"})) draft.negative_prompt(text_at(settings, "negativeprompt"));
  draft.steps(text_at(settings, "steps"));
  draft.guidance(text_at(settings, "cfgscale"));
  draft.seed(text_at(settings, "seed"));
  draft.size(text_at(settings, "width"), text_at(settings, "height"));
  draft.clip_skip(clip_skip_of(text_at(settings, "clipstopatlayer")));
  const std::string sampler = text_at(settings, "sampler");
  const std::string scheduler = text_at(settings, "scheduler");
  draft.sampler(comfy_sampler(sampler, scheduler), sampler, scheduler);
  draft.model(text_at(settings, "model"));
  for (const UntakenField& field : kUntaken) {
    const std::string value = text_at(settings, field.name);
    if (has_any(settings, {field.name}) && value != "Automatic" && value != "None" && value != "0") {
      draft.leave_out(field.kind, field.kind == LeftOutKind::Vae ? value : std::string());
    }
  }
  return draft.take();
}

}  // namespace tstitch
