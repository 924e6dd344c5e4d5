#include "core/request/generation_request.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <string_view>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/request/limits.h"
#include "core/request/names.h"

namespace tstitch {

namespace {

/// Far above what a schedule can hold, far below what could overflow a sum.
constexpr int kMostEvaluations = 100000;

/// Collects what is wrong; each check_ function looks at one field.
class Examination {
 public:
  void check(bool fits, const std::string& field, const std::string& text) {
    if (!fits) problems_.push_back({field, text});
  }

  void check_text(const std::string& text, const std::string& field) {
    check(is_valid_utf8(text), field, "the text is not valid UTF-8");
    check(text.find('\0') == std::string::npos, field, "the text contains a NUL character");
  }

  void check_guidance(double guidance, const std::string& field) {
    check(guidance >= 0 && guidance <= kMostGuidance, field,
          concat(number_text(guidance), " is not in 0..", kMostGuidance));
  }

  void check_hash(const std::string& sha256, const std::string& of, const std::string& field) {
    const bool hex = sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
    check(hex && sha256.size() == 64, field, concat("the SHA-256 of ", of, " is not 64 lower-case hexadecimal digits"));
  }

  void check_model(const ModelReference& model, const std::string& field) {
    check_text(model.name, field + ".name");
    check_text(model.family, field + ".family");
    for (const ModelFile& file : model.files) {
      check_text(file.role, field + ".files");
      check_hash(file.sha256, file.role, field + ".files");
    }
  }

  void check_picture(const PictureReference& picture, const std::string& field) {
    check_text(picture.name, field + ".name");
    if (!picture.sha256.empty()) check_hash(picture.sha256, "the picture", field + ".sha256");
  }

  /// Of a run that starts from a picture.
  void check_begin(double strength, const std::string& field) {
    check(strength > 0 && strength <= 1, field, concat(number_text(strength), " is not above 0 and at most 1"));
  }

  void check_strength(double strength, const std::string& field) {
    check(std::abs(strength) <= kMostStrength, field,
          concat(number_text(strength), " is not in -", kMostStrength, "..", kMostStrength));
  }

  std::vector<Problem> take() { return std::move(problems_); }

