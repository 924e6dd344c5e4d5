#pragma once

#include <atomic>
#include <functional>
#include <stop_token>

#include "core/engine/engine.h"

namespace tstitch {

/// Asks for the picture that is being made to be given over to the large denoiser. For any thread.
class SwitchRequest {
 public:
  void ask() { asked_ = true; }
  /// Whether it was asked for since the last time.
  bool take() { return asked_.exchange(false); }

 private:
  std::atomic<bool> asked_{false};
};

/// The split of a run that its large denoiser takes over after so many evaluations of `planned`: what was planned until
/// there, as it was asked for, and the rest by the large one, told what its first planned segment is told.
SegmentSplit switched_split(const GenerationRequest& request, const std::vector<Segment>& planned, int evaluations);

/// Makes a picture as Engine::make does. Where `request` is asked while another denoiser than the large one samples,
/// the evaluation that runs ends, and from the next place where a seam may lie the large one makes the rest: the
/// picture is bit-equal to one that was asked for with those segments, and carries them; `switched` is told them before
/// the large one begins. What was asked before does not count.
Outcome make_switchable(Engine& engine, const PictureRun& run, const RunPlan& plan, SwitchRequest& request,
                        const std::stop_token& stop, const EventSink& sink,
                        const std::function<void(const SegmentSplit&)>& switched);

}  // namespace tstitch
