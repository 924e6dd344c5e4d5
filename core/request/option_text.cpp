#include "core/request/option_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/text.h"

namespace tstitch {

namespace {

constexpr std::string_view kDigits = "0123456789";

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of(kDigits) == std::string_view::npos;
}

/// Digits only, as a positive number; 0 when they are not one.
int read_positive(std::string_view text) {
  return all_digits(text) ? read_number<int>(text).value_or(0) : 0;
}

/// Before and after the last separator, without blanks; the second half is empty when there is none.
std::pair<std::string_view, std::string_view> halves(std::string_view text, char separator) {
  const std::size_t at = text.rfind(separator);
  if (at == std::string_view::npos) return {text, {}};
  return {trimmed(text.substr(0, at)), trimmed(text.substr(at + 1))};
}

/// `12.340` with `decimals` 2 -> 1234, in integers so that 0.29 is 29; nothing when a digit beyond them is not 0.
std::optional<int> read_fixed(std::string_view text, std::size_t decimals) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view rest = point == std::string_view::npos ? std::string_view("0") : text.substr(point + 1);
  if (!all_digits(whole) || !all_digits(rest)) return std::nullopt;
  const std::string_view beyond = rest.substr(std::min(decimals, rest.size()));
  if (beyond.find_first_not_of('0') != std::string_view::npos) return std::nullopt;
  std::string fixed(whole);
  fixed += rest.substr(0, decimals);
  fixed.append(decimals - std::min(decimals, rest.size()), '0');
  return read_number<int>(fixed);
}

std::optional<Percent> in_range(std::optional<int> hundredths) {
  if (!hundredths || *hundredths > 100) return std::nullopt;
  return Percent{*hundredths};
}

std::optional<Percent> read_percent_sign(std::string_view text) {
  if (text.empty() || text.back() != '%') return std::nullopt;
  return in_range(read_fixed(trimmed(text.substr(0, text.size() - 1)), 0));
}

template <class Value>
void refuse_repeats(const std::vector<Value>& values, std::string_view text) {
  for (auto value = values.begin(); value != values.end(); ++value) {
    if (std::find(values.begin(), value, *value) != value) {
      throw UsageError(concat("\"", text, "\" lists a value twice."));
    }
  }
}

void append_seeds(std::string_view item, std::vector<std::uint64_t>& seeds) {
  const std::size_t dash = item.find('-');
  const std::uint64_t first = parse_seed(item.substr(0, dash));
  const std::uint64_t last = dash == std::string_view::npos ? first : parse_seed(item.substr(dash + 1));
  if (last < first) throw UsageError(concat("The seed range \"", item, "\" runs backwards."));
  if (last - first >= kMostSeeds - seeds.size()) {
    throw UsageError(concat("More than ", kMostSeeds, " seeds are listed."));
  }
  for (std::uint64_t i = 0; i <= last - first; ++i) seeds.push_back(first + i);
}

constexpr const char* kControlForm =
    "KIND=IMAGE,model=PATH[,scale=0.5][,start=0][,end=1][,on=both|small|large][,map|,annotator=PATH]"
    "[,low=100][,high=200][,fit=stretch|crop|pad]";

std::filesystem::path typed_path(std::string_view text, const char* of) {
  if (text.empty()) throw UsageError(concat("The path of the ", of, " is empty."));
  return std::filesystem::path(text);
}

ModelReference typed_model(const std::string& text, const char* of) {
  return {text, {}, {}, typed_path(text, of)};
}

/// A number inside an option's value; the message says which.
double parse_part(std::string_view text, const char* part) {
  const auto value = read_number<double>(trimmed(text));
  if (value && std::isfinite(*value)) return *value;
  throw UsageError(concat("The ", part, " is \"", text, "\", a number is expected."));
}

/// All denoisers, or the one of that name.
std::optional<DenoiserName> parse_scope(std::string_view text) {
  if (text == "both") return std::nullopt;
  return DenoiserName(text);
}

/// `name=...` with a name of letters, or `map`: what begins a part of its own and does not go on with the one before.
bool begins_part(std::string_view piece) {
  const std::size_t letters = std::min(piece.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), piece.size());
  return piece == "map" || (letters > 0 && letters < piece.size() && piece[letters] == '=');
}

