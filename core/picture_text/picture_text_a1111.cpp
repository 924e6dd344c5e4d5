#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/text.h"
#include "core/picture_text/picture_text_programs.h"
#include "core/request/names.h"
#include "core/request/option_text.h"

namespace tstitch {

namespace {

constexpr std::string_view kNegative = "Negative prompt:";
constexpr std::size_t kFewestPairs = 3;
constexpr std::size_t kFewestKnown = 2;
/// Pairs that are looked at in one line.
constexpr std::size_t kMostPairs = 1000;

/// Keys of settings lines, by which such a line is told from a prompt with colons in it.
constexpr std::array<std::string_view, 22> kKnownKeys{
    "Steps",      "Sampler", "Schedule type",    "Scheduler",          "CFG scale",      "Seed",  "Size",
    "Model hash", "Model",   "Clip skip",        "Denoising strength", "Version",        "VAE",   "VAE hash",
    "RNG",        "ENSD",    "Face restoration", "Hires upscale",      "Guidance Scale", "Width", "Height",
    "App"};

/// What keys ask for that is not taken over. A key fits that begins so.
struct UntakenKey {
  std::string_view beginning;
  LeftOutKind kind;
};
constexpr std::array kUntakenKeys{UntakenKey{"Hires", LeftOutKind::Hires},
                                  UntakenKey{"First pass size", LeftOutKind::Hires},
                                  UntakenKey{"Refiner", LeftOutKind::Refiner},
                                  UntakenKey{"ControlNet", LeftOutKind::ControlNet},
                                  UntakenKey{"ADetailer", LeftOutKind::Detailer},
                                  UntakenKey{"DDetailer", LeftOutKind::Detailer},
                                  UntakenKey{"Detailer", LeftOutKind::Detailer},
                                  UntakenKey{"Face restoration", LeftOutKind::FaceRestoration},
                                  UntakenKey{"VAE", LeftOutKind::Vae},
                                  UntakenKey{"TI hashes", LeftOutKind::Embedding},
                                  UntakenKey{"TI", LeftOutKind::Embedding},
                                  UntakenKey{"Used embeddings", LeftOutKind::Embedding},
                                  UntakenKey{"Hypernet", LeftOutKind::Hypernetwork},
                                  UntakenKey{"Denoising strength", LeftOutKind::SourcePicture},
                                  UntakenKey{"Mask blur", LeftOutKind::SourcePicture},
                                  UntakenKey{"Inpaint", LeftOutKind::SourcePicture},
                                  UntakenKey{"Masked content", LeftOutKind::SourcePicture},
                                  UntakenKey{"Soft inpainting", LeftOutKind::SourcePicture},
                                  UntakenKey{"Variation seed", LeftOutKind::Variation},
                                  UntakenKey{"Seed resize", LeftOutKind::Variation},
                                  UntakenKey{"Styles", LeftOutKind::Styles},
                                  UntakenKey{"Noise Schedule", LeftOutKind::Noise},
                                  UntakenKey{"ENSD", LeftOutKind::Noise},
                                  UntakenKey{"Eta", LeftOutKind::Scripts},
                                  UntakenKey{"Sigma", LeftOutKind::Scripts},
                                  UntakenKey{"RP ", LeftOutKind::Scripts},
                                  UntakenKey{"Dynamic thresholding", LeftOutKind::Scripts},
                                  UntakenKey{"Script", LeftOutKind::Scripts},
                                  UntakenKey{"X Type", LeftOutKind::Scripts},
                                  UntakenKey{"Y Type", LeftOutKind::Scripts},
                                  UntakenKey{"Tiling", LeftOutKind::Scripts},
                                  UntakenKey{"FreeU", LeftOutKind::Scripts},
                                  UntakenKey{"freeu", LeftOutKind::Scripts},
                                  UntakenKey{"Token merging", LeftOutKind::Scripts},
                                  UntakenKey{"ToMe", LeftOutKind::Scripts},
                                  UntakenKey{"NGMS", LeftOutKind::Scripts},
                                  UntakenKey{"Skip Early CFG", LeftOutKind::Scripts},
                                  UntakenKey{"Distilled CFG", LeftOutKind::Scripts},
                                  UntakenKey{"CFG rescale", LeftOutKind::Scripts},
                                  UntakenKey{"Sharpness", LeftOutKind::Scripts},
                                  UntakenKey{"Tiled diffusion", LeftOutKind::Scripts},
                                  UntakenKey{"Tiled Diffusion", LeftOutKind::Scripts},
                                  UntakenKey{"AnimateDiff", LeftOutKind::Scripts},
                                  UntakenKey{"IP-Adapter", LeftOutKind::ControlNet},
                                  UntakenKey{"Prompt2", LeftOutKind::Prompts},
                                  UntakenKey{"Negative2", LeftOutKind::Prompts}};

/// One pair and where it ends. A key: a word character, then word characters, blanks, hyphens or slashes.
struct Pair {
  std::string key, value;
  std::size_t length;
};

bool is_key_character(char c, bool first) {
  const auto byte = static_cast<unsigned char>(c);
  const bool word = is_ascii_letter(c) || is_ascii_digit(c) || c == '_' || byte >= 0x80;
  return word || (!first && (c == ' ' || c == '-' || c == '/' || c == '.' || c == '(' || c == ')'));
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

/// Length of the JSON list or object at the start of `text`, as far as brackets outside strings tell; 0 when none ends.
std::size_t json_group_length(std::string_view text) {
  if (!text.starts_with('{') && !text.starts_with('[')) return 0;
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      const std::size_t length = json_string_length(text.substr(i));
      if (length == 0) return 0;
      i += length - 1;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (--depth == 0) return i + 1;
    }
  }
  return 0;
}

std::string unquoted(std::string_view text) {
  if (!text.starts_with('"')) return std::string(text);
  const auto value = parse_json(text);
  return value.is_string() ? value.get<std::string>() : std::string(text);
}

/// Whether a value may end there: at the separator or at the end of the line.
bool ends_at(std::string_view line, std::size_t at, char separator) {
  const std::size_t next = line.find_first_not_of(' ', at);
  return next == std::string_view::npos || line[next] == separator;
}

std::optional<Pair> pair_at(std::string_view line, char separator) {
  std::size_t colon = 0;
  while (colon < line.size() && is_key_character(line[colon], colon == 0)) ++colon;
  if (colon == 0 || colon == line.size() || line[colon] != ':') return std::nullopt;
  const std::size_t begin = std::min(line.find_first_not_of(' ', colon + 1), line.size());
  const std::string_view rest = line.substr(begin);
  std::size_t length = std::max(json_string_length(rest), json_group_length(rest));
  const bool whole = length != 0 && ends_at(line, begin + length, separator);
  if (!whole) length = std::min(rest.find(separator), rest.size());
  const std::string_view value = rest.substr(0, length);
  return Pair{std::string(trimmed(line.substr(0, colon))), whole ? unquoted(value) : std::string(trimmed(value)),
              begin + length};
}

std::vector<Pair> pairs_of(std::string_view line, char separator) {
  std::vector<Pair> pairs;
  while (!line.empty() && pairs.size() < kMostPairs) {
    line.remove_prefix(std::min(line.find_first_not_of(" ,|"), line.size()));
    if (auto pair = pair_at(line, separator)) {
      line.remove_prefix(pair->length);
      pairs.push_back(std::move(*pair));
    } else {
      line.remove_prefix(std::min(line.find(separator), line.size()));
    }
  }
  return pairs;
}

bool is_known_key(std::string_view key) {
  return std::find(kKnownKeys.begin(), kKnownKeys.end(), key) != kKnownKeys.end() || key.starts_with("Stitch ");
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The pairs of a line, where it is one of settings; else nothing.
std::vector<Pair> settings_in(std::string_view line) {
  const bool bars = line.find(" | ") != std::string_view::npos;
  std::vector<Pair> pairs = pairs_of(line, bars ? '|' : ',');
  if (bars && pairs.size() < kFewestPairs) pairs = pairs_of(line, ',');
  const auto first = pair_at(line.substr(std::min(line.find_first_not_of(' '), line.size())), ',');
  if (pairs.empty() || !first || first->key.find("Negative prompt") != std::string::npos) return {};
  std::size_t known = 0;
  for (const Pair& pair : pairs) known += is_known_key(pair.key) ? 1 : 0;
  const bool counted = pairs.size() >= kFewestPairs && known >= kFewestKnown;
  const bool begins = pairs.front().key == "Steps" && is_number(pairs.front().value) && known >= kFewestKnown;
  return counted || begins ? pairs : std::vector<Pair>();
}

/// A text taken apart.
struct Parts {
  std::string prompt;
  std::optional<std::string> negative;
  std::vector<Pair> pairs;
};

void split_prompts(std::string_view text, Parts& parts) {
  std::size_t at = 0;
  while (at != std::string_view::npos && !text.substr(at).starts_with(kNegative)) {
    at = text.find('\n', at);
    if (at != std::string_view::npos) ++at;
  }
  if (at == std::string_view::npos) {
    parts.prompt = trimmed(text);
    return;
  }
  parts.prompt = trimmed(text.substr(0, at));
  parts.negative = std::string(trimmed(text.substr(at + kNegative.size())));
}

/// Programs that keep a text in one line: prompt, `Negative prompt:` and settings with blanks between them.
bool split_one_line(std::string_view text, Parts& parts) {
  if (text.find('\n') != std::string_view::npos) return false;
  const std::size_t steps = text.rfind("Steps: ");
  if (steps == std::string_view::npos || steps == 0) return false;
  parts.pairs = settings_in(text.substr(steps));
  if (parts.pairs.size() < kFewestPairs) {
    parts.pairs.clear();
    return false;
  }
  const std::string_view words = text.substr(0, steps);
  const std::size_t negative = words.find(kNegative);
  parts.prompt = trimmed(words.substr(0, negative));
  if (negative != std::string_view::npos) {
    parts.negative = std::string(trimmed(words.substr(negative + kNegative.size())));
  }
  return true;
}

Parts taken_apart(std::string_view text) {
  Parts parts;
  std::size_t end = text.size();
  while (true) {
    const std::size_t break_at = end == 0 ? std::string_view::npos : text.rfind('\n', end - 1);
    const std::size_t begin = break_at == std::string_view::npos ? 0 : break_at + 1;
    parts.pairs = settings_in(text.substr(begin, end - begin));
    if (!parts.pairs.empty()) {
      split_prompts(text.substr(0, begin), parts);
      return parts;
    }
    if (begin == 0) break;
    end = break_at;
  }
  if (!split_one_line(text, parts)) split_prompts(text, parts);
  return parts;
}

PictureProgram program_of(const std::map<std::string, std::string>& pairs, bool bars) {
  const auto value = [&](const char* key) {
    const auto found = pairs.find(key);
    return found == pairs.end() ? std::string() : found->second;
  };
  const std::string version = value("Version");
  if (version.starts_with("T-Stitch")) return PictureProgram::TStitch;
  if (version.starts_with("Fooocus") || pairs.contains("Fooocus V2 Expansion")) return PictureProgram::Fooocus;
  if (version.starts_with("ComfyUI")) return PictureProgram::ComfyUi;
  if (lower_case(value("App")) == "sd.next" || bars || pairs.contains("Backend")) return PictureProgram::SdNext;
  if (version.starts_with("f") || version.starts_with("neo") || version.starts_with("classic")) {
    return PictureProgram::Forge;
  }
  return pairs.empty() ? PictureProgram::Text : PictureProgram::A1111;
}

class SettingsReader {
 public:
  explicit SettingsReader(const std::vector<Pair>& pairs) {
    for (const Pair& pair : pairs) pairs_[pair.key] = pair.value;
  }

  [[nodiscard]] const std::map<std::string, std::string>& pairs() const { return pairs_; }

  void read(ParametersDraft& draft) const {
    draft.steps(value({"Steps"}));
    draft.guidance(value({"CFG scale", "Guidance Scale", "CFG Scale"}));
    draft.seed(value({"Seed"}));
    read_size(draft);
    std::string schedule = value({"Schedule type", "Scheduler", "Schedule"});
    std::string sampler = value({"Sampler"});
    if (sampler.empty()) sampler.swap(schedule);  // SD.Next calls it so
    draft.sampler(a1111_sampler(sampler, schedule), sampler, schedule);
    draft.clip_skip(value({"Clip skip"}));
    draft.model(value({"Model"}));
    read_split(draft.made());
    for (const auto& [key, text] : pairs_) leave_out(key, text, draft);
    if (const std::string noise = value({"RNG"}); !noise.empty() && noise != "CPU") {
      draft.leave_out(LeftOutKind::Noise, noise);
    }
  }

 private:
  [[nodiscard]] std::string value(std::initializer_list<const char*> keys) const {
    for (const char* key : keys) {
      const auto found = pairs_.find(key);
      if (found != pairs_.end()) return found->second;
    }
    return {};
  }

  void read_size(ParametersDraft& draft) const {
    const std::string size = value({"Size"});
    const std::size_t cross = size.find_first_of("xX");
    if (cross != std::string::npos) return draft.size(size.substr(0, cross), size.substr(cross + 1));
    if (!size.empty()) return draft.leave_out(LeftOutKind::Size, size);
    draft.size(value({"Width"}), value({"Height"}));
  }

  void read_split(PictureParameters& made) const {
    try {
      if (const std::string text = value({"Stitch segments"}); !text.empty()) {
        made.segments = SegmentSplit{parse_segments(text)};
      }
      const std::string shares = value({"Stitch ratio"});
      if (shares.empty()) return;
      RatioSplit split;
      split.shares = parse_ratio_list(shares, Repeats::Allowed);
      split.rule = choice_named<SplitRule>(value({"Stitch rule"})).value_or(SplitRule::Floor);
      made.ratio = split;
    } catch (const Error&) {
      return;  // what is odd there is no split
    }
  }

  /// A key may stand for nothing: `Denoising strength` beside `Hires ...` belongs to it.
  void leave_out(const std::string& key, const std::string& text, ParametersDraft& draft) const {
    const auto rule = std::find_if(kUntakenKeys.begin(), kUntakenKeys.end(),
                                   [&](const UntakenKey& one) { return key.starts_with(one.beginning); });
    if (rule == kUntakenKeys.end() || key == "VAE hash" || text.empty()) return;
    LeftOutKind kind = rule->kind;
    const bool second_pass = pairs_.contains("Hires upscale") || pairs_.contains("Hires upscaler") ||
                             pairs_.contains("Hires resize") || pairs_.contains("First pass size");
    if (key == "Denoising strength" && second_pass) kind = LeftOutKind::Hires;
    draft.leave_out(kind, kind == LeftOutKind::Vae ? text : std::string_view());
  }

  std::map<std::string, std::string> pairs_;
};

/// Line ends of any system as `\n`, without a mark of UTF-8.
std::string with_plain_line_ends(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r') {
      plain += '\n';
      if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
    } else if (text[i] != '\0') {
      plain += text[i];
    }
  }
  return plain;
}

}  // namespace

PictureParameters parse_a1111_parameters(std::string_view text) {
  const std::string plain = with_plain_line_ends(trimmed(text.substr(0, kLargestPictureText)));
  const Parts parts = taken_apart(trimmed(plain));
  const SettingsReader settings(parts.pairs);
  const bool bars = plain.find(" | Seed: ") != std::string::npos || plain.find(" | Sampler: ") != std::string::npos;
  ParametersDraft draft(program_of(settings.pairs(), bars));
  if (draft.made().program == PictureProgram::TStitch) {
    draft.prompt(parts.prompt);  // its syntax is not told
  } else {
    draft.prompt_with_tags(parts.prompt);
  }
  if (parts.negative) draft.negative_prompt(*parts.negative);
  settings.read(draft);
  draft.made().pairs = settings.pairs();
  return draft.take();
}

}  // namespace tstitch