 private:
  std::vector<Problem> problems_;
};

bool is_denoiser_name(std::string_view name) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
  return !name.empty() && name.find_first_not_of(kAllowed) == std::string_view::npos;
}

void check_denoisers(const GenerationRequest& request, Examination& examination) {
  examination.check(!request.denoisers.empty(), "denoisers", "none is given; at least one is needed");
  std::set<DenoiserName> seen;
  for (std::size_t i = 0; i < request.denoisers.size(); ++i) {
    const DenoiserChoice& denoiser = request.denoisers[i];
    const std::string field = concat("denoisers[", i, "]");
    examination.check(is_denoiser_name(denoiser.name), field + ".name",
                      concat("\"", denoiser.name, "\" is not made of letters, digits, '_', '-' and '.'"));
    examination.check(seen.insert(denoiser.name).second, field + ".name",
                      concat("\"", denoiser.name, "\" is given twice"));
    examination.check_model(denoiser.model, field + ".model");
    if (denoiser.guidance) examination.check_guidance(*denoiser.guidance, field + ".guidance");
  }
}

std::string names_of(const std::vector<DenoiserChoice>& denoisers) {
  std::vector<std::string> names;
  names.reserve(denoisers.size());
  for (const DenoiserChoice& denoiser : denoisers) names.push_back(denoiser.name);
  return join(names, ", ");
}

/// A segment, a control or a LoRA names a denoiser.
void check_is_denoiser(const DenoiserName& name, const GenerationRequest& request, const std::string& field,
                       Examination& examination) {
  const bool known = std::any_of(request.denoisers.begin(), request.denoisers.end(),
                                 [&](const DenoiserChoice& denoiser) { return denoiser.name == name; });
  examination.check(known, field,
                    concat("\"", name, "\" is not a denoiser of this run; there are ", names_of(request.denoisers)));
}

void check_share_count(const RatioSplit& split, std::size_t denoisers, Examination& examination) {
  const std::size_t shares = split.shares.size();
  // Without denoisers the number of shares cannot be judged; that there are none is a problem of its own.
  if (shares == 1) return;
  if (denoisers == 0 && shares != 0) return;
  examination.check(shares == denoisers, "split.shares",
                    concat(shares, " shares for ", denoisers, " denoisers; give one share for the small denoiser",
                           " or one for each"));
}

void check_split(const RatioSplit& split, const GenerationRequest& request, Examination& examination) {
  check_share_count(split, request.denoisers.size(), examination);
  int sum = 0;
  for (const Percent share : split.shares) {
    const bool fits = share.value >= 0 && share.value <= 100;
    examination.check(fits, "split.shares", concat(share.value, " % is not in 0..100 %"));
    if (fits) sum += share.value;
  }
  examination.check(split.shares.size() < 2 || sum == 100, "split.shares",
                    concat("the shares add up to ", sum, " %, not to 100 %"));
}

void check_split(const SegmentSplit& split, const GenerationRequest& request, Examination& examination) {
  examination.check(!split.segments.empty(), "split.segments", "none is given; at least one is needed");
  for (std::size_t i = 0; i < split.segments.size(); ++i) {
    const Segment& segment = split.segments[i];
    const std::string field = concat("split.segments[", i, "]");
    check_is_denoiser(segment.denoiser, request, field, examination);
    examination.check(segment.evaluations >= 1 && segment.evaluations <= kMostEvaluations, field,
                      concat(segment.evaluations, " evaluations; at least 1 is needed"));
    if (segment.guidance) examination.check_guidance(*segment.guidance, field + ".guidance");
    if (segment.prompt) examination.check_text(*segment.prompt, field + ".prompt");
  }
}

void check_micro_conditioning(const MicroConditioning& micro, Examination& examination) {
  const auto check_sides = [&](const std::optional<Extent>& extent, const std::string& field) {
    if (!extent) return;
    const auto fits = [](int side) { return side >= 1 && side <= kLongestSide; };
    examination.check(
        fits(extent->width) && fits(extent->height), field,
        concat("width and height must be from 1 to ", kLongestSide, ", got ", extent->width, "x", extent->height));
  };
  check_sides(micro.original, "micro_conditioning.original");
  check_sides(micro.target, "micro_conditioning.target");
  const auto fits = [](int offset) { return offset >= 0 && offset <= kLongestSide; };
  examination.check(fits(micro.crop.left) && fits(micro.crop.top), "micro_conditioning.crop",
                    concat(micro.crop.left, ",", micro.crop.top, " is not in 0..", kLongestSide));
  examination.check(std::isfinite(micro.aesthetic_score) && std::isfinite(micro.negative_aesthetic_score),
                    "micro_conditioning.aesthetic_score", "it is not a finite number");
}

void check_annotator(const ControlChoice& control, const std::string& field, Examination& examination) {
  const auto is_threshold = [](double value) { return value >= 0 && value <= kMostThreshold; };
  examination.check(is_threshold(control.thresholds.low) && is_threshold(control.thresholds.high),
                    field + ".thresholds",
                    concat(number_text(control.thresholds.low), " and ", number_text(control.thresholds.high),
                           " are not in 0..", kMostThreshold));
  examination.check(control.kind == ControlKind::Canny || control.thresholds == CannyThresholds{},
                    field + ".thresholds", concat(name_of(control.kind), " has no thresholds"));
  if (!control.annotator) return;
  examination.check_model(*control.annotator, field + ".annotator");
  examination.check(!control.shows_map(), field + ".annotator",
                    "the picture is a map already, so it needs no annotator");
}

void check_controls(const GenerationRequest& request, Examination& examination) {
  for (std::size_t i = 0; i < request.controls.size(); ++i) {
    const ControlChoice& control = request.controls[i];
    const std::string field = concat("controls[", i, "]");
    examination.check_picture(control.picture, field + ".picture");
    examination.check_model(control.model, field + ".model");
    examination.check_strength(control.scale, field + ".scale");
    examination.check(control.start >= 0 && control.start < control.end && control.end <= 1, field + ".start",
                      concat("start ", number_text(control.start), " and end ", number_text(control.end),
                             " do not fit 0 <= start < end <= 1"));
    if (control.denoiser) check_is_denoiser(*control.denoiser, request, field + ".denoiser", examination);
    check_annotator(control, field, examination);
  }
}

void check_loras(const GenerationRequest& request, Examination& examination) {
  for (std::size_t i = 0; i < request.loras.size(); ++i) {
    const LoraChoice& lora = request.loras[i];
    const std::string field = concat("loras[", i, "]");
    examination.check_model(lora.model, field + ".model");
    examination.check_strength(lora.strength, field + ".strength");
    if (lora.denoiser) check_is_denoiser(*lora.denoiser, request, field + ".denoiser", examination);
  }
}

void check_embeddings(const GenerationRequest& request, Examination& examination) {
  for (std::size_t i = 0; i < request.embeddings.size(); ++i) {
    const EmbeddingChoice& embedding = request.embeddings[i];
    const std::string field = concat("embeddings[", i, "]");
    examination.check_model(embedding.model, field + ".model");
    examination.check_text(embedding.word, field + ".word");
    examination.check(!trimmed(embedding.word).empty(), field + ".word", "the word is empty");
  }
}

void check_source(const SourceChoice& source, Examination& examination) {
  examination.check_picture(source.picture, "source.picture");
  examination.check_begin(source.strength, "source.strength");
  if (source.mask) examination.check_picture(*source.mask, "source.mask");
  examination.check(source.mask_feather >= 0 && source.mask_feather <= kMostFeather, "source.mask_feather",
                    concat(source.mask_feather, " is not in 0..", kMostFeather));
  examination.check(source.mask || source.mask_feather == 0, "source.mask_feather",
                    "there is no mask whose border could be soft");
}

void check_second_pass(const SecondPass& second, Examination& examination) {
  examination.check(second.scale >= 1 && second.scale <= kMostScale, "second_pass.scale",
                    concat(number_text(second.scale), " is not in 1..", kMostScale));
  examination.check_begin(second.strength, "second_pass.strength");
  if (second.steps) {
    examination.check(*second.steps >= 1 && *second.steps <= kMostSteps, "second_pass.steps",
                      concat(*second.steps, " is not in 1..", kMostSteps));
  }
  if (second.share) {
    examination.check(second.share->value >= 0 && second.share->value <= 100, "second_pass.share",
                      concat(second.share->value, " % is not in 0..100 %"));
  }
}

bool is_side(int side) {
  return side >= kSideMultiple && side <= kLongestSide && side % kSideMultiple == 0;
}

void check_extent(Extent extent, Examination& examination) {
  const bool of_the_model = extent == Extent{0, 0};
  examination.check(of_the_model || (is_side(extent.width) && is_side(extent.height)), "size",
                    concat("width and height must be multiples of ", kSideMultiple, " from ", kSideMultiple, " to ",
                           kLongestSide, ", got ", extent.width, "x", extent.height));
}

}  // namespace

