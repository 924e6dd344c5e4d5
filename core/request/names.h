#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/request/generation_request.h"

namespace tstitch {

/// The one spelling of each choice, used by the command line, the JSON form and messages: `dpmpp-2m`, `leading`,
/// `floor`.
std::string_view name_of(SamplerKind sampler);
std::string_view name_of(Spacing spacing);
std::string_view name_of(SplitRule rule);
std::string_view name_of(PromptSyntax syntax);
std::string_view name_of(TextSource source);
std::string_view name_of(SeamHistory history);
std::string_view name_of(DecoderKind decoder);
std::string_view name_of(GuidanceEmbedding embedding);
std::string_view name_of(GuidedChannels channels);
std::string_view name_of(NullClass null_class);
std::string_view name_of(WeightChoice choice);
std::string_view name_of(ControlKind kind);
std::string_view name_of(ControlFit fit);
std::string_view name_of(Upscale upscale);

/// All spellings of a choice in the order of its enum; for help texts, combo boxes and messages.
template <class Choice>
std::vector<std::string_view> all_names();

/// The choice with that spelling, or nothing.
template <class Choice>
std::optional<Choice> choice_named(std::string_view name);

}  // namespace tstitch