std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> parts;
  for (std::string& piece : split(text, ',')) {
    if (parts.empty() || begins_part(piece)) {
      parts.push_back(std::move(piece));
    } else {
      parts.back() += "," + piece;
    }
  }
  return parts;
}

Segment parse_segment(std::string_view text) {
  const auto [name, rest] = halves(trimmed(text), ':');
  const auto [count, guidance] = halves(rest, '@');
  const int evaluations = read_positive(count);
  if (evaluations == 0 || name.empty()) {
    throw UsageError(
        concat("A segment is a denoiser and a positive number of evaluations, such as small:20, got \"", text, "\"."));
  }
  Segment segment{std::string(name), evaluations, std::nullopt};
  if (rest.find('@') != std::string_view::npos) segment.guidance = parse_part(guidance, "segment's guidance");
  return segment;
}

void read_control_part(const std::string& part, ControlChoice& control) {
  const std::string name = part.substr(0, part.find('='));
  const std::string value = part.substr(std::min(name.size() + 1, part.size()));
  if (name == "model") {
    control.model = typed_model(value, "control's model");
  } else if (name == "annotator") {
    control.annotator = typed_model(value, "annotator");
  } else if (name == "scale") {
    control.scale = parse_part(value, "scale");
  } else if (name == "start") {
    control.start = parse_part(value, "start");
  } else if (name == "end") {
    control.end = parse_part(value, "end");
  } else if (name == "low") {
    control.thresholds.low = parse_part(value, "low threshold");
  } else if (name == "high") {
    control.thresholds.high = parse_part(value, "high threshold");
  } else if (name == "fit") {
    control.fit = parse_choice<ControlFit>(value);
  } else if (name == "on") {
    control.denoiser = parse_scope(value);
  } else if (part == "map") {
    control.is_map = true;
  } else {
    throw UsageError(concat("\"", part, "\" is no part of a control, which is ", kControlForm, "."));
  }
}

constexpr const char* kSecondPassForm = "scale=1.5,upscale=lanczos|latent,strength=S[,steps=N][,ratio=R]";

void read_second_pass_part(const std::string& name, const std::string& value, SecondPass& second) {
  if (name == "scale") {
    second.scale = parse_part(value, "scale");
  } else if (name == "upscale") {
    second.upscale = parse_choice<Upscale>(value);
  } else if (name == "strength") {
    second.strength = parse_part(value, "strength");
  } else if (name == "steps") {
    second.steps = parse_whole_number(value, {});
  } else if (name == "ratio") {
    second.share = parse_ratio(value);
  } else {
    throw UsageError(concat("\"", name, "\" is no part of a second pass, which is ", kSecondPassForm, "."));
  }
}

}  // namespace

Percent parse_ratio(std::string_view text) {
  const std::string_view value = trimmed(text);
  if (const auto share = read_percent_sign(value)) return *share;
  if (const auto share = in_range(read_fixed(value, 2))) return *share;
  throw UsageError(
      concat("A ratio is a share from 0 to 1 in whole hundredths, such as 0.4 or 40%, got \"", text, "\"."), {},
      "For other shares give explicit segments.");
}

std::vector<Percent> parse_ratio_list(std::string_view text, Repeats repeats) {
  std::vector<Percent> shares;
  for (const std::string& item : split(text, ',')) shares.push_back(parse_ratio(item));
  if (repeats == Repeats::Refused) refuse_repeats(shares, text);
  return shares;
}

Percent parse_percent(std::string_view text) {
  const std::string_view value = trimmed(text);
  if (const auto share = read_percent_sign(value)) return *share;
  if (const auto share = in_range(read_fixed(value, 0))) return *share;
  throw UsageError(concat("A ratio is a whole percent from 0 to 100, such as 40 or 40%, got \"", text, "\"."));
}

std::vector<Percent> parse_percent_list(std::string_view text) {
  std::vector<Percent> shares;
  for (const std::string& item : split(text, ',')) shares.push_back(parse_percent(item));
  refuse_repeats(shares, text);
  return shares;
}

