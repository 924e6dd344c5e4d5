#include "core/local_engine/walk.h"

#include <algorithm>
#include <chrono>

#include <ATen/TensorOperators.h>
#include <ATen/ops/div.h>

#include "core/base/stop.h"
#include "core/device/crossing.h"
#include "core/device/work_ahead.h"
#include "core/request/sampler_traits.h"

namespace tstitch {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Counts an evaluation and returns whose.
std::size_t counted(std::vector<SegmentTime>& times, const DenoiserName& denoiser) {
  if (times.empty() || times.back().denoiser != denoiser) times.push_back({denoiser, 0, Seconds{0}});
  times.back().evaluations += 1;
  return times.size() - 1;
}

/// True when the step's first evaluation is the first of a segment other than the run's first.
bool seam_before(const Trajectory& trajectory, int first_evaluation) {
  const auto seams = trajectory.seams();
  return std::any_of(seams.begin(), seams.end(), [&](EvaluationIndex seam) { return seam.value == first_evaluation; });
}

/// The picture that a walk starts from, with the one noise of the whole run on it.
class NoisedSource {
 public:
  explicit NoisedSource(const Walk& walk)
      : walk_(walk),
        schedule_(walk.trajectory.schedule),
        source_(placed(walk.source, walk.noise.device())),
        noise_(walk.noise.initial(walk.latent_shape)) {}

  /// diffusers' inpainting starts from noise alone where all steps run, its image-to-image never.
  [[nodiscard]] SamplerState start() const {
    const bool from_noise = !source_ || (source_->mask.defined() && schedule_.skipped.empty());
    SamplerState state = walk_.sampler.start(noise_, schedule_);
    if (!from_noise) state.latent = noised(schedule_.evaluations.front().level);
    return state;
  }

  /// After an evaluation, before `next`, which may be one beyond the last: there the picture is clean.
  [[nodiscard]] at::Tensor put_back(const at::Tensor& latent, EvaluationIndex next) const {
    if (!source_ || !source_->mask.defined()) return latent;
    const EvaluationIndex answered{next.value - 1};
    if (source_->told.contains(walk_.trajectory.segment_at(answered).denoiser)) return latent;
    const at::Tensor& mask = source_->mask;
    const bool last = next.value >= walk_.trajectory.evaluations();
    return (1 - mask) * (last ? source_->latents : noised(level_after(answered))) + mask * latent;
  }

 private:
  static std::optional<WalkSource> placed(std::optional<WalkSource> source, at::Device device) {
    if (!source) return source;
    source->latents = to_device(source->latents, device, Crossing::Start);
    source->mask = to_device(source->mask, device, Crossing::Start);
    return source;
  }

  [[nodiscard]] bool exploding() const { return traits_of(schedule_.sampler).state == LatentState::Exploding; }

  /// diffusers takes the next evaluation's level, but its schedulers in sigmas, also within a step, that of the step's
  /// end.
  [[nodiscard]] const NoiseLevel& level_after(EvaluationIndex answered) const {
    const auto index = static_cast<std::size_t>(answered.value);
    if (!exploding()) return schedule_.evaluations.at(index + 1).level;
    return schedule_.levels.at(static_cast<std::size_t>(schedule_.evaluations.at(index).step.value) + 1);
  }

  /// In diffusers' state of the sampler.
  [[nodiscard]] at::Tensor noised(const NoiseLevel& level) const {
    const at::Tensor& latents = source_->latents;
    return exploding() ? latents + noise_ * level.sigma().value : latents * level.signal + noise_ * level.noise;
  }

  const Walk& walk_;
  const SigmaSchedule& schedule_;
  std::optional<WalkSource> source_;
  at::Tensor noise_;
};

/// Answers the sampler's questions: who is asked, how long it took, what is told about it.
class Questioner {
 public:
  Questioner(const Walk& walk, const std::stop_token& stop, const EventSink& sink, std::vector<SegmentTime>& times)
      : walk_(walk), stop_(stop), sink_(sink), times_(times), ahead_(walk.noise.device()) {}

  Estimate ask(const at::Tensor& x, const NoiseLevel& level, EvaluationIndex evaluation) {
    stop_point(stop_);
    const DenoiserName& name = walk_.trajectory.segment_at(evaluation).denoiser;
    const Denoiser& denoiser = walk_.denoiser_at(evaluation);
    const int of = walk_.trajectory.evaluations();
    ahead_.then([this, begun = StepBegun{evaluation, of, name}] {
      sink_(begun);
      begun_ = Clock::now();
    });
    Estimate estimate = denoiser.denoise(x, level, stop_);
    const std::size_t segment = counted(times_, name);
    ahead_.add([this, segment, done = StepDone{evaluation, of, name, level.sigma(), Seconds{0}}]() mutable {
      done.took.value = seconds_since(begun_);
      times_[segment].seconds.value += done.took.value;
      sink_(done);
    });
    remember(x, level, estimate.denoised, name);
    if (walk_.on_denoised && (!walk_.is_shown || walk_.is_shown(evaluation))) {
      ahead_.then(walk_.on_denoised(evaluation, name, estimate.denoised));
    }
    return estimate;
  }

  /// What was asked for is done and told then.
  void finish() { ahead_.finish(); }

 private:
  void remember(const at::Tensor& x, const NoiseLevel& level, const at::Tensor& denoised,
                const DenoiserName& name) const {
    if (walk_.record == nullptr) return;
    const bool exploding = traits_of(walk_.trajectory.schedule.sampler).state == LatentState::Exploding;
    walk_.record->push_back({exploding ? at::div(x, level.signal) : x, denoised, name});
  }

  const Walk& walk_;
  const std::stop_token& stop_;
  const EventSink& sink_;
  std::vector<SegmentTime>& times_;
  WorkAhead ahead_;
  Clock::time_point begun_;
};

}  // namespace

Snapshot walk_trajectory(const Walk& walk, const std::stop_token& stop, const EventSink& sink,
                         std::vector<SegmentTime>& times) {
  const SigmaSchedule& schedule = walk.trajectory.schedule;
  const NoisedSource source(walk);
  Questioner questioner(walk, stop, sink, times);
  const Denoise ask([&](const at::Tensor& x, const NoiseLevel& level,
                        EvaluationIndex evaluation) { return questioner.ask(x, level, evaluation); },
                    [&](const at::Tensor& latent, EvaluationIndex next) { return source.put_back(latent, next); });
  Snapshot at = walk.from ? *walk.from : Snapshot{StepIndex{0}, source.start()};
  const int end = walk.until ? walk.until->value : schedule.steps();
  const std::vector<SegmentTime> before = at.times;
  while (at.next_step.value < end) {
    stop_point(stop);
    if (walk.seam == SeamHistory::Reset && seam_before(walk.trajectory, at.state.evaluation)) {
      at.state = without_history(at.state);
    }
    at.state = walk.sampler.step(at.state, at.next_step, schedule, ask, walk.noise);
    at.state.latent = source.put_back(at.state.latent, EvaluationIndex{at.state.evaluation});
    ++at.next_step.value;
    if (at.next_step.value == end) questioner.finish();
    at.times = before;
    append_segments(at.times, times);
    if (walk.on_step) walk.on_step(at);
  }
  return at;
}

}  // namespace tstitch
