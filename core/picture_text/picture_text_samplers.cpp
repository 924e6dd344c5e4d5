#include "core/picture_text/picture_text_samplers.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/base/text.h"
#include "core/request/sampler_traits.h"

namespace tstitch {

namespace {

struct ScheduleName {
  std::string_view name;
  Spacing spacing;
};

/// In lower case. `uniform` and `normal` go evenly from the noisiest level to the last, `simple` and `sgm uniform` are
/// what diffusers calls trailing (its table of schedules says so), `ddim uniform` counts from the clean end.
constexpr std::array kA1111Schedules{
    ScheduleName{"karras", Spacing::Karras},        ScheduleName{"exponential", Spacing::Exponential},
    ScheduleName{"align your steps", Spacing::Ays}, ScheduleName{"ays", Spacing::Ays},
    ScheduleName{"sgm uniform", Spacing::Trailing}, ScheduleName{"simple", Spacing::Trailing},
    ScheduleName{"ddim uniform", Spacing::Leading}, ScheduleName{"ddim", Spacing::Leading},
    ScheduleName{"uniform", Spacing::Linspace},     ScheduleName{"normal", Spacing::Linspace},
    ScheduleName{"leading", Spacing::Leading},      ScheduleName{"trailing", Spacing::Trailing},
    ScheduleName{"linspace", Spacing::Linspace},    ScheduleName{"default", Spacing::Default}};

constexpr std::array kComfySchedules{
    ScheduleName{"karras", Spacing::Karras},        ScheduleName{"exponential", Spacing::Exponential},
    ScheduleName{"align_your_steps", Spacing::Ays}, ScheduleName{"ays", Spacing::Ays},
    ScheduleName{"sgm_uniform", Spacing::Trailing}, ScheduleName{"simple", Spacing::Trailing},
    ScheduleName{"ddim_uniform", Spacing::Leading}, ScheduleName{"normal", Spacing::Linspace},
    ScheduleName{"native", Spacing::Default},       ScheduleName{"default", Spacing::Default}};

/// Words behind a sampler's name that are its schedule, the longer ones first; the unknown ones keep "Euler a Beta"
/// from being taken for a sampler.
constexpr std::array kSuffixes{"sgm uniform", "ddim uniform", "align your steps", "karras", "exponential",
                               "trailing",    "uniform",      "simple",           "normal", "ays"};

/// The schedule that the web UI prefers for a sampler, where it has one.
constexpr std::array kAutomatic{
    ScheduleName{"DPM++ 2M", Spacing::Karras},   ScheduleName{"DPM++ SDE", Spacing::Karras},
    ScheduleName{"DPM++ 2S a", Spacing::Karras}, ScheduleName{"DPM++ 2M SDE", Spacing::Exponential},
    ScheduleName{"DPM2", Spacing::Karras},       ScheduleName{"DPM2 a", Spacing::Karras}};

struct Alias {
  std::string_view name, known;
};

constexpr std::array kA1111Aliases{Alias{"ddim trailing", "ddim"}, Alias{"euler ancestral", "euler a"},
                                   Alias{"unipcmultistep", "unipc"}, Alias{"uni_pc", "unipc"}};
constexpr std::array kComfyAliases{Alias{"uni_pc", "uni_pc_bh2"},
                                   Alias{"dpmpp_2m_sde_gpu", "dpmpp_2m_sde"},
                                   Alias{"dpmpp_sde_gpu", "dpmpp_sde"},
                                   Alias{"euler_a", "euler_ancestral"},
                                   Alias{"dpm_2_a", "dpm_2_ancestral"},
                                   Alias{"dpmpp_2s_a", "dpmpp_2s_ancestral"},
                                   Alias{"ddim_v3", "ddim"}};
constexpr std::array kInvokeAliases{Alias{"plms", "pndm"},          Alias{"k_euler_a", "euler_a"},
                                    Alias{"k_euler", "euler"},      Alias{"k_lms", "lms"},
                                    Alias{"k_heun", "heun"},        Alias{"k_dpm_2", "kdpm_2"},
                                    Alias{"k_dpm_2_a", "kdpm_2_a"}, Alias{"k_dpmpp_2", "dpmpp_2m"}};

template <class Aliases>
std::string_view without_alias(const Aliases& aliases, std::string_view name) {
  const auto found = std::find_if(aliases.begin(), aliases.end(), [&](const Alias& one) { return one.name == name; });
  return found == aliases.end() ? name : found->known;
}

template <class Names>
std::optional<Spacing> schedule_named(const Names& names, std::string_view name) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const auto& entry) { return entry.name == name; });
  if (found == names.end()) return std::nullopt;
  return found->spacing;
}

