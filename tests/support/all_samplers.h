#pragma once

#include <vector>

#include "core/request/sampler_traits.h"

namespace tstitch::test {

/// Every sampler that a request may name, in the order of the traits.
inline std::vector<SamplerKind> all_samplers() {
  std::vector<SamplerKind> samplers;
  for (const SamplerTraits& traits : kSamplerTraits) {
    if (traits.kind != SamplerKind::Default) samplers.push_back(traits.kind);
  }
  return samplers;
}

}  // namespace tstitch::test
