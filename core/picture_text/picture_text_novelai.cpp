#include "core/base/text.h"
#include "core/picture_text/picture_text_programs.h"

namespace tstitch {

std::optional<PictureParameters> read_novelai_json(const nlohmann::json& json) {
  if (!has_any(json, {"uc"}) || !has_any(json, {"scale"}) || !has_any(json, {"sampler"})) return std::nullopt;
  ParametersDraft draft(PictureProgram::NovelAi);
  if (has_any(json, {"prompt"})) draft.prompt(text_at(json, "prompt"));
  if (const std::string negative = text_at(json, "uc"); !negative.empty()) draft.negative_prompt(negative);
  draft.steps(text_at(json, "steps"));
  draft.guidance(text_at(json, "scale"));
  draft.seed(text_at(json, "seed"));
  draft.size(text_at(json, "width"), text_at(json, "height"));
  const std::string sampler = text_at(json, "sampler");
  const std::string schedule = text_at(json, "noise_schedule");
  draft.sampler(comfy_sampler(sampler, schedule), sampler, schedule);
  const std::string prompt = text_at(json, "prompt");
  if (prompt.find('{') != std::string::npos || prompt.find("::") != std::string::npos) {
    draft.leave_out(LeftOutKind::Prompts);  // its own marks of weight
  }
  const auto is_on = [&](const char* key) { return json.contains(key) && json.at(key) == true; };
  if (is_on("sm") || is_on("sm_dyn")) draft.leave_out(LeftOutKind::Scripts, "SMEA");
  if (is_on("dynamic_thresholding")) draft.leave_out(LeftOutKind::Scripts, "dynamic thresholding");
  const std::string request = text_at(json, "request_type");
  if (request.find("Img2Img") != std::string::npos || request.find("Infill") != std::string::npos) {
    draft.leave_out(LeftOutKind::SourcePicture);
  }
  return draft.take();
}

}  // namespace tstitch
