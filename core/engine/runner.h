#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/engine/event.h"
#include "core/engine/host_tensor.h"
#include "core/engine/outcome.h"
#include "core/engine/settings.h"

namespace tstitch {

/// A state that a runner keeps, by the number that the asking side chose for it.
using StateId = std::uint64_t;

/// The states after each step of a run's first segment, by numbers in a row: the one after k steps has `first` + k.
struct StateTrail {
  StateId first = 0;
  bool goes_on = false;  ///< from the furthest of them that lies on the run's way, as with PictureRun::from
  friend bool operator==(const StateTrail&, const StateTrail&) = default;
};

/// One picture, or the beginning of one.
struct PictureRun {
  GenerationRequest request;
  RunSettings settings;
  PreviewSettings preview;
  std::optional<HostTensor> initial_noise;  ///< unit noise [1, C, h, w]; none = from the seed
  std::optional<HostTensor> step_noise;  ///< unit noise [N, 1, C, h, w], one entry per evaluation; none = from the seed
  bool wants_latents = false;            ///< MadePicture::latents
  bool wants_record = false;             ///< MadePicture::record; from the first evaluation on, so not with `from`
  /// Goes on from that state instead of from the noise. Where it is no longer kept, or is not a state of this very
  /// trajectory, the run starts from the noise: the picture is the same to the bit, it only takes longer.
  std::optional<StateId> from;
  std::optional<StepIndex> until;   ///< ends before this step, without a picture
  std::optional<StateId> keep;      ///< keeps the state at the end under this number
  std::optional<StateTrail> trail;  ///< keeps these states, and may go on from one; not with noise of its own
  bool more_follow = false;         ///< what is loaded stays for the next run
};

/// What the operators of one kind took within a step.
struct OperatorTime {
  std::string name;  ///< "convolution 3x3 (Winograd)"
  std::int64_t calls = 0;
  double seconds = 0;
  double flop = 0;  ///< two for each multiply-add of the plain algorithm; 0 = not counted, memory bounds it
};

/// One step, looked at: each operator's time is seen from outside, so the step takes a little longer than others.
struct StepProfile {
  double seconds = 0;
  std::vector<OperatorTime> operators;  ///< most time first; what the step took beyond them is between operators
  int threads = 1;                      ///< of the processor, that computed it
  double roof_gflops = 0;               ///< of a large matrix product on so many, as BenchReport's
};

/// Operators: also a profile of a step of each denoiser.
enum class BenchDetail { Times, Operators };

struct BenchReport {
  struct Denoiser {
    double seconds_per_step = 0;
    double load_seconds = 0;
    std::optional<StepProfile> profile;
  };
  std::map<DenoiserName, Denoiser> denoisers;
  double text_seconds = 0;
  double decode_seconds = 0;
  double start_to_first_step_seconds = 0;
  std::int64_t peak_bytes = 0;
  double roof_gflops = 0;  ///< of a large matrix product in the type, on the device and on all threads that compute
};

/// The compute lane of an engine: one call at a time, from one thread; events come on that thread. make() and prepare()
/// never throw: endings are values. The others throw Error, or Interrupted when `stop` is asked for.
class Runner {
 public:
  virtual ~Runner() = default;

  /// Loads what the request needs so that a later make() starts at once.
  [[nodiscard]] virtual Outcome prepare(const GenerationRequest& request, const RunSettings& settings,
                                        const std::stop_token& stop, const EventSink& sink) = 0;

  /// Makes one picture; it comes back as `RunReport::picture`, written nowhere.
  [[nodiscard]] virtual Outcome make(const PictureRun& run, const std::stop_token& stop, const EventSink& sink) = 0;

  /// Lets a kept state go; one that is not there is no error. A runner keeps a bounded number, the newest.
  virtual void forget(StateId state) = 0;

  /// Lets go of the models that are loaded and of what was computed for runs to come, but for kept states; a later run
  /// loads what it needs.
  virtual void free_memory() = 0;

  /// What the network of `choice` would see in a run of that size: its picture annotated, or as it is where it is a
  /// map.
  [[nodiscard]] virtual Image control_map(const ControlChoice& choice, const Extent& extent,
                                          const std::stop_token& stop) = 0;

  [[nodiscard]] virtual BenchReport bench(const GenerationRequest& request, const RunSettings& settings,
                                          BenchDetail detail, const std::stop_token& stop, const EventSink& sink) = 0;
};

}  // namespace tstitch