const SamplerTraits* row_named(std::string_view SamplerTraits::*field, std::string_view name) {
  for (const SamplerTraits& row : kSamplerTraits) {
    if (row.kind != SamplerKind::Default && !name.empty() && lower_case(row.*field) == name) return &row;
  }
  return nullptr;
}

bool is_table(Spacing spacing) {
  return spacing == Spacing::Karras || spacing == Spacing::Exponential || spacing == Spacing::Beta ||
         spacing == Spacing::Ays;
}

std::optional<SamplerSetting> together(const SamplerTraits* row, std::optional<Spacing> spacing) {
  if (row == nullptr || !spacing || (is_table(*spacing) && !row->takes_tables)) return std::nullopt;
  const bool asks_spacing = spacing == Spacing::Leading || spacing == Spacing::Trailing;
  if (asks_spacing && !row->has_spacings) return std::nullopt;
  // Its noise levels are those it was distilled for, whatever the schedule is called.
  if (row->grid == GridRule::Distilled) spacing = Spacing::Default;
  return SamplerSetting{row->kind, *spacing};
}

const SamplerTraits* a1111_row(std::string_view name) {
  const std::string_view known = without_alias(kA1111Aliases, name);
  const SamplerTraits* row = row_named(&SamplerTraits::a1111, known);
  return row != nullptr ? row : row_named(&SamplerTraits::label, known);
}

std::optional<Spacing> a1111_spacing(const SamplerTraits& row, std::string_view schedule) {
  if (schedule.empty()) return Spacing::Default;
  if (schedule != "automatic") return schedule_named(kA1111Schedules, schedule);
  return schedule_named(kAutomatic, row.a1111).value_or(Spacing::Default);
}

}  // namespace

std::optional<SamplerSetting> a1111_sampler(std::string_view sampler, std::string_view schedule) {
  std::string name = lower_case(trimmed(sampler));
  std::string named_schedule = lower_case(trimmed(schedule));
  const SamplerTraits* row = a1111_row(name);
  if (row == nullptr) {
    const auto suffix = std::find_if(kSuffixes.begin(), kSuffixes.end(),
                                     [&](const char* one) { return name.ends_with(concat(" ", one)); });
    if (suffix == kSuffixes.end()) return comfy_sampler(sampler, schedule);
    name.resize(name.size() - std::string_view(*suffix).size() - 1);
    // A text with both says the same twice, or it has "Automatic" beside the old name.
    named_schedule = *suffix;
    row = a1111_row(name);
  }
  if (row == nullptr) return std::nullopt;
  return together(row, a1111_spacing(*row, named_schedule));
}

std::optional<SamplerSetting> comfy_sampler(std::string_view sampler, std::string_view schedule) {
  std::string name = lower_case(trimmed(sampler));
  if (name.starts_with("k_")) name.erase(0, 2);
  const std::string spacing = lower_case(trimmed(schedule));
  return together(row_named(&SamplerTraits::comfy, without_alias(kComfyAliases, name)),
                  spacing.empty() ? Spacing::Default : schedule_named(kComfySchedules, spacing));
}

std::optional<SamplerSetting> invoke_sampler(std::string_view scheduler) {
  const std::string lower = lower_case(trimmed(scheduler));
  const std::string_view name = without_alias(kInvokeAliases, lower);
  if (const SamplerTraits* row = row_named(&SamplerTraits::invoke, name)) return together(row, Spacing::Default);
  if (!name.ends_with("_k")) return std::nullopt;
  return together(row_named(&SamplerTraits::invoke, name.substr(0, name.size() - 2)), Spacing::Karras);
}

}  // namespace tstitch
