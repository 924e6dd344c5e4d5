#pragma once

#include <functional>
#include <optional>
#include <set>
#include <stop_token>
#include <vector>

#include "core/denoise/denoiser.h"
#include "core/engine/event.h"
#include "core/engine/outcome.h"
#include "core/sample/sampler.h"
#include "core/trajectory/trajectory.h"

namespace tstitch {

/// What happened at one evaluation, for `--save-trajectory`.
struct RecordedEvaluation {
  at::Tensor latent;    ///< before it, in diffusers' state of the sampler
  at::Tensor denoised;  ///< from the guided prediction
  DenoiserName denoiser;
};

/// A run between two steps: the sampler's state, where it stands, and what led there.
struct Snapshot {
  StepIndex next_step;
  SamplerState state;
  std::vector<SegmentTime> times = {};  ///< of the way from the noise to here
};

/// What a walk starts from instead of noise alone (SDEdit), and which places keep it.
struct WalkSource {
  at::Tensor latents;  ///< [1, C, h, w] of the picture, scaled
  at::Tensor mask;     ///< [1, 1, h, w]: 1 where it is drawn anew, else 0; undefined = it is everywhere
  /// Those whose networks see mask and picture themselves; after an evaluation of any other one the picture is put back
  /// where the mask is 0, with the noise of the next level.
  std::set<DenoiserName> told = {};
};

/// One walk along a trajectory. Neither denoisers nor samplers need to know which evaluation it is.
struct Walk {
  const Trajectory& trajectory;
  SeamHistory seam = SeamHistory::Keep;
  const Sampler& sampler;
  const NoiseSource& noise;
  std::vector<std::int64_t> latent_shape;                       ///< [C, h, w]
  std::function<const Denoiser&(EvaluationIndex)> denoiser_at;  ///< who answers there; may load it first
  std::optional<Snapshot> from;                                 ///< goes on here instead of starting
  std::optional<StepIndex> until;                               ///< stops before this step instead of at the end

  /// Called with the estimate of each evaluation that is shown, before the next is asked for; what it gives is called
  /// once the evaluation is done and told, before the next is told of. May be empty.
  std::function<std::function<void()>(EvaluationIndex, const DenoiserName&, const at::Tensor& denoised)> on_denoised;
  std::vector<RecordedEvaluation>* record = nullptr;
  /// Called with the state after each step, before the next begins; may be empty.
  std::function<void(const Snapshot&)> on_step = {};
  std::optional<WalkSource> source = {};
  std::function<bool(EvaluationIndex)> is_shown = {};  ///< empty = each evaluation is
};

/// Walks to the end (or `until`); the state's latent is then the final one, [1, C, h, w] fp32 where the noise source is
/// placed: there all of it stays, from the start on. Adds what was run to `times` as it happens, so that it tells the
/// truth also after an interruption; the snapshots' own times are those of the whole way. A device may be one
/// evaluation behind what it is asked for (WorkAhead); events and seconds follow the device. Throws Interrupted.
Snapshot walk_trajectory(const Walk& walk, const std::stop_token& stop, const EventSink& sink,
                         std::vector<SegmentTime>& times);

}  // namespace tstitch
