#include "core/picture_text/picture_text_reading.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/picture_text/picture_text_programs.h"

namespace tstitch {

namespace {

const PictureText* text_with(const std::vector<PictureText>& texts, std::string_view keyword) {
  const auto found = std::find_if(texts.begin(), texts.end(), [&](const PictureText& text) {
    return lower_case(text.keyword) == keyword && !trimmed(text.text).empty();
  });
  return found == texts.end() ? nullptr : &*found;
}

bool looks_like_json(std::string_view text) {
  text = trimmed(text);
  return text.starts_with('{') || text.starts_with('[');
}

PictureParameters nothing_of(PictureProgram program) {
  PictureParameters parameters;
  parameters.program = program;
  return parameters;
}

/// JSON that has no keyword of its own, by its shape.
PictureParameters read_any_json(std::string_view text) {
  const auto json = read_program_json(text);
  if (!json) return nothing_of(PictureProgram::UnknownJson);
  for (const auto read : {read_swarm_json, read_comfy_json, read_fooocus_json, read_invoke_json, read_draw_things_json,
                          read_novelai_json}) {
    if (auto parameters = read(*json)) return std::move(*parameters);
  }
  return nothing_of(PictureProgram::UnknownJson);
}

PictureParameters read_text(std::string_view text) {
  if (looks_like_json(text)) return read_any_json(text);
  if (auto command = read_invoke_command(text)) return std::move(*command);
  return parse_a1111_parameters(text);
}

std::optional<PictureParameters> read_invoke(const std::vector<PictureText>& texts) {
  for (const char* keyword : {"invokeai_metadata", "invokeai", "sd-metadata"}) {
    const PictureText* text = text_with(texts, keyword);
    const auto json = text == nullptr ? std::nullopt : read_program_json(text->text);
    if (json) return read_invoke_json(*json).value_or(nothing_of(PictureProgram::InvokeAi));
  }
  const PictureText* command = text_with(texts, "dream");
  return command == nullptr ? std::nullopt : read_invoke_command(command->text);
}

std::optional<PictureParameters> read_novelai(const std::vector<PictureText>& texts) {
  const PictureText* software = text_with(texts, "software");
  const PictureText* comment = text_with(texts, "comment");
  if (comment == nullptr || !looks_like_json(comment->text)) return std::nullopt;
  const auto json = read_program_json(comment->text);
  auto parameters = json ? read_novelai_json(*json) : std::nullopt;
  if (!parameters) {
    const bool named = software != nullptr && lower_case(software->text).find("novelai") != std::string::npos;
    return named ? std::optional(nothing_of(PictureProgram::NovelAi)) : std::nullopt;
  }
  const PictureText* description = text_with(texts, "description");
  if (!parameters->prompt && description != nullptr) parameters->prompt = std::string(trimmed(description->text));
  return parameters;
}

/// The prompt graph is what ran; a workflow is the picture of it, and may be all that there is.
std::optional<PictureParameters> read_comfy(const std::vector<PictureText>& texts) {
  std::optional<PictureParameters> found;
  for (const char* keyword : {"prompt", "workflow"}) {
    const PictureText* text = text_with(texts, keyword);
    if (text == nullptr || !looks_like_json(text->text)) continue;
    const auto json = read_program_json(text->text);
    auto parameters = json ? read_comfy_json(*json) : std::nullopt;
    if (parameters && !parameters->is_empty()) return parameters;
    if (!found) found = nothing_of(parameters ? PictureProgram::ComfyUi : PictureProgram::UnknownJson);
  }
  return found;
}

/// A text under a keyword of no known program: Easy Diffusion's single fields, or a remark.
std::optional<PictureParameters> read_remark(const std::vector<PictureText>& texts) {
  for (const char* keyword : {"comment", "description", "usercomment", "generation_data", "parameters-json"}) {
    const PictureText* text = text_with(texts, keyword);
    if (text == nullptr) continue;
    PictureParameters parameters = read_text(text->text);
    const bool bare = parameters.program == PictureProgram::Text || parameters.program == PictureProgram::UnknownJson;
    if (!bare) return parameters;  // a camera's or an editor's remark is no prompt
  }
  return std::nullopt;
}

/// What a picture's pixels hid: one text, or the texts that its chunks had, by their keywords.
std::vector<PictureText> unfolded(const std::string& hidden) {
  const auto json = looks_like_json(hidden) ? read_program_json(hidden) : std::nullopt;
  std::vector<PictureText> texts;
  const bool has_prompt_graph =
      json && (!object_at(*json, "prompt").empty() || looks_like_json(text_at(*json, "prompt")));
  if (!has_prompt_graph && !(json && has_any(*json, {"Comment", "parameters", "workflow"}))) {
    return {{"parameters", hidden}};
  }
  for (const auto& [keyword, value] : json->items()) {
    if (lower_case(keyword) == "stealth_pnginfo") continue;
    texts.push_back({keyword, value.is_string() ? value.get<std::string>() : value.dump()});
  }
  return texts;
}

}  // namespace

std::string_view name_of(PictureProgram program) {
  switch (program) {
    case PictureProgram::A1111:
      return "A1111";
    case PictureProgram::Forge:
      return "Forge";
    case PictureProgram::ComfyUi:
      return "ComfyUI";
    case PictureProgram::InvokeAi:
      return "InvokeAI";
    case PictureProgram::SwarmUi:
      return "SwarmUI";
    case PictureProgram::Fooocus:
      return "Fooocus";
    case PictureProgram::SdNext:
      return "SD.Next";
    case PictureProgram::DrawThings:
      return "Draw Things";
    case PictureProgram::NovelAi:
      return "NovelAI";
    case PictureProgram::TStitch:
      return "T-Stitch Studio";
    case PictureProgram::Text:
    case PictureProgram::UnknownJson:
      break;
  }
  return {};
}

std::optional<PictureParameters> read_picture_texts(const std::vector<PictureText>& texts) {
  if (const PictureText* hidden = text_with(texts, "stealth_pnginfo"))
    return read_picture_texts(unfolded(hidden->text));
  if (auto parameters = read_invoke(texts)) return parameters;
  if (auto parameters = read_novelai(texts)) return parameters;
  std::optional<PictureParameters> bare;
  if (const PictureText* text = text_with(texts, "parameters")) {
    PictureParameters parameters = read_text(text->text);
    const bool told = parameters.program != PictureProgram::Text && parameters.program != PictureProgram::UnknownJson;
    if (told && !parameters.is_empty()) return parameters;
    bare = std::move(parameters);
  }
  if (auto parameters = read_comfy(texts); parameters && !(bare && parameters->is_empty())) return parameters;
  if (const PictureText* xmp = text_with(texts, "xml:com.adobe.xmp")) {
    const std::string comment = draw_things_comment(xmp->text);
    if (!comment.empty()) return read_text(comment);
  }
  return bare ? bare : read_remark(texts);
}

bool PictureParameters::is_empty() const {
  return !prompt && !negative_prompt && !steps && !sampler && !guidance_scale && !seed && !extent && !clip_skip &&
         !ratio && !segments && loras.empty();
}

GenerationRequest PictureParameters::applied_to(GenerationRequest request) const {
  if (is_empty()) return request;
  if (prompt) request.prompt = *prompt;
  request.negative_prompt = negative_prompt;
  request.prompt_syntax = prompt_syntax.value_or(request.prompt_syntax);
  request.steps = steps.value_or(request.steps);
  request.sampler = sampler.value_or(request.sampler);
  request.spacing = spacing.value_or(request.spacing);
  request.guidance_scale = guidance_scale.value_or(request.guidance_scale);
  request.seed = seed.value_or(request.seed);
  request.extent = extent.value_or(request.extent);
  request.clip_skip = clip_skip;
  if (ratio) request.split = *ratio;
  if (segments) request.split = *segments;
  return request;
}

}  // namespace tstitch
