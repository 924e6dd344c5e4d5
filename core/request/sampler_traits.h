#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/check.h"
#include "core/request/generation_request.h"

namespace tstitch {

/// What a sampler holds between evaluations, as its diffusers class does: sqrt(abar)*x0 + sqrt(1-abar)*noise, or
/// x0 + sigma*noise.
enum class LatentState { VariancePreserving, Exploding };

/// How a sampler's class lays out the noise levels of a run.
enum class GridRule {
  Timesteps,   ///< whole timesteps, leading, trailing or linspace
  Distilled,   ///< its own subset of the timesteps that the model was distilled on, whatever the spacing
  Sigmas,      ///< sigmas at timesteps that need not be whole
  Integrator,  ///< sigmas at whole timesteps; one point more than steps, the last dropped
};

/// How many evaluations the steps of a run make.
enum class StepCalls {
  One,
  TwoButLast,  ///< the last step makes one
  Pndm,        ///< PNDM's own count (core/schedule/README.md)
};

/// Whether a class clips the clean estimate where the file is silent; `Never` = it has no such option.
enum class Clipping { Never, Off, On };

/// The sigma that a run ends at.
enum class LastSigma {
  Zero,
  Chosen,        ///< `final_sigmas_type`: 0, or the smallest of the training table
  ChosenOfList,  ///< the same, but of Karras' and other lists their last
  Least,         ///< never 0: the smallest of the training table, of Karras' and other lists their last
};

/// The training betas that a class assumes where the file is silent.
struct ClassBetas {
  double start = 0.0001;
  double end = 0.02;
  bool scaled = false;  ///< `scaled_linear`, else `linear`
};

/// Everything about a sampler that is a fact and no rule: names, and what its diffusers class takes. One row each, in
/// the order of the enum; whoever adds a sampler adds a row, an update rule and its factory.
struct SamplerTraits {
  SamplerKind kind = SamplerKind::Default;
  std::string_view name{};             ///< of options, JSON and messages
  std::string_view label{};            ///< of the window
  std::string_view scheduler_class{};  ///< of diffusers' configs; two samplers of one class differ by its options
  std::string_view a1111{};            ///< what picture texts are written with; they are read by the label too
  std::string_view comfy{};            ///< ComfyUI's `sampler_name`; empty where it has no equal
  std::string_view invoke{};           ///< InvokeAI's `scheduler`; with `_k` behind it Karras' sigmas
  ClassBetas betas{};
  LatentState state = LatentState::VariancePreserving;
  GridRule grid = GridRule::Timesteps;
  Spacing spacing = Spacing::Leading;  ///< where the file is silent
  bool has_spacings = true;            ///< else the class knows no other spacing than that
  bool takes_tables = false;           ///< Karras', exponential and other sigmas may replace the grid's
  bool rounds_karras = false;          ///< Karras' timesteps, where the grid's need not be whole
  StepCalls calls = StepCalls::One;
  Clipping clipping = Clipping::Never;
  LastSigma last_sigma = LastSigma::Chosen;
  bool rescales_zero_snr = true;              ///< the class knows `rescale_betas_zero_snr`
  bool thresholds = false;                    ///< the class knows `thresholding`
  std::array<std::string_view, 2> solvers{};  ///< its `solver_type`s, the first where the file names none of them
  bool lowers_final_order = true;             ///< `lower_order_final` where the file is silent
  std::optional<double> eta{};                ///< where neither request nor model says one; none = it has no eta
};

inline constexpr ClassBetas kSdBetas{0.00085, 0.012, false};
inline constexpr ClassBetas kScaledSdBetas{0.00085, 0.012, true};

inline constexpr std::array kSamplerTraits{
    SamplerTraits{.kind = SamplerKind::Default, .name = "default", .label = "Default"},
    SamplerTraits{.kind = SamplerKind::Ddim,
                  .name = "ddim",
                  .label = "DDIM",
                  .scheduler_class = "DDIMScheduler",
                  .a1111 = "DDIM",
                  .comfy = "ddim",
                  .invoke = "ddim",
                  .clipping = Clipping::On,
                  .thresholds = true,
                  .eta = 0.0},
    SamplerTraits{.kind = SamplerKind::Ddpm,
                  .name = "ddpm",
                  .label = "DDPM",
                  .scheduler_class = "DDPMScheduler",
                  .a1111 = "DDPM",
                  .comfy = "ddpm",
                  .invoke = "ddpm",
                  .clipping = Clipping::On,
                  .thresholds = true},
    SamplerTraits{.kind = SamplerKind::Euler,
                  .name = "euler",
                  .label = "Euler",
                  .scheduler_class = "EulerDiscreteScheduler",
                  .a1111 = "Euler",
                  .comfy = "euler",
                  .invoke = "euler",
                  .state = LatentState::Exploding,
                  .grid = GridRule::Sigmas,
                  .spacing = Spacing::Linspace,
                  .takes_tables = true},
    SamplerTraits{.kind = SamplerKind::EulerAncestral,
                  .name = "euler-a",
                  .label = "Euler a",
                  .scheduler_class = "EulerAncestralDiscreteScheduler",
                  .a1111 = "Euler a",
                  .comfy = "euler_ancestral",
                  .invoke = "euler_a",
                  .state = LatentState::Exploding,
                  .grid = GridRule::Sigmas,
                  .spacing = Spacing::Linspace,
                  .last_sigma = LastSigma::Zero},
    SamplerTraits{.kind = SamplerKind::Heun,
                  .name = "heun",
                  .label = "Heun",
                  .scheduler_class = "HeunDiscreteScheduler",
                  .a1111 = "Heun",
                  .comfy = "heun",
                  .invoke = "heun",
                  .betas = kSdBetas,
                  .state = LatentState::Exploding,
                  .grid = GridRule::Sigmas,
                  .spacing = Spacing::Linspace,
                  .takes_tables = true,
                  .calls = StepCalls::TwoButLast,
                  .clipping = Clipping::Off,
                  .last_sigma = LastSigma::Zero,
                  .rescales_zero_snr = false},
    SamplerTraits{.kind = SamplerKind::Lms,
                  .name = "lms",
                  .label = "LMS",
                  .scheduler_class = "LMSDiscreteScheduler",
                  .a1111 = "LMS",
                  .comfy = "lms",
                  .invoke = "lms",
                  .state = LatentState::Exploding,
                  .grid = GridRule::Sigmas,
                  .spacing = Spacing::Linspace,
                  .takes_tables = true,
                  .last_sigma = LastSigma::Zero,
                  .rescales_zero_snr = false},
    SamplerTraits{.kind = SamplerKind::Pndm,
                  .name = "pndm",
                  .label = "PNDM",
                  .scheduler_class = "PNDMScheduler",
                  .a1111 = "PLMS",
                  .invoke = "pndm",
                  .calls = StepCalls::Pndm,
                  .rescales_zero_snr = false},
    SamplerTraits{.kind = SamplerKind::Dpm2,
                  .name = "dpm2",
                  .label = "DPM2",
                  .scheduler_class = "KDPM2DiscreteScheduler",
                  .a1111 = "DPM2",
                  .comfy = "dpm_2",
                  .invoke = "kdpm_2",
                  .betas = kSdBetas,
                  .state = LatentState::Exploding,
                  .grid = GridRule::Sigmas,
                  .spacing = Spacing::Linspace,
                  .takes_tables = true,
                  .rounds_karras = true,
                  .calls = StepCalls::TwoButLast,
                  .last_sigma = LastSigma::Zero,
                  .rescales_zero_snr = false},
    SamplerTraits{.kind = SamplerKind::Dpm2Ancestral,
                  .name = "dpm2-a",
                  .label = "DPM2 a",
                  .scheduler_class = "KDPM2AncestralDiscreteScheduler",
                  .a1111 = "DPM2 a",
                  .comfy = "dpm_2_ancestral",
                  .invoke = "kdpm_2_a",
                  .betas = kSdBetas,
                  .state = LatentState::Exploding,
                  .grid = GridRule::Sigmas,
                  .spacing = Spacing::Linspace,
                  .takes_tables = true,
                  .rounds_karras = true,
                  .calls = StepCalls::TwoButLast,
                  .last_sigma = LastSigma::Zero,
                  .rescales_zero_snr = false},
    SamplerTraits{.kind = SamplerKind::Dpmpp2S,
                  .name = "dpmpp-2s",
                  .label = "DPM++ 2S",
                  .scheduler_class = "DPMSolverSinglestepScheduler",
                  .a1111 = "DPM++ 2S",
                  .invoke = "dpmpp_2s",
                  .grid = GridRule::Integrator,
                  .spacing = Spacing::Linspace,
                  .has_spacings = false,
                  .takes_tables = true,
                  .rescales_zero_snr = false,
                  .thresholds = true,
                  .solvers = {"midpoint", "heun"},
                  .lowers_final_order = false},
    SamplerTraits{.kind = SamplerKind::Dpmpp2M,
                  .name = "dpmpp-2m",
                  .label = "DPM++ 2M",
                  .scheduler_class = "DPMSolverMultistepScheduler",
                  .a1111 = "DPM++ 2M",
                  .comfy = "dpmpp_2m",
                  .invoke = "dpmpp_2m",
                  .grid = GridRule::Integrator,
                  .spacing = Spacing::Linspace,
                  .takes_tables = true,
                  .thresholds = true,
                  .solvers = {"midpoint", "heun"}},
    SamplerTraits{.kind = SamplerKind::Dpmpp2MSde,
                  .name = "dpmpp-2m-sde",
                  .label = "DPM++ 2M SDE",
                  .scheduler_class = "DPMSolverMultistepScheduler",
                  .a1111 = "DPM++ 2M SDE",
                  .comfy = "dpmpp_2m_sde",
                  .invoke = "dpmpp_2m_sde",
                  .grid = GridRule::Integrator,
                  .spacing = Spacing::Linspace,
                  .takes_tables = true,
                  .thresholds = true,
                  .solvers = {"midpoint", "heun"}},
    SamplerTraits{.kind = SamplerKind::DpmppSde,
                  .name = "dpmpp-sde",
                  .label = "DPM++ SDE",
                  .scheduler_class = "DPMSolverSDEScheduler",
                  .a1111 = "DPM++ SDE",
                  .comfy = "dpmpp_sde",
                  .invoke = "dpmpp_sde",
                  .betas = kSdBetas,
                  .state = LatentState::Exploding,
                  .grid = GridRule::Sigmas,
                  .spacing = Spacing::Linspace,
                  .takes_tables = true,
                  .calls = StepCalls::TwoButLast,
                  .last_sigma = LastSigma::Zero,
                  .rescales_zero_snr = false},
    SamplerTraits{.kind = SamplerKind::Deis,
                  .name = "deis",
                  .label = "DEIS",
                  .scheduler_class = "DEISMultistepScheduler",
                  .a1111 = "DEIS",
                  .invoke = "deis",
                  .grid = GridRule::Integrator,
                  .spacing = Spacing::Linspace,
                  .takes_tables = true,
                  .last_sigma = LastSigma::Least,
                  .rescales_zero_snr = false,
                  .thresholds = true,
                  .solvers = {"logrho"}},
    SamplerTraits{.kind = SamplerKind::UniPc,
                  .name = "unipc",
                  .label = "UniPC",
                  .scheduler_class = "UniPCMultistepScheduler",
                  .a1111 = "UniPC",
                  .comfy = "uni_pc_bh2",
                  .invoke = "unipc",
                  .grid = GridRule::Integrator,
                  .spacing = Spacing::Linspace,
                  .takes_tables = true,
                  .last_sigma = LastSigma::ChosenOfList,
                  .thresholds = true,
                  .solvers = {"bh2", "bh1"}},
    SamplerTraits{.kind = SamplerKind::Lcm,
                  .name = "lcm",
                  .label = "LCM",
                  .scheduler_class = "LCMScheduler",
                  .a1111 = "LCM",
                  .comfy = "lcm",
                  .invoke = "lcm",
                  .betas = kScaledSdBetas,
                  .grid = GridRule::Distilled,
                  .clipping = Clipping::Off,
                  .thresholds = true},
    SamplerTraits{.kind = SamplerKind::Tcd,
                  .name = "tcd",
                  .label = "TCD",
                  .scheduler_class = "TCDScheduler",
                  .a1111 = "TCD",
                  .invoke = "tcd",
                  .betas = kScaledSdBetas,
                  .grid = GridRule::Distilled,
                  .thresholds = true,
                  .eta = 0.3},
};

/// True when every row stands at its sampler's place.
constexpr bool rows_stand_in_order(std::span<const SamplerTraits> rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (static_cast<std::size_t>(rows[i].kind) != i) return false;
  }
  return true;
}
static_assert(rows_stand_in_order(kSamplerTraits));

/// The row of a sampler.
inline const SamplerTraits& traits_of(SamplerKind sampler) {
  const auto index = static_cast<std::size_t>(sampler);
  TSTITCH_CHECK(index < kSamplerTraits.size(), index);
  return kSamplerTraits[index];
}

/// The first row whose text at `field` is `text`, or nothing; no row has an empty text.
inline const SamplerTraits* traits_with(std::string_view SamplerTraits::*field, std::string_view text) {
  for (const SamplerTraits& row : kSamplerTraits) {
    if (!text.empty() && row.*field == text) return &row;
  }
  return nullptr;
}

}  // namespace tstitch