std::vector<Problem> validate(const GenerationRequest& request) {
  Examination examination;
  examination.check_text(request.prompt, "prompt");
  if (request.negative_prompt) examination.check_text(*request.negative_prompt, "negative_prompt");
  if (request.class_label) {
    examination.check(*request.class_label >= 0, "class", concat(*request.class_label, " is below 0"));
  }
  check_denoisers(request, examination);
  if (request.vae) examination.check_model(*request.vae, "vae");
  std::visit([&](const auto& split) { check_split(split, request, examination); }, request.split);
  check_extent(request.extent, examination);
  examination.check(request.steps >= 1 && request.steps <= kMostSteps, "steps",
                    concat(request.steps, " is not in 1..", kMostSteps));
  if (request.eta) {
    examination.check(*request.eta >= 0 && *request.eta <= 1, "eta",
                      concat(number_text(*request.eta), " is not in 0..1"));
  }
  examination.check_guidance(request.guidance_scale, "guidance_scale");
  if (request.clip_skip) {
    examination.check(*request.clip_skip >= 1 && *request.clip_skip <= kMostClipSkip, "clip_skip",
                      concat(*request.clip_skip, " is not in 1..", kMostClipSkip));
  }
  check_micro_conditioning(request.micro_conditioning, examination);
  if (request.source) check_source(*request.source, examination);
  if (request.second_pass) check_second_pass(*request.second_pass, examination);
  check_controls(request, examination);
  check_loras(request, examination);
  check_embeddings(request, examination);
  return examination.take();
}

void require_valid(const GenerationRequest& request) {
  const std::vector<Problem> problems = validate(request);
  if (problems.empty()) return;
  std::vector<std::string> sentences;
  sentences.reserve(problems.size());
  for (const Problem& problem : problems) sentences.push_back(concat(problem.field, ": ", problem.text));
  throw UsageError(concat(join(sentences, "; "), "."));
}

}  // namespace tstitch
