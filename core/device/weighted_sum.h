#pragma once

#include <cmath>
#include <initializer_list>
#include <optional>
#include <vector>

#include "core/device/device_kernels.h"

namespace tstitch {

/// A sum that one kernel makes where the device has it (device_sampler_update), and `plain` elsewhere, which says the
/// same in LibTorch's operators: on a CPU its bits are the result. Terms without a tensor or a factor of 0 do not
/// count; more than the kernel takes, or an infinite factor, are `plain`'s. fp32, to some 1e-7 of the largest term.
template <class Plain>
at::Tensor weighted_sum(std::initializer_list<WeightedTerm> terms, const std::optional<WeightedPrediction>& prediction,
                        const Plain& plain) {
  if (!has_device_kernels(terms.begin()->tensor)) return plain();
  bool finite = !prediction || std::isfinite(prediction->factor);
  std::vector<WeightedTerm> counted;
  for (const WeightedTerm& term : terms) {
    finite = finite && std::isfinite(term.factor);
    if (term.tensor.defined() && term.factor != 0.0) counted.push_back(term);
  }
  const auto sum = finite ? device_sampler_update(counted, prediction) : std::nullopt;
  return sum ? *sum : plain();
}

template <class Plain>
at::Tensor weighted_sum(std::initializer_list<WeightedTerm> terms, const Plain& plain) {
  return weighted_sum(terms, std::nullopt, plain);
}

}  // namespace tstitch
