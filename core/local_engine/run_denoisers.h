#pragma once

#include <memory>
#include <vector>

#include "core/denoise/denoiser.h"
#include "core/local_engine/model_store.h"
#include "core/local_engine/resolved_run.h"
#include "core/networks/control_net.h"

namespace tstitch {

/// True when some segment's network is asked twice, with and without the prompt.
bool any_asked_twice(const ResolvedRun& run);

/// A loaded ControlNet with what it sees; empty for a control that has no part in a walk.
struct LoadedControl {
  std::shared_ptr<const ControlNet> network;
  at::Tensor hint;  ///< ControlNet::embedded_hint, on the network's device
};

/// What answers the evaluations of one segment.
struct SegmentParts {
  DenoiserNetwork network;
  Conditioning conditioning;
  std::vector<LoadedControl> controls;  ///< one per control of the run
  at::Device device = at::kCPU;
};

/// One denoiser for each evaluation of [begin, end), which lies within the segment. Which controls act is a matter of
/// the evaluation, so the network is asked through another denoiser where they change; evaluations with the same
/// controls share one.
std::vector<std::shared_ptr<const Denoiser>> segment_denoisers(const ResolvedRun& run, const Segment& segment,
                                                               int begin, int end, const SegmentParts& parts);

}  // namespace tstitch
