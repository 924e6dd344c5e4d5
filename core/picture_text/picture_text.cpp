#include "core/picture_text/picture_text.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/base/version.h"
#include "core/request/names.h"
#include "core/request/option_text.h"
#include "core/request/sampler_traits.h"

namespace tstitch {

namespace {

constexpr std::string_view kNegative = "Negative prompt: ";

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
    line.add("Stitch small steps", concat(small_steps));
    line.add("Stitch rule", std::string(name_of(split->rule)));
  } else {
    line.add("Stitch segments", text_of(std::get<SegmentSplit>(request.split).segments));
  }
}

/// Other programs have one strength: that of the source picture, or else of the second pass.
void add_pictures(PairLine& line, const GenerationRequest& request) {
  const auto& second = request.second_pass;
  if (request.source) line.add("Denoising strength", number_text(request.source->strength));
  if (!request.source && second) line.add("Denoising strength", number_text(second->strength));
  if (!second) return;
  line.add("Hires upscale", number_text(second->scale));
  line.add("Hires steps", concat(second->steps.value_or(request.steps)));
  line.add("Hires upscaler", second->upscale == Upscale::Latent ? "Latent" : "Lanczos");
}

}  // namespace

std::string a1111_parameters(const GenerationRequest& request, const std::vector<Segment>& segments,
                             const PictureModel& large, const PictureModel& small) {
  PairLine line;
  line.add("Steps", concat(request.steps));
  line.add("Sampler", std::string(traits_of(request.sampler).a1111));
  line.add("Schedule type", spelling_of(kScheduleNames, request.spacing));
  line.add("CFG scale", number_text(request.guidance_scale));
  line.add("Seed", concat(request.seed));
  line.add("Size", text_of(request.extent));
  line.add("Model hash", large.sha256.substr(0, 10));
  line.add("Model", large.name);
  if (request.clip_skip) line.add("Clip skip", concat(*request.clip_skip));
  add_pictures(line, request);
  line.add("RNG", "CPU");
  add_stitch_pairs(line, request, segments, small);
  line.add("Version", concat("T-Stitch Studio ", program_version()));
  std::string text = request.prompt + '\n';
  if (request.negative_prompt && !request.negative_prompt->empty()) {
    text += concat(kNegative, *request.negative_prompt, "\n");
  }
  return text + line.take();
}

}  // namespace tstitch
