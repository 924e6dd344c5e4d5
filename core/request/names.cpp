#include "core/request/names.h"

#include <algorithm>
#include <array>

#include "core/base/check.h"
#include "core/request/sampler_traits.h"

namespace tstitch {

namespace {

using namespace std::string_view_literals;

/// Spellings in the order of the enum.
template <class Choice>
constexpr std::array<std::string_view, 0> kNames{};
template <>
constexpr std::array kNames<SamplerKind> = [] {
  std::array<std::string_view, kSamplerTraits.size()> names;
  std::transform(kSamplerTraits.begin(), kSamplerTraits.end(), names.begin(),
                 [](const SamplerTraits& row) { return row.name; });
  return names;
}();
template <>
constexpr std::array kNames<Spacing>{"default"sv, "leading"sv,     "trailing"sv, "linspace"sv,
                                     "karras"sv,  "exponential"sv, "beta"sv,     "ays"sv};
template <>
constexpr std::array kNames<SplitRule>{"floor"sv, "dit"sv, "dit-multi"sv, "ldm"sv, "lcm"sv, "round"sv};
template <>
constexpr std::array kNames<PromptSyntax>{"plain"sv, "weighted"sv};
template <>
constexpr std::array kNames<TextSource>{"shared"sv, "own"sv};
template <>
constexpr std::array kNames<SeamHistory>{"keep"sv, "reset"sv};
template <>
constexpr std::array kNames<DecoderKind>{"full"sv, "tiny"sv, "linear"sv};
template <>
constexpr std::array kNames<GuidanceEmbedding>{"auto"sv, "off"sv};
template <>
constexpr std::array kNames<GuidedChannels>{"auto"sv, "3"sv, "all"sv};
template <>
constexpr std::array kNames<NullClass>{"noise"sv, "mean"sv};
template <>
constexpr std::array kNames<WeightChoice>{"auto"sv, "raw"sv, "ema"sv};
template <>
constexpr std::array kNames<ControlKind>{"canny"sv, "depth"sv, "pose"sv, "softedge"sv, "lineart"sv, "other"sv};
template <>
constexpr std::array kNames<ControlFit>{"stretch"sv, "crop"sv, "pad"sv};
template <>
constexpr std::array kNames<Upscale>{"lanczos"sv, "latent"sv};

template <class Choice>
std::string_view spelling_of(Choice choice) {
  const auto index = static_cast<std::size_t>(choice);
  TSTITCH_CHECK(index < kNames<Choice>.size(), index);
  return kNames<Choice>[index];
}

}  // namespace

std::string_view name_of(SamplerKind sampler) {
  return spelling_of(sampler);
}
std::string_view name_of(Spacing spacing) {
  return spelling_of(spacing);
}
std::string_view name_of(SplitRule rule) {
  return spelling_of(rule);
}
std::string_view name_of(PromptSyntax syntax) {
  return spelling_of(syntax);
}
std::string_view name_of(TextSource source) {
  return spelling_of(source);
}
std::string_view name_of(SeamHistory history) {
  return spelling_of(history);
}
std::string_view name_of(DecoderKind decoder) {
  return spelling_of(decoder);
}
std::string_view name_of(GuidanceEmbedding embedding) {
  return spelling_of(embedding);
}
std::string_view name_of(GuidedChannels channels) {
  return spelling_of(channels);
}
std::string_view name_of(NullClass null_class) {
  return spelling_of(null_class);
}
std::string_view name_of(WeightChoice choice) {
  return spelling_of(choice);
}
std::string_view name_of(ControlKind kind) {
  return spelling_of(kind);
}
std::string_view name_of(ControlFit fit) {
  return spelling_of(fit);
}
std::string_view name_of(Upscale upscale) {
  return spelling_of(upscale);
}

template <class Choice>
std::vector<std::string_view> all_names() {
  return {kNames<Choice>.begin(), kNames<Choice>.end()};
}

template <class Choice>
std::optional<Choice> choice_named(std::string_view name) {
  const auto found = std::find(kNames<Choice>.begin(), kNames<Choice>.end(), name);
  if (found == kNames<Choice>.end()) return std::nullopt;
  return static_cast<Choice>(found - kNames<Choice>.begin());
}

template std::vector<std::string_view> all_names<SamplerKind>();
template std::vector<std::string_view> all_names<Spacing>();
template std::vector<std::string_view> all_names<SplitRule>();
template std::vector<std::string_view> all_names<PromptSyntax>();
template std::vector<std::string_view> all_names<TextSource>();
template std::vector<std::string_view> all_names<SeamHistory>();
template std::vector<std::string_view> all_names<DecoderKind>();
template std::vector<std::string_view> all_names<GuidanceEmbedding>();
template std::vector<std::string_view> all_names<GuidedChannels>();
template std::vector<std::string_view> all_names<NullClass>();
template std::vector<std::string_view> all_names<WeightChoice>();
template std::vector<std::string_view> all_names<ControlKind>();
template std::vector<std::string_view> all_names<ControlFit>();
template std::vector<std::string_view> all_names<Upscale>();

template std::optional<SamplerKind> choice_named<SamplerKind>(std::string_view name);
template std::optional<Spacing> choice_named<Spacing>(std::string_view name);
template std::optional<SplitRule> choice_named<SplitRule>(std::string_view name);
template std::optional<PromptSyntax> choice_named<PromptSyntax>(std::string_view name);
template std::optional<TextSource> choice_named<TextSource>(std::string_view name);
template std::optional<SeamHistory> choice_named<SeamHistory>(std::string_view name);
template std::optional<DecoderKind> choice_named<DecoderKind>(std::string_view name);
template std::optional<GuidanceEmbedding> choice_named<GuidanceEmbedding>(std::string_view name);
template std::optional<GuidedChannels> choice_named<GuidedChannels>(std::string_view name);
template std::optional<NullClass> choice_named<NullClass>(std::string_view name);
template std::optional<WeightChoice> choice_named<WeightChoice>(std::string_view name);
template std::optional<ControlKind> choice_named<ControlKind>(std::string_view name);
template std::optional<ControlFit> choice_named<ControlFit>(std::string_view name);
template std::optional<Upscale> choice_named<Upscale>(std::string_view name);

}  // namespace tstitch
