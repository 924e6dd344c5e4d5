#include "core/models/model_facts.h"

#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {

namespace {

std::string named(const ModelFacts& facts) {
  return facts.name.empty() ? facts.path.string() : facts.name;
}

/// "the latent scale differs: large has 0.18215, small has 0.13025."
template <class Value>
void compare(StitchVerdict& verdict, const char* fact, const ModelFacts& large, const Value& first,
             const ModelFacts& other, const Value& second) {
  if (first == second) return;
  verdict.reasons.push_back(
      concat("the ", fact, " differs: ", named(large), " has ", first, ", ", named(other), " has ", second, "."));
}

void compare_latent_spaces(StitchVerdict& verdict, const ModelFacts& large, const ModelFacts& other) {
  compare(verdict, "number of latent channels", large, large.latent_channels, other, other.latent_channels);
  if (!large.latent || !other.latent) return;
  const LatentSpace& a = *large.latent;
  const LatentSpace& b = *other.latent;
  if (!a.presumed && !b.presumed) compare(verdict, "latent factor", large, a.factor, other, b.factor);
  compare(verdict, "latent scale", large, number_text(a.scale), other, number_text(b.scale));
  compare(verdict, "latent shift", large, number_text(a.shift), other, number_text(b.shift));
  const bool known = !a.encoder_fingerprint.empty() && !b.encoder_fingerprint.empty();
  if (known && a.encoder_fingerprint != b.encoder_fingerprint) {
    verdict.warnings.push_back(concat("The autoencoders' encoders differ (", named(large), ": ", a.encoder_fingerprint,
                                      ", ", named(other), ": ", b.encoder_fingerprint,
                                      "); the latents may not mean quite the same."));
  }
}

/// A network whose own autoencoder makes other latents than it takes fits no partner either.
void check_own_autoencoder(StitchVerdict& verdict, const ModelFacts& facts) {
  if (!facts.latent || facts.latent->channels == facts.latent_channels) return;
  verdict.reasons.push_back(concat("the number of latent channels differs within ", named(facts),
                                   ": its autoencoder has ", facts.latent->channels, ", its network has ",
                                   facts.latent_channels, "."));
}

void check_text(StitchVerdict& verdict, const ModelFacts& large, const ModelFacts& other) {
  if (text_source_for(large, other)) return;
  const auto width = [](const ModelFacts& facts) {
    return facts.text_width ? concat("makes ", *facts.text_width) : std::string("has none");
  };
  if (large.text_width == other.context_width) {
    verdict.reasons.push_back(concat("the pooled text differs: ", named(other), " takes ", other.addition_width,
                                     " values of pooled text and time ids, the pooled text of ", named(large), " has ",
                                     large.pooled_width, "."));
    return;
  }
  verdict.reasons.push_back(concat("the text width differs: ", named(other), " takes text of width ",
                                   other.context_width, ", the text encoder of ", named(large), " ", width(large),
                                   ", its own ", width(other), "."));
}

std::string condition_of(const ModelFacts& facts) {
  return facts.class_count > 0 ? concat("one of ", facts.class_count, " classes") : "text";
}

void check_condition(StitchVerdict& verdict, const ModelFacts& large, const ModelFacts& other) {
  if (large.class_count != other.class_count) {
    verdict.reasons.push_back(concat("the condition differs: ", named(large), " takes ", condition_of(large), ", ",
                                     named(other), " takes ", condition_of(other), "."));
  } else if (large.class_count == 0) {
    check_text(verdict, large, other);
  }
}

void note_inherited(StitchVerdict& verdict, const ModelFacts& large, const ModelFacts& other) {
  std::vector<std::string> parts;
  if (!other.scheduler) parts.emplace_back("noise schedule and prediction type");
  if (!other.latent) parts.emplace_back("latent space");
  if (parts.empty()) return;
  verdict.notes.push_back(concat(named(other), " is a bare network folder and takes its ", join(parts, " and "),
                                 " from ", named(large), "."));
}

void note_presumed(StitchVerdict& verdict, const ModelFacts& facts) {
  if (!facts.latent || !facts.latent->presumed) return;
  verdict.notes.push_back(concat(named(facts), " has no autoencoder of its own: another's is used, or that of --vae."));
}

}  // namespace

std::optional<int> time_ids_beside(const ModelFacts& text, const ModelFacts& network) {
  if (text.text_width != network.context_width) return std::nullopt;
  if (network.addition_width == 0) return 0;
  const int left = network.addition_width - text.pooled_width;
  constexpr int kFull = 6, kRefiner = 5;
  for (const int count : {kFull, kRefiner}) {
    // A width that is not known is what the pooled text leaves to each.
    const bool fits = network.time_id_width > 0 ? left == count * network.time_id_width : left > 0 && left % count == 0;
    if (text.pooled_width > 0 && fits) return count;
  }
  return std::nullopt;
}

std::optional<TextSource> text_source_for(const ModelFacts& large, const ModelFacts& other, TextSource asked) {
  const bool own_fits = time_ids_beside(other, other).has_value();
  const bool shared_fits = time_ids_beside(large, other).has_value();
  if (shared_fits && !(asked == TextSource::Own && own_fits)) return TextSource::Shared;
  return own_fits ? std::optional(TextSource::Own) : std::nullopt;
}

StitchVerdict check_stitch(const ModelFacts& large, const ModelFacts& other) {
  StitchVerdict verdict;
  for (const ModelFacts* facts : {&large, &other}) {
    if (facts->purpose.empty()) continue;
    verdict.reasons.push_back(concat(named(*facts), " is ", facts->purpose, ", not a denoiser."));
  }
  verdict.stitch = verdict.reasons.empty();
  if (!verdict.stitch) return verdict;
  compare_latent_spaces(verdict, large, other);
  check_own_autoencoder(verdict, large);
  check_own_autoencoder(verdict, other);
  check_condition(verdict, large, other);
  note_inherited(verdict, large, other);
  note_presumed(verdict, large);
  note_presumed(verdict, other);
  verdict.stitch = verdict.reasons.empty();
  return verdict;
}

void require_stitch(const ModelFacts& large, const ModelFacts& other) {
  const StitchVerdict verdict = check_stitch(large, other);
  if (verdict.stitch) return;
  throw IncompatibleModels(concat(named(large), " and ", named(other), " do not stitch: ", verdict.reasons.front()),
                           other.path.string());
}

}  // namespace tstitch
