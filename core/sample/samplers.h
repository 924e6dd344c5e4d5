#pragma once

#include <array>
#include <memory>

#include "core/sample/sampler.h"

namespace tstitch {

/// One factory per update rule. Each keeps what its rule reads of the schedule's config, and `eta` where it has one.
using SamplerFactory = std::unique_ptr<Sampler>(const SigmaSchedule& schedule, double eta);

SamplerFactory make_ddim;
SamplerFactory make_ddpm;
SamplerFactory make_euler;
SamplerFactory make_euler_ancestral;
SamplerFactory make_heun;
SamplerFactory make_lms;
SamplerFactory make_pndm;
SamplerFactory make_dpm2;
SamplerFactory make_dpm2_ancestral;
SamplerFactory make_dpmpp_2s;
SamplerFactory make_dpmpp_2m;  ///< as an ODE or an SDE
SamplerFactory make_dpmpp_sde;
SamplerFactory make_deis;
SamplerFactory make_unipc;
SamplerFactory make_lcm;
SamplerFactory make_tcd;

struct SamplerRule {
  SamplerKind kind;
  SamplerFactory* make;
};

/// By which rule each sampler goes; make_sampler() looks here.
inline constexpr std::array kSamplerRules{
    SamplerRule{SamplerKind::Ddim, make_ddim},
    SamplerRule{SamplerKind::Ddpm, make_ddpm},
    SamplerRule{SamplerKind::Euler, make_euler},
    SamplerRule{SamplerKind::EulerAncestral, make_euler_ancestral},
    SamplerRule{SamplerKind::Heun, make_heun},
    SamplerRule{SamplerKind::Lms, make_lms},
    SamplerRule{SamplerKind::Pndm, make_pndm},
    SamplerRule{SamplerKind::Dpm2, make_dpm2},
    SamplerRule{SamplerKind::Dpm2Ancestral, make_dpm2_ancestral},
    SamplerRule{SamplerKind::Dpmpp2S, make_dpmpp_2s},
    SamplerRule{SamplerKind::Dpmpp2M, make_dpmpp_2m},
    SamplerRule{SamplerKind::Dpmpp2MSde, make_dpmpp_2m},
    SamplerRule{SamplerKind::DpmppSde, make_dpmpp_sde},
    SamplerRule{SamplerKind::Deis, make_deis},
    SamplerRule{SamplerKind::UniPc, make_unipc},
    SamplerRule{SamplerKind::Lcm, make_lcm},
    SamplerRule{SamplerKind::Tcd, make_tcd},
};

}  // namespace tstitch
