#pragma once

#include <cstdint>

#include "core/cuda/kernels/elements.h"
#include "core/cuda/kernels/geglu.h"
#include "core/cuda/kernels/group_norm.h"
#include "core/cuda/kernels/sampler_update.h"
#include "core/cuda/plugin_api.h"

/// What the C interface asks for, with any launcher.
namespace tstitch::cuda {

/// Calls `use` with a value of the type that lies in memory.
template <class Use>
void with_element(TstitchElement element, const Use& use) {
  switch (element) {
    case kTstitchFloat32:
      return use(float{});
    case kTstitchFloat16:
      return use(Half{});
    case kTstitchBFloat16:
      return use(BFloat16{});
  }
}

inline std::uint64_t workspace_bytes(const TstitchGroupNorm& of) {
  const GroupNormCut cut = GroupNormCut::of(of.rows, of.channels, of.groups);
  return static_cast<std::uint64_t>(cut.workspace_floats(of.samples, of.channels, of.groups)) * sizeof(float);
}

template <class Launcher>
void launch(const Launcher& launcher, const TstitchGroupNorm& of) {
  with_element(of.element, [&](auto element) {
    using T = decltype(element);
    const GroupNormTensors<T> tensors{static_cast<const T*>(of.x),
                                      static_cast<const T*>(of.weight),
                                      static_cast<const T*>(of.bias),
                                      static_cast<T*>(of.y),
                                      of.samples,
                                      of.rows,
                                      of.channels,
                                      of.groups,
                                      of.eps,
                                      of.silu != 0};
    group_norm(launcher, tensors, static_cast<float*>(of.workspace));
  });
}

template <class Launcher>
void launch(const Launcher& launcher, const TstitchGeglu& of) {
  with_element(of.element, [&](auto element) {
    using T = decltype(element);
    geglu(launcher,
          Geglu<T>{static_cast<const T*>(of.x), static_cast<T*>(of.y), of.rows, of.width, of.row_stride, false});
  });
}

template <class Launcher>
void launch(const Launcher& launcher, const TstitchSamplerUpdate& of) {
  with_element(of.element, [&](auto element) {
    using T = decltype(element);
    SamplerUpdate<T> kernel{};
    for (int term = 0; term < SamplerUpdate<T>::kMostTerms; ++term) {
      kernel.terms[term] = of.terms[term];
      kernel.factors[term] = of.factors[term];
    }
    kernel.count = of.count;
    kernel.conditional = static_cast<const T*>(of.conditional);
    kernel.unconditional = static_cast<const T*>(of.unconditional);
    kernel.guidance = of.guidance;
    kernel.factor = of.factor;
    kernel.y = of.y;
    kernel.size = of.size;
    sampler_update(launcher, kernel);
  });
}

}  // namespace tstitch::cuda
