#include <array>

#include "core/base/text.h"
#include "core/picture_text/picture_text_programs.h"

namespace tstitch {

namespace {

/// `&quot;` and its like as the characters they stand for.
std::string without_entities(std::string_view xml) {
  struct Entity {
    std::string_view name;
    char character;
  };
  constexpr std::array kEntities{Entity{"&quot;", '"'}, Entity{"&#34;", '"'},  Entity{"&apos;", '\''},
                                 Entity{"&#39;", '\''}, Entity{"&lt;", '<'},   Entity{"&gt;", '>'},
                                 Entity{"&#xA;", '\n'}, Entity{"&#10;", '\n'}, Entity{"&amp;", '&'}};
  std::string text;
  while (!xml.empty()) {
    std::size_t length = 1;
    char character = xml[0];
    for (const Entity& entity : kEntities) {
      if (xml[0] != '&' || !xml.starts_with(entity.name)) continue;
      length = entity.name.size();
      character = entity.character;
      break;
    }
    text += character;
    xml.remove_prefix(length);
  }
  return text;
}

void read_loras(const nlohmann::json& json, ParametersDraft& draft) {
  for (const nlohmann::json& entry : array_at(json, "lora"))
    draft.lora(text_at(entry, "model"), text_at(entry, "weight"));
  for (const nlohmann::json& entry : array_at(object_at(json, "v2"), "loras")) {
    draft.lora(text_at(entry, "file"), text_at(entry, "weight"));
  }
}

}  // namespace

std::optional<PictureParameters> read_draw_things_json(const nlohmann::json& json) {
  if (!has_any(json, {"c"}) || !has_any(json, {"sampler", "scale", "size", "v2"})) return std::nullopt;
  ParametersDraft draft(PictureProgram::DrawThings);
  draft.prompt_with_tags(text_at(json, "c"));
  if (const std::string negative = text_at(json, "uc"); !negative.empty()) draft.negative_prompt(negative);
  draft.steps(text_at(json, "steps"));
  draft.guidance(text_at(json, "scale"));
  draft.seed(text_at(json, "seed"));
  const std::string size = text_at(json, "size");
  const std::size_t cross = size.find('x');
  if (cross != std::string::npos) draft.size(size.substr(0, cross), size.substr(cross + 1));
  const std::string sampler = text_at(json, "sampler");
  draft.sampler(a1111_sampler(sampler, {}), sampler, {});
  draft.model(text_at(json, "model"));
  draft.clip_skip(text_at(object_at(json, "v2"), "clipSkip"));
  read_loras(json, draft);
  const std::string strength = text_at(json, "strength");
  if (!strength.empty() && strength != "1") draft.leave_out(LeftOutKind::SourcePicture);
  if (!array_at(json, "control").empty() || !array_at(object_at(json, "v2"), "controls").empty()) {
    draft.leave_out(LeftOutKind::ControlNet);
  }
  if (!text_at(object_at(json, "v2"), "refinerModel").empty()) draft.leave_out(LeftOutKind::Refiner);
  if (!text_at(object_at(json, "v2"), "upscaler").empty()) draft.leave_out(LeftOutKind::Hires);
  return draft.take();
}

std::string draw_things_comment(std::string_view xmp) {
  const std::size_t at = xmp.find("exif:UserComment");
  if (at == std::string_view::npos) return {};
  std::string_view rest = xmp.substr(at + std::string_view("exif:UserComment").size());
  if (rest.starts_with("=\"")) {
    rest.remove_prefix(2);
    return without_entities(rest.substr(0, rest.find('"')));
  }
  rest = rest.substr(0, rest.find("exif:UserComment"));
  const std::size_t item = rest.find("<rdf:li");
  if (item != std::string_view::npos) rest.remove_prefix(item);
  const std::size_t begin = rest.find('>');
  if (begin == std::string_view::npos) return {};
  rest.remove_prefix(begin + 1);
  return without_entities(trimmed(rest.substr(0, rest.find('<'))));
}

}  // namespace tstitch
