#pragma once

#include <array>
#include <string_view>

#include "core/request/generation_request.h"

namespace tstitch {

/// A scheduler class of diffusers that no sampler of ours equals, and the one that comes nearest.
struct LackingClass {
  std::string_view name;
  SamplerKind nearest = SamplerKind::Ddim;
};

inline constexpr std::array kLackingClasses{
    LackingClass{"CMStochasticIterativeScheduler", SamplerKind::Lcm},
    LackingClass{"CogVideoXDDIMScheduler", SamplerKind::Ddim},
    LackingClass{"CogVideoXDPMScheduler", SamplerKind::Dpmpp2MSde},
    LackingClass{"ConsistencyDecoderScheduler", SamplerKind::Lcm},
    LackingClass{"CosineDPMSolverMultistepScheduler", SamplerKind::Dpmpp2MSde},
    LackingClass{"DDIMInverseScheduler", SamplerKind::Ddim},
    LackingClass{"DDIMParallelScheduler", SamplerKind::Ddim},
    LackingClass{"DDPMParallelScheduler", SamplerKind::Ddpm},
    LackingClass{"DDPMWuerstchenScheduler", SamplerKind::Ddpm},
    LackingClass{"DPMSolverMultistepInverseScheduler", SamplerKind::Dpmpp2M},
    LackingClass{"EDMDPMSolverMultistepScheduler", SamplerKind::Dpmpp2M},
    LackingClass{"EDMEulerScheduler", SamplerKind::Euler},
    LackingClass{"IPNDMScheduler", SamplerKind::Pndm},
    LackingClass{"KarrasVeScheduler", SamplerKind::Heun},
    LackingClass{"RePaintScheduler", SamplerKind::Ddpm},
    LackingClass{"SASolverScheduler", SamplerKind::Dpmpp2MSde},
    LackingClass{"ScoreSdeVeScheduler", SamplerKind::Ddpm},
    LackingClass{"ScoreSdeVpScheduler", SamplerKind::Ddpm},
    LackingClass{"UnCLIPScheduler", SamplerKind::Ddpm},
};

/// Classes whose models follow a flow from noise to picture; they have no betas, and no sampler of ours serves them.
inline constexpr std::array kFlowClasses{std::string_view{"FlowMapEulerDiscreteScheduler"},
                                         std::string_view{"FlowMatchEulerDiscreteScheduler"},
                                         std::string_view{"FlowMatchHeunDiscreteScheduler"},
                                         std::string_view{"FlowMatchLCMScheduler"},
                                         std::string_view{"HeliosDMDScheduler"},
                                         std::string_view{"HeliosScheduler"},
                                         std::string_view{"LTXEulerAncestralRFScheduler"},
                                         std::string_view{"MiniMaxH3Scheduler"},
                                         std::string_view{"PiflowScheduler"},
                                         std::string_view{"RFD4ProteinaScheduler"},
                                         std::string_view{"SCMScheduler"}};

}  // namespace tstitch
