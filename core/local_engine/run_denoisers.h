#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/denoise/denoiser.h"
#include "core/local_engine/model_store.h"
#include "core/local_engine/resolved_run.h"
#include "core/networks/control_net.h"

namespace tstitch {

/// True when some segment's network is asked twice, with and without the prompt.
bool any_asked_twice(const ResolvedRun& run);
/// How often that denoiser's network is asked at an evaluation with that guidance: twice with guidance, unless it is
/// told the guidance instead.
int passes_of(const ResolvedRun& run, const DenoiserName& denoiser, double guidance);

/// What control networks make of their picture alone, once: a ControlNet its embedded hint, a T2I-Adapter all that it
/// has to say. On their device.
using Hint = std::vector<at::Tensor>;

/// A control's part in a walk: what it sees, and the ControlNet that sees it, null for a T2I-Adapter. Without a hint it
/// has none.
struct LoadedControl {
  std::shared_ptr<const ControlNet> network;
  Hint hint;
};

/// What answers the evaluations of one segment.
struct SegmentInputs {
  DenoiserNetwork network;
  std::vector<Conditioning> conditionings;   ///< all that occur in the run
  std::vector<std::size_t> conditioning_at;  ///< which of them, by evaluation
  std::vector<LoadedControl> controls;       ///< one per control of the run
  at::Tensor inpainting = {};                ///< [1, 1 + C, h, w], mask and masked latents, for networks that inpaint
  at::Device device = at::kCPU;              ///< of the network; latents are shown and estimates given there
  std::function<void(const std::string& line)> warn = {};  ///< of what the device does not do; may be empty
};

/// One denoiser for each evaluation of [begin, end), which lies within the segment. Which controls act and what the
/// text says is a matter of the evaluation, so the network is asked through another denoiser where they change;
/// evaluations with the same controls and text share one.
std::vector<std::shared_ptr<const Denoiser>> segment_denoisers(const ResolvedRun& run, const Segment& segment,
                                                               int begin, int end, const SegmentInputs& inputs);

}  // namespace tstitch
