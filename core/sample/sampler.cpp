#include "core/sample/sampler.h"

#include <ATen/TensorOperators.h>

#include "core/base/check.h"
#include "core/sample/samplers.h"

namespace tstitch {

SamplerState without_history(SamplerState state) {
  state.history.clear();
  state.order = 0;
  return state;
}

SamplerState Sampler::start(const at::Tensor& unit_noise, const SigmaSchedule& schedule) const {
  SamplerState state;
  state.latent = unit_noise * schedule.initial_scale;
  return state;
}

std::unique_ptr<Sampler> make_sampler(const SigmaSchedule& schedule, double eta) {
  switch (schedule.sampler) {
    case SamplerKind::Ddim:
      return make_ddim(schedule, eta);
    case SamplerKind::Ddpm:
      return make_ddpm(schedule);
    case SamplerKind::Euler:
      return make_euler();
    case SamplerKind::EulerAncestral:
      return make_euler_ancestral();
    case SamplerKind::Heun:
      return make_heun();
    case SamplerKind::Lms:
      return make_lms();
    case SamplerKind::Pndm:
      return make_pndm(schedule);
    case SamplerKind::Dpm2:
      return make_dpm2();
    case SamplerKind::Dpm2Ancestral:
      return make_dpm2_ancestral();
    case SamplerKind::Dpmpp2S:
      return make_dpmpp_2s(schedule);
    case SamplerKind::Dpmpp2M:
    case SamplerKind::Dpmpp2MSde:
      return make_dpmpp_2m(schedule);
    case SamplerKind::DpmppSde:
      return make_dpmpp_sde();
    case SamplerKind::Deis:
      return make_deis();
    case SamplerKind::UniPc:
      return make_unipc(schedule);
    case SamplerKind::Lcm:
      return make_lcm();
    case SamplerKind::Tcd:
      return make_tcd(schedule, eta);
    case SamplerKind::Default:
      break;
  }
  TSTITCH_CHECK(false, "a schedule names its sampler");
  return nullptr;
}

}  // namespace tstitch
