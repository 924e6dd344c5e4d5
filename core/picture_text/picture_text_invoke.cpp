#include <array>

#include "core/base/text.h"
#include "core/picture_text/picture_text_programs.h"

namespace tstitch {

namespace {

/// Its old prompts keep the negative part in square brackets.
void old_prompt(std::string_view text, ParametersDraft& draft) {
  std::string positive, negative;
  int depth = 0;
  for (const char c : text) {
    if (c == '[') {
      if (depth++ == 0 && !negative.empty()) negative += ", ";
    } else if (c == ']' && depth > 0) {
      --depth;
    } else {
      (depth > 0 ? negative : positive) += c;
    }
  }
  draft.prompt(positive);
  if (!negative.empty()) draft.negative_prompt(negative);
}

/// Weights as `word++` and `(words)1.2` are its own.
void note_weights(std::string_view text, ParametersDraft& draft) {
  if (text.find("++") != std::string_view::npos || text.find("--") != std::string_view::npos ||
      text.find(")+") != std::string_view::npos || text.find(".and(") != std::string_view::npos) {
    draft.leave_out(LeftOutKind::Prompts);
  }
}

void read_sampler(const std::string& name, ParametersDraft& draft) {
  draft.sampler(invoke_sampler(name), name, {});
}

std::string model_name(const nlohmann::json& model) {
  const std::string name = text_at(model, "name");
  return name.empty() ? text_at(model, "model_name") : name;
}

void read_loras(const nlohmann::json& json, ParametersDraft& draft) {
  for (const nlohmann::json& entry : array_at(json, "loras")) {
    const nlohmann::json& model = has_any(entry, {"model"}) ? object_at(entry, "model") : object_at(entry, "lora");
    draft.lora(model_name(model), text_at(entry, "weight"));
  }
}

void read_untaken(const nlohmann::json& json, ParametersDraft& draft) {
  for (const char* key : {"controlnets", "ipAdapters", "t2iAdapters"}) {
    if (!array_at(json, key).empty()) draft.leave_out(LeftOutKind::ControlNet);
  }
  if (!object_at(json, "vae").empty()) draft.leave_out(LeftOutKind::Vae, model_name(object_at(json, "vae")));
  if (!object_at(json, "refiner_model").empty()) draft.leave_out(LeftOutKind::Refiner);
  if (has_any(json, {"init_image"})) draft.leave_out(LeftOutKind::SourcePicture);
  if (has_any(json, {"hrf_strength"})) draft.leave_out(LeftOutKind::Hires);
  const std::string mode = text_at(json, "generation_mode");
  if (mode.find("img2img") != std::string::npos || mode.find("inpaint") != std::string::npos) {
    draft.leave_out(LeftOutKind::SourcePicture);
  }
}

PictureParameters read_new(const nlohmann::json& json) {
  ParametersDraft draft(PictureProgram::InvokeAi);
  const std::string prompt = text_at(json, "positive_prompt");
  if (has_any(json, {"positive_prompt"})) draft.prompt(prompt);
  if (has_any(json, {"negative_prompt"})) draft.negative_prompt(text_at(json, "negative_prompt"));
  note_weights(prompt, draft);
  draft.steps(text_at(json, "steps"));
  draft.guidance(text_at(json, "cfg_scale"));
  draft.seed(text_at(json, "seed"));
  draft.size(text_at(json, "width"), text_at(json, "height"));
  // It counts the layers that are skipped.
  constexpr std::array kSkips{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"};
  const std::string skip = text_at(json, "clip_skip");
  for (std::size_t i = 1; i < kSkips.size(); ++i) {
    if (skip == kSkips[i]) draft.clip_skip(concat(i + 1));
  }
  read_sampler(text_at(json, "scheduler"), draft);
  draft.model(model_name(object_at(json, "model")));
  read_loras(json, draft);
  read_untaken(json, draft);
  return draft.take();
}

PictureParameters read_old(const nlohmann::json& json) {
  const nlohmann::json& image = object_at(json, "image");
  ParametersDraft draft(PictureProgram::InvokeAi);
  std::string prompt = text_at(image, "prompt");
  for (const nlohmann::json& part : array_at(image, "prompt")) {
    prompt += concat(prompt.empty() ? "" : " ", text_at(part, "prompt"));
  }
  old_prompt(prompt, draft);
  draft.steps(text_at(image, "steps"));
  draft.guidance(text_at(image, "cfg_scale"));
  draft.seed(text_at(image, "seed"));
  draft.size(text_at(image, "width"), text_at(image, "height"));
  read_sampler(text_at(image, "sampler"), draft);
  draft.model(text_at(json, "model_weights"));
  if (text_at(image, "type") == "img2img") draft.leave_out(LeftOutKind::SourcePicture);
  if (!array_at(image, "variations").empty()) draft.leave_out(LeftOutKind::Variation);
  if (!array_at(image, "postprocessing").empty()) draft.leave_out(LeftOutKind::FaceRestoration);
  return draft.take();
}

/// What follows an option's letter, up to the next option.
std::string option_of(std::string_view options, std::string_view option) {
  const std::size_t at = options.find(concat(" ", option));
  if (at == std::string_view::npos) return {};
  const std::string_view rest = trimmed(options.substr(at + 1 + option.size()));
  return std::string(rest.substr(0, rest.find(' ')));
}

}  // namespace

std::optional<PictureParameters> read_invoke_json(const nlohmann::json& json) {
  const bool old = has_any(object_at(json, "image"), {"prompt"}) && has_any(object_at(json, "image"), {"sampler"});
  if (old) return read_old(json);
  const bool is_new = has_any(json, {"positive_prompt", "generation_mode"}) &&
                      has_any(json, {"app_version", "scheduler", "cfg_scale", "generation_mode", "seed"});
  if (!is_new) return std::nullopt;
  return read_new(json);
}

std::optional<PictureParameters> read_invoke_command(std::string_view text) {
  text = trimmed(text);
  const std::size_t end = text.rfind("\" -");
  if (!text.starts_with('"') || end == std::string_view::npos || end == 0) return std::nullopt;
  const std::string_view options = text.substr(end + 1);
  if (option_of(options, "-s").empty() && option_of(options, "-S").empty()) return std::nullopt;
  ParametersDraft draft(PictureProgram::InvokeAi);
  old_prompt(text.substr(1, end - 1), draft);
  draft.steps(option_of(options, "-s"));
  draft.seed(option_of(options, "-S"));
  draft.guidance(option_of(options, "-C"));
  draft.size(option_of(options, "-W"), option_of(options, "-H"));
  read_sampler(option_of(options, "-A"), draft);
  if (!option_of(options, "-I").empty()) draft.leave_out(LeftOutKind::SourcePicture);
  return draft.take();
}

}  // namespace tstitch
