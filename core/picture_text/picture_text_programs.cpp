#include "core/picture_text/picture_text_programs.h"

#include <algorithm>
#include <array>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/prompt/prompt_tags.h"
#include "core/request/limits.h"
#include "core/request/option_text.h"

namespace tstitch {

namespace {

constexpr std::size_t kMostLoras = 64;
constexpr std::size_t kMostLeftOut = 64;
constexpr std::size_t kLongestDetail = 120;

/// What `parse` makes of it, or nothing where it throws.
template <class Parse>
auto understood(const std::string& value, Parse parse) -> std::optional<decltype(parse(value))> {
  try {
    return parse(value);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::string shortened(std::string_view text) {
  std::string cut(text.substr(0, kLongestDetail));
  while (!cut.empty() && !is_valid_utf8(cut)) cut.pop_back();
  std::replace_if(
      cut.begin(), cut.end(), [](unsigned char c) { return c < 0x20; }, ' ');
  return cut.size() < text.size() ? cut + "..." : cut;
}

std::optional<LeftOutKind> kind_of_tag(std::string_view kind) {
  if (kind == "hypernet") return LeftOutKind::Hypernetwork;
  if (kind == "embedding") return LeftOutKind::Embedding;
  return std::nullopt;
}

/// `<lora:name:0.8>`, `<lora:name:0.8:0.5>` (text encoder, network) or `<lora:name:te=0.5:unet=0.8>`.
std::string strength_of(const PromptTag& tag) {
  std::string strength = tag.arguments.size() > 1 ? tag.arguments[1] : "1";
  for (std::size_t i = 1; i < tag.arguments.size(); ++i) {
    const std::string& argument = tag.arguments[i];
    for (const std::string_view name : {"te=", "unet="}) {
      if (argument.starts_with(name)) strength = argument.substr(name.size());
    }
  }
  return strength;
}

/// Without the blanks that taken tags leave beside each other.
std::string tidied(std::string_view words) {
  std::string text;
  for (const char c : trimmed(words)) {
    if (c == ' ' && text.ends_with(' ')) continue;
    text += c;
  }
  return text;
}

}  // namespace

void ParametersDraft::prompt(std::string_view text) {
  made_.prompt = std::string(trimmed(text));
}

void ParametersDraft::negative_prompt(std::string_view text) {
  made_.negative_prompt = std::string(trimmed(text));
}

void ParametersDraft::prompt_with_tags(std::string_view text) {
  made_.prompt_syntax = PromptSyntax::Weighted;
  const TaggedPrompt taken = take_tags(text);
  const std::vector<NamedLora> listed = made_.loras;
  const auto is_listed = [&](const std::string& name) {
    return std::any_of(listed.begin(), listed.end(),
                       [&](const NamedLora& one) { return one.name == model_stem(name); });
  };
  for (const PromptTag& tag : taken.tags) {
    const std::string kind = lower_case(tag.kind);
    if (kind == "lora" || kind == "lyco") {
      if (!is_listed(tag.arguments.front())) lora(tag.arguments.front(), strength_of(tag));
    } else {
      leave_out(kind_of_tag(kind).value_or(LeftOutKind::Scripts), text_of(tag));
    }
  }
  prompt(taken.tags.empty() ? std::string(text) : tidied(taken.words));
}

void ParametersDraft::steps(const std::string& value) {
  if (value.empty()) return;
  made_.steps = understood(value, [](const std::string& v) { return parse_whole_number(v, "Steps", 1, kMostSteps); });
  if (!made_.steps) leave_out(LeftOutKind::Steps, value);
}

void ParametersDraft::guidance(const std::string& value) {
  if (value.empty()) return;
  made_.guidance_scale =
      understood(value, [](const std::string& v) { return parse_number(v, "CFG scale", 0, kMostGuidance); });
  if (!made_.guidance_scale) leave_out(LeftOutKind::Guidance, value);
}

void ParametersDraft::seed(const std::string& value) {
  if (value.empty()) return;
  made_.seed = understood(value, [](const std::string& v) { return parse_seed(v); });
  if (!made_.seed) leave_out(LeftOutKind::Seed, value);
}

void ParametersDraft::size(const std::string& width, const std::string& height) {
  if (width.empty() && height.empty()) return;
  const auto side = [](const std::string& value) {
    const auto pixels = understood(
        value, [](const std::string& v) { return parse_whole_number(v, "Size", kSideMultiple, kLongestSide); });
    return pixels.value_or(0) / kSideMultiple * kSideMultiple;
  };
  const Extent extent{side(width), side(height)};
  const bool fits = extent.width > 0 && extent.height > 0;
  if (fits) made_.extent = extent;
  const bool exact = fits && concat(extent.width) == trimmed(width) && concat(extent.height) == trimmed(height);
  if (!exact) leave_out(LeftOutKind::Size, concat(trimmed(width), "x", trimmed(height)));
}

void ParametersDraft::clip_skip(const std::string& value) {
  if (value.empty()) return;
  const auto layer =
      understood(value, [](const std::string& v) { return parse_whole_number(v, "Clip skip", 0, kMostClipSkip); });
  if (!layer) return leave_out(LeftOutKind::ClipSkip, value);
  if (*layer > 1) made_.clip_skip = *layer;
}

void ParametersDraft::sampler(const std::optional<SamplerSetting>& known, std::string_view sampler,
                              std::string_view schedule) {
  if (sampler.empty()) return;
  if (known) {
    made_.sampler = known->sampler;
    made_.spacing = known->spacing;
    return;
  }
  leave_out(LeftOutKind::Sampler, schedule.empty() ? std::string(sampler) : concat(sampler, " ", schedule));
}

void ParametersDraft::lora(std::string_view name, const std::string& strength) {
  std::string stem = model_stem(name);
  if (stem.empty() || stem == "None" || made_.loras.size() == kMostLoras) return;
  const auto number = understood(
      strength, [](const std::string& v) { return parse_number(v, "weight", -kMostStrength, kMostStrength); });
  made_.loras.push_back({std::move(stem), number.value_or(1)});
}

void ParametersDraft::model(std::string_view name) {
  made_.model = model_stem(name);
}

void ParametersDraft::leave_out(LeftOutKind kind, std::string_view detail) {
  LeftOut entry{kind, shortened(detail)};
  const auto& all = made_.left_out;
  if (all.size() < kMostLeftOut && std::find(all.begin(), all.end(), entry) == all.end()) {
    made_.left_out.push_back(std::move(entry));
  }
}

std::string model_stem(std::string_view path) {
  path = trimmed(path);
  const std::size_t slash = path.find_last_of("/\\");
  if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
  const std::string lower = lower_case(path);
  for (const std::string_view ending : {".safetensors", ".sft", ".ckpt", ".pt", ".pth", ".bin", ".gguf"}) {
    if (lower.ends_with(ending)) return std::string(path.substr(0, path.size() - ending.size()));
  }
  return std::string(path);
}

namespace {

/// NaN and Infinity, which Python writes, read as null; inside strings they are words.
std::string without_odd_numbers(std::string_view text) {
  constexpr std::array<std::string_view, 3> kOdd{"-Infinity", "Infinity", "NaN"};
  std::string plain;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size();) {
    const auto odd =
        std::find_if(kOdd.begin(), kOdd.end(), [&](auto word) { return text.substr(i).starts_with(word); });
    if (!quoted && odd != kOdd.end()) {
      plain += "null";
      i += odd->size();
      continue;
    }
    if (text[i] == '"') quoted = !quoted;
    if (quoted && text[i] == '\\' && i + 1 < text.size()) plain += text[i++];
    plain += text[i++];
  }
  return plain;
}

const nlohmann::json& value_at(const nlohmann::json& object, std::string_view key) {
  static const nlohmann::json kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(key);
  return found == object.end() ? kNothing : *found;
}

}  // namespace

std::optional<nlohmann::json> read_program_json(std::string_view text) {
  JsonLimits limits;
  limits.bytes = kLargestPictureText;
  try {
    const bool odd = text.find("NaN") != std::string_view::npos || text.find("Infinity") != std::string_view::npos;
    return parse_bounded_json(odd ? without_odd_numbers(text) : std::string(text), "picture", limits);
  } catch (const BadInput&) {
    return std::nullopt;
  }
}

std::string text_at(const nlohmann::json& object, std::string_view key) {
  const nlohmann::json& value = value_at(object, key);
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_unsigned()) return concat(value.get<std::uint64_t>());
  if (value.is_number_integer()) return concat(value.get<std::int64_t>());
  return value.is_number() ? number_text(value.get<double>()) : std::string();
}

const nlohmann::json& object_at(const nlohmann::json& object, std::string_view key) {
  static const nlohmann::json kEmpty = nlohmann::json::object();
  const nlohmann::json& value = value_at(object, key);
  return value.is_object() ? value : kEmpty;
}

const nlohmann::json& array_at(const nlohmann::json& object, std::string_view key) {
  static const nlohmann::json kEmpty = nlohmann::json::array();
  const nlohmann::json& value = value_at(object, key);
  return value.is_array() ? value : kEmpty;
}

bool has_any(const nlohmann::json& object, std::initializer_list<std::string_view> keys) {
  return object.is_object() &&
         std::any_of(keys.begin(), keys.end(), [&](std::string_view key) { return object.contains(key); });
}

}  // namespace tstitch
