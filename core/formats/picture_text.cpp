#include "core/formats/picture_text.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/request/names.h"
#include "core/request/option_text.h"
#include "core/request/sampler_traits.h"

namespace tstitch {

namespace {

constexpr std::string_view kNegative = "Negative prompt: ";
constexpr std::size_t kFewestPairs = 3;

/// A choice and what the web UI calls it.
template <class Choice>
struct Spelling {
  Choice choice;
  std::string_view name;
};
using ScheduleName = Spelling<Spacing>;

constexpr std::array kScheduleNames{
    ScheduleName{Spacing::Karras, "Karras"},        ScheduleName{Spacing::Exponential, "Exponential"},
    ScheduleName{Spacing::Ays, "Align Your Steps"}, ScheduleName{Spacing::Leading, "Leading"},
    ScheduleName{Spacing::Trailing, "Trailing"},    ScheduleName{Spacing::Linspace, "Linspace"}};

std::string quoted(const std::string& value) {
  if (value.find_first_of(",\n:") == std::string::npos) return value;
  return nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

class PairLine {
 public:
  void add(std::string_view key, const std::string& value) {
    if (value.empty()) return;
    line_ += concat(line_.empty() ? "" : ", ", key, ": ", quoted(value));
  }
  std::string take() { return std::move(line_); }

 private:
  std::string line_;
};

template <class Names, class Choice>
std::string spelling_of(const Names& names, Choice choice) {
  const auto found =
      std::find_if(names.begin(), names.end(), [&](const auto& entry) { return entry.choice == choice; });
  return found == names.end() ? std::string() : std::string(found->name);
}

/// A ratio is written as the share of each denoiser: `0.4`, or `0.2,0.5,0.3` where there are several.
std::string ratio_text(const RatioSplit& split) {
  std::vector<std::string> shares;
  for (const Percent share : split.shares) shares.push_back(number_text(share.value / 100.0));
  return join(shares, ",");
}

void add_stitch_pairs(PairLine& line, const GenerationRequest& request, const std::vector<Segment>& segments,
                      const PictureModel& small) {
  line.add("Stitch small model", small.name);
  line.add("Stitch small hash", small.sha256.substr(0, 10));
  if (const auto* split = std::get_if<RatioSplit>(&request.split)) {
    int small_steps = 0;
    for (const Segment& segment : segments) small_steps += segment.denoiser == "small" ? segment.evaluations : 0;
    line.add("Stitch ratio", ratio_text(*split));
    line.add("Stitch small steps", std::to_string(small_steps));
    line.add("Stitch rule", std::string(name_of(split->rule)));
  } else {
    line.add("Stitch segments", text_of(std::get<SegmentSplit>(request.split).segments));
  }
}

/// One pair and where it ends. A key: a word character, then word characters, blanks, hyphens or slashes.
struct Pair {
  std::string key, value;
  std::size_t length;
};

bool is_key_character(char c, bool first) {
  const bool word = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  return word || (!first && (c == ' ' || c == '-' || c == '/'));
}

/// Length of the JSON string at the start of `text`, with its quotes; 0 when none ends there.
std::size_t json_string_length(std::string_view text) {
  for (std::size_t i = 1; text.starts_with('"') && i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return 0;
}

std::string unquoted(std::string_view text) {
  const auto value = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
  return value.is_string() ? value.get<std::string>() : std::string(text);
}

std::optional<Pair> pair_at(std::string_view line) {
  std::size_t colon = 0;
  while (colon < line.size() && is_key_character(line[colon], colon == 0)) ++colon;
  if (colon == 0 || colon == line.size() || line[colon] != ':') return std::nullopt;
  std::size_t begin = line.find_first_not_of(' ', colon + 1);
  begin = std::min(begin, line.size());
  std::size_t length = json_string_length(line.substr(begin));
  const bool whole = length != 0 && (begin + length == line.size() || line[begin + length] == ',');
  if (!whole) length = std::min(line.find(',', begin), line.size()) - begin;
  const std::string_view value = line.substr(begin, length);
  return Pair{std::string(line.substr(0, colon)), whole ? unquoted(value) : std::string(trimmed(value)),
              begin + length};
}

std::vector<Pair> pairs_of(std::string_view line) {
  std::vector<Pair> pairs;
  while (!line.empty()) {
    if (auto pair = pair_at(line)) {
      line.remove_prefix(pair->length);
      pairs.push_back(std::move(*pair));
    } else {
      line.remove_prefix(std::min(line.find(','), line.size()));
    }
    line.remove_prefix(std::min(line.find_first_not_of(", "), line.size()));
  }
  return pairs;
}

/// The value of `key` as `parse` reads it, or nothing when it is absent or odd.
template <class Parse>
auto understood(const std::map<std::string, std::string>& pairs, const char* key, Parse parse)
    -> std::optional<decltype(parse(std::string()))> {
  const auto found = pairs.find(key);
  if (found == pairs.end()) return std::nullopt;
  try {
    return parse(found->second);
  } catch (const Error&) {
    return std::nullopt;
  }
}

template <class Names>
auto choice_spelled(const Names& names, const std::string& name)
    -> std::optional<std::decay_t<decltype(names[0].choice)>> {
  const auto found = std::find_if(names.begin(), names.end(), [&](const auto& entry) { return entry.name == name; });
  if (found == names.end()) return std::nullopt;
  return found->choice;
}

/// By what the web UI calls it, or by its label in our window.
std::optional<SamplerKind> sampler_called(const std::string& name) {
  const SamplerTraits* row = traits_with(&SamplerTraits::a1111, name);
  if (row == nullptr) row = traits_with(&SamplerTraits::label, name);
  return row == nullptr || row->kind == SamplerKind::Default ? std::nullopt : std::optional(row->kind);
}

/// Older versions write the schedule behind the sampler: `DPM++ 2M Karras`.
void read_sampler(PictureParameters& parameters) {
  std::string sampler = parameters.pairs["Sampler"];
  std::string schedule = parameters.pairs.contains("Schedule type") ? parameters.pairs["Schedule type"] : std::string();
  for (const char* suffix : {"Karras", "Exponential"}) {
    if (!sampler.ends_with(concat(" ", suffix))) continue;
    sampler.resize(sampler.size() - std::string_view(suffix).size() - 1);
    schedule = suffix;
  }
  parameters.sampler = sampler_called(sampler);
  parameters.spacing = choice_spelled(kScheduleNames, schedule);
}

void read_split(PictureParameters& parameters) {
  const auto& pairs = parameters.pairs;
  parameters.segments = understood(pairs, "Stitch segments",
                                   [](const std::string& value) { return SegmentSplit{parse_segments(value)}; });
  parameters.ratio = understood(pairs, "Stitch ratio", [](const std::string& value) {
    RatioSplit split;
    split.shares = parse_ratio_list(value, Repeats::Allowed);
    return split;
  });
  const auto rule = pairs.find("Stitch rule");
  if (parameters.ratio && rule != pairs.end()) {
    parameters.ratio->rule = choice_named<SplitRule>(rule->second).value_or(SplitRule::Floor);
  }
}

void read_pairs(PictureParameters& parameters, const std::vector<Pair>& pairs) {
  for (const Pair& pair : pairs) parameters.pairs[pair.key] = pair.value;
  const auto& known = parameters.pairs;
  parameters.steps = understood(known, "Steps", [](const std::string& v) { return parse_whole_number(v, "Steps"); });
  parameters.guidance_scale =
      understood(known, "CFG scale", [](const std::string& v) { return parse_number(v, "CFG scale"); });
  parameters.seed = understood(known, "Seed", [](const std::string& v) { return parse_seed(v); });
  parameters.extent = understood(known, "Size", [](const std::string& v) { return parse_extent(v); });
  if (known.contains("Sampler")) read_sampler(parameters);
  read_split(parameters);
}

void read_prompts(PictureParameters& parameters, std::string_view text) {
  const std::size_t at = text.starts_with(kNegative) ? 0 : text.find(concat("\n", kNegative));
  if (at == std::string_view::npos) {
    parameters.prompt = trimmed(text);
    return;
  }
  parameters.prompt = trimmed(text.substr(0, at));
  const std::size_t begin = at + kNegative.size() + (text[at] == '\n' ? 1 : 0);
  parameters.negative_prompt = std::string(trimmed(text.substr(begin)));
}

}  // namespace

std::string a1111_parameters(const GenerationRequest& request, const std::vector<Segment>& segments,
                             const PictureModel& large, const PictureModel& small) {
  PairLine line;
  line.add("Steps", std::to_string(request.steps));
  line.add("Sampler", std::string(traits_of(request.sampler).a1111));
  line.add("Schedule type", spelling_of(kScheduleNames, request.spacing));
  line.add("CFG scale", number_text(request.guidance_scale));
  line.add("Seed", std::to_string(request.seed));
  line.add("Size", text_of(request.extent));
  line.add("Model hash", large.sha256.substr(0, 10));
  line.add("Model", large.name);
  line.add("RNG", "CPU");
  add_stitch_pairs(line, request, segments, small);
  line.add("Version", concat("T-Stitch Studio ", TSTITCH_VERSION));
  std::string text = request.prompt + '\n';
  if (request.negative_prompt && !request.negative_prompt->empty()) {
    text += concat(kNegative, *request.negative_prompt, "\n");
  }
  return text + line.take();
}

PictureParameters parse_a1111_parameters(std::string_view text) {
  PictureParameters parameters;
  text = trimmed(text);
  const std::size_t last_line = text.rfind('\n') == std::string_view::npos ? 0 : text.rfind('\n') + 1;
  const std::vector<Pair> pairs = pairs_of(text.substr(last_line));
  if (pairs.size() >= kFewestPairs) {
    text = text.substr(0, last_line);
    read_pairs(parameters, pairs);
  }
  read_prompts(parameters, text);
  return parameters;
}

GenerationRequest PictureParameters::applied_to(GenerationRequest request) const {
  request.prompt = prompt;
  request.negative_prompt = negative_prompt;
  request.steps = steps.value_or(request.steps);
  request.sampler = sampler.value_or(request.sampler);
  request.spacing = spacing.value_or(request.spacing);
  request.guidance_scale = guidance_scale.value_or(request.guidance_scale);
  request.seed = seed.value_or(request.seed);
  request.extent = extent.value_or(request.extent);
  if (ratio) request.split = *ratio;
  if (segments) request.split = *segments;
  return request;
}

}  // namespace tstitch
