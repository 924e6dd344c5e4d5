#pragma once

#include <optional>
#include <string_view>

#include "core/request/generation_request.h"

namespace tstitch {

/// A sampler with the noise levels that it visits; the two are known together or not at all.
struct SamplerSetting {
  SamplerKind sampler = SamplerKind::Default;
  Spacing spacing = Spacing::Default;
  friend bool operator==(const SamplerSetting&, const SamplerSetting&) = default;
};

/// What other programs' names mean here; nothing where either is unknown or the sampler has no such schedule. An empty
/// schedule is the program's usual one.
///
/// The web UI, its forks and Draw Things: "DPM++ 2M" with "Karras", or old names that hold both; "Automatic" is the
/// schedule that the web UI prefers for that sampler.
std::optional<SamplerSetting> a1111_sampler(std::string_view sampler, std::string_view schedule);
/// ComfyUI, SwarmUI and Fooocus: "dpmpp_2m" with "karras"; NovelAI and old k-diffusion names with "k_" before.
std::optional<SamplerSetting> comfy_sampler(std::string_view sampler, std::string_view schedule);
/// InvokeAI: "dpmpp_2m_k" is both.
std::optional<SamplerSetting> invoke_sampler(std::string_view scheduler);

}  // namespace tstitch