SegmentPrompt parse_segment_prompt(std::string_view text) {
  const std::size_t equals = text.find('=');
  const int number = read_positive(trimmed(text.substr(0, equals)));
  if (number == 0 || equals == std::string_view::npos) {
    throw UsageError(concat(
        "A segment's text is its number in the list, from 1, and the text, such as 2=a red fox, got \"", text, "\"."));
  }
  return {static_cast<std::size_t>(number - 1), std::string(text.substr(equals + 1))};
}

std::vector<Segment> parse_segments(std::string_view text) {
  std::vector<Segment> segments;
  for (const std::string& item : split(text, ',')) {
    segments.push_back(parse_segment(item));
  }
  return segments;
}

std::uint64_t parse_seed(std::string_view text) {
  const std::string_view value = trimmed(text);
  const auto seed = all_digits(value) ? read_number<std::uint64_t>(value) : std::nullopt;
  if (!seed) throw UsageError(concat("A seed is a whole number from 0 to 18446744073709551615, got \"", text, "\"."));
  return *seed;
}

std::vector<std::uint64_t> parse_seed_list(std::string_view text) {
  std::vector<std::uint64_t> seeds;
  for (const std::string& item : split(text, ',')) append_seeds(trimmed(item), seeds);
  std::vector<std::uint64_t> sorted = seeds;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
    throw UsageError(concat("\"", text, "\" lists a seed twice."));
  }
  return seeds;
}

int parse_whole_number(std::string_view text, const std::string& field) {
  const auto value = read_number<int>(trimmed(text));
  if (!value) throw UsageError(concat("A whole number is expected, got \"", text, "\"."), field);
  return *value;
}

double parse_number(std::string_view text, const std::string& field) {
  const auto value = read_number<double>(trimmed(text));
  if (!value || !std::isfinite(*value)) throw UsageError(concat("A number is expected, got \"", text, "\"."), field);
  return *value;
}

int parse_whole_number(std::string_view text, const std::string& field, int low, int high) {
  const auto value = read_number<int>(trimmed(text));
  if (value && *value >= low && *value <= high) return *value;
  throw UsageError(concat("A whole number from ", low, " to ", high, " is expected, got \"", text, "\"."), field);
}

double parse_number(std::string_view text, const std::string& field, double low, double high) {
  const auto value = read_number<double>(trimmed(text));
  if (value && *value >= low && *value <= high) return *value;
  throw UsageError(concat("A number from ", low, " to ", high, " is expected, got \"", text, "\"."), field);
}

std::int64_t parse_bytes(std::string_view text) {
  constexpr std::string_view kUnits = "KMGT";
  const std::string_view value = trimmed(text);
  const std::size_t unit = value.empty() ? std::string_view::npos : kUnits.find(value.back());
  const bool has_unit = unit != std::string_view::npos;
  const auto shift = has_unit ? 10 * (static_cast<unsigned>(unit) + 1) : 0U;
  const std::string_view digits = value.substr(0, value.size() - (has_unit ? 1 : 0));
  const auto count = all_digits(digits) ? read_number<std::int64_t>(digits) : std::nullopt;
  if (!count || *count == 0 || *count > std::numeric_limits<std::int64_t>::max() >> shift) {
    throw UsageError(
        concat("\"", text, "\" is no size of memory.", " It takes a whole number with K, M, G or T: 16G."));
  }
  return *count << shift;
}

Extent parse_extent(std::string_view text) {
  const auto [width, height] = halves(trimmed(text), 'x');
  const Extent extent{read_positive(width), read_positive(height)};
  if (extent.width == 0 || extent.height == 0) {
    throw UsageError(concat("A size is width x height in pixels, such as 512x768, got \"", text, "\"."));
  }
  return extent;
}

CropOffset parse_crop(std::string_view text) {
  const auto [left, top] = halves(trimmed(text), ',');
  const auto offset = [](std::string_view part) { return all_digits(part) ? read_number<int>(part) : std::nullopt; };
  if (!offset(left) || !offset(top)) {
    throw UsageError(
        concat("A crop is the pixels cut off at the left and at the top, such as 0,128, got \"", text, "\"."));
  }
  return {*offset(left), *offset(top)};
}

