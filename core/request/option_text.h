#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/request/generation_request.h"
#include "core/request/names.h"

namespace tstitch {

/// How option values are written. Every parse_ function throws UsageError that says what it got and what it takes.
/// Blanks around a value or a list item are ignored; nothing else is.

/// A share as the command line takes it: `0.4` or `40%`, in whole hundredths from 0 to 1.
Percent parse_ratio(std::string_view text);
/// Several of them: `0,20%,0.4`; none may be given twice unless `Repeats::Allowed` (dit-multi's shares).
enum class Repeats { Allowed, Refused };
std::vector<Percent> parse_ratio_list(std::string_view text, Repeats repeats = Repeats::Refused);

/// A share as the window takes it: `40` or `40%`, whole percents.
Percent parse_percent(std::string_view text);
std::vector<Percent> parse_percent_list(std::string_view text);

/// `small:20,large:31`, any order, any number; `small:20@5` with a guidance of its own.
std::vector<Segment> parse_segments(std::string_view text);

/// `2=a red fox`: the text of the second segment; counted from 1, the text as it stands, also empty.
struct SegmentPrompt {
  std::size_t index = 0;  ///< from 0
  std::string text;
};
SegmentPrompt parse_segment_prompt(std::string_view text);

/// 0..2^64-1 in decimal digits.
std::uint64_t parse_seed(std::string_view text);
/// `3,4,7-9`; at most kMostSeeds of them, none twice.
inline constexpr std::size_t kMostSeeds = 10000;
std::vector<std::uint64_t> parse_seed_list(std::string_view text);

/// A decimal integer that fits an int; `field` names it in the message.
int parse_whole_number(std::string_view text, const std::string& field);
/// A finite decimal number, classic locale.
double parse_number(std::string_view text, const std::string& field);
/// The same from `low` to `high`, both included.
int parse_whole_number(std::string_view text, const std::string& field, int low, int high);
double parse_number(std::string_view text, const std::string& field, double low, double high);

/// A choice by its spelling (names.h); the message lists them all.
template <class Choice>
Choice parse_choice(std::string_view text) {
  const std::string_view name = trimmed(text);
  if (const auto choice = choice_named<Choice>(name)) return *choice;
  const auto names = all_names<Choice>();
  throw UsageError(concat("\"", name, "\" is not one of ", join({names.begin(), names.end()}, ", "), "."));
}

/// A size of memory, `16G`, `900M` or in bytes; binary multiples.
std::int64_t parse_bytes(std::string_view text);

/// `512x768`: width, then height.
Extent parse_extent(std::string_view text);

/// `0,128`: pixels cut off at the left and at the top.
CropOffset parse_crop(std::string_view text);

/// `KIND=IMAGE,model=PATH[,scale=0.5][,start=0][,end=1][,on=both|small|large][,map|,annotator=PATH][,low=100]
/// [,high=200][,fit=stretch|crop|pad]`, in any order after IMAGE; `on` also takes the name of a further denoiser; `low`
/// and `high` are canny's thresholds, `annotator` the network that makes the map of another kind. Commas in IMAGE and
/// PATH are theirs unless `NAME=` or `map` follows. Locations and names are what was typed; an error names the part.
ControlChoice parse_control(std::string_view text);

/// `FILE[:W][@small|large]`, or @both, or @ and the name of a further denoiser. What follows the last `@` is a
/// denoiser's name unless it has a `/` or a `.` in it; what follows the last `:` before it is the strength when it is
/// made of a number's characters. Other `@` and `:` are the file's.
LoraChoice parse_lora(std::string_view text);

/// `FILE[=WORD]`: what follows the last `=` is the word, unless a file's ending stands there.
EmbeddingChoice parse_embedding(std::string_view text);

/// `scale=1.5,upscale=lanczos|latent,strength=S[,steps=N][,ratio=R]`, in any order; an error names the part.
SecondPass parse_second_pass(std::string_view text);

/// `40%`, `512x768`, `small:20,large:31`: the same spellings, written.
std::string text_of(Percent share);
std::string text_of(Extent extent);
std::string text_of(const std::vector<Segment>& segments);

}  // namespace tstitch
