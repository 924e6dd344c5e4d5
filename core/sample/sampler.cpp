#include "core/sample/sampler.h"

#include <algorithm>

#include <ATen/TensorOperators.h>

#include "core/base/check.h"
#include "core/request/names.h"
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
  const auto* const rule = std::find_if(kSamplerRules.begin(), kSamplerRules.end(),
                                        [&](const SamplerRule& each) { return each.kind == schedule.sampler; });
  TSTITCH_CHECK(rule != kSamplerRules.end(), name_of(schedule.sampler));
  return rule->make(schedule, eta);
}

}  // namespace tstitch