ControlChoice parse_control(std::string_view text) {
  ControlChoice control;
  const std::vector<std::string> parts = parts_of(text);
  const std::size_t equals = parts.front().find('=');
  if (equals == std::string::npos) {
    throw UsageError(concat("A control is ", kControlForm, ", got \"", text, "\"."));
  }
  control.kind = parse_choice<ControlKind>(std::string_view(parts.front()).substr(0, equals));
  control.picture.location = typed_path(parts.front().substr(equals + 1), "picture");
  control.picture.name = control.picture.location.filename().string();
  std::set<std::string> seen;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::string name = parts[i].substr(0, parts[i].find('='));
    if (!seen.insert(name).second) throw UsageError(concat("\"", text, "\" says ", name, " twice."));
    read_control_part(parts[i], control);
  }
  if (control.model.name.empty()) {
    throw UsageError(concat("\"", text, "\" names no ControlNet and no T2I-Adapter."), {}, "Add ,model=PATH.");
  }
  return control;
}

LoraChoice parse_lora(std::string_view text) {
  LoraChoice lora;
  std::string_view rest = text;
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    const std::string_view name = rest.substr(at + 1);
    if (name.empty()) throw UsageError(concat("\"", text, "\" names no denoiser after its @."));
    if (name.find_first_of("/.") == std::string_view::npos) {
      lora.denoiser = parse_scope(name);
      rest = rest.substr(0, at);
    }
  }
  if (const std::size_t colon = rest.rfind(':'); colon != std::string_view::npos) {
    const std::string_view strength = rest.substr(colon + 1);
    if (strength.find_first_not_of("0123456789.,+-eE") == std::string_view::npos) {
      lora.strength = parse_part(strength, "strength");
      rest = rest.substr(0, colon);
    }
  }
  lora.model.location = typed_path(rest, "LoRA file");
  lora.model.name = rest;
  return lora;
}

EmbeddingChoice parse_embedding(std::string_view text) {
  constexpr std::array<std::string_view, 3> kEndings{".safetensors", ".pt", ".bin"};
  EmbeddingChoice embedding;
  std::string_view file = text;
  if (const std::size_t equals = text.rfind('='); equals != std::string_view::npos) {
    const std::string_view word = trimmed(text.substr(equals + 1));
    const bool is_file = word.find('/') != std::string_view::npos ||
                         std::any_of(kEndings.begin(), kEndings.end(), [&](auto end) { return word.ends_with(end); });
    if (word.empty()) throw UsageError(concat("\"", text, "\" names no word after its =."));
    if (!is_file) {
      embedding.word = word;
      file = text.substr(0, equals);
    }
  }
  embedding.model.location = typed_path(file, "file of a textual inversion");
  embedding.model.name = file;
  return embedding;
}

SecondPass parse_second_pass(std::string_view text) {
  SecondPass second;
  std::set<std::string> seen;
  for (const std::string& part : split(text, ',')) {
    const std::size_t equals = part.find('=');
    const std::string name(trimmed(std::string_view(part).substr(0, equals)));
    const std::string value = equals == std::string::npos ? "" : part.substr(equals + 1);
    if (!seen.insert(name).second) throw UsageError(concat("\"", text, "\" says ", name, " twice."));
    read_second_pass_part(name, value, second);
  }
  for (const char* needed : {"scale", "upscale", "strength"}) {
    if (!seen.contains(needed)) {
      throw UsageError(
          concat("\"", text, "\" does not say its ", needed, ".", " A second pass is ", kSecondPassForm, "."));
    }
  }
  return second;
}

std::string text_of(Percent share) {
  return concat(share.value, "%");
}

std::string text_of(Extent extent) {
  return concat(extent.width, "x", extent.height);
}

std::string text_of(const std::vector<Segment>& segments) {
  std::vector<std::string> parts;
  parts.reserve(segments.size());
  for (const Segment& segment : segments) {
    const std::string guidance = segment.guidance ? concat("@", number_text(*segment.guidance)) : "";
    parts.push_back(concat(segment.denoiser, ":", segment.evaluations, guidance));
  }
  return join(parts, ",");
}

}  // namespace tstitch
