#include "core/local_engine/walk.h"

#include <algorithm>
#include <chrono>

#include <ATen/ops/div.h>

#include "core/base/stop.h"
#include "core/request/sampler_traits.h"

namespace tstitch {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void add_time(std::vector<SegmentTime>& times, const DenoiserName& denoiser, double seconds) {
  if (times.empty() || times.back().denoiser != denoiser) times.push_back({denoiser, 0, Seconds{0}});
  times.back().evaluations += 1;
  times.back().seconds.value += seconds;
}

/// True when the step's first evaluation is the first of a segment other than the run's first.
bool seam_before(const Trajectory& trajectory, int first_evaluation) {
  const auto seams = trajectory.seams();
  return std::any_of(seams.begin(), seams.end(), [&](EvaluationIndex seam) { return seam.value == first_evaluation; });
}

/// Answers the sampler's questions: who is asked, how long it took, what is told about it.
class Questioner {
 public:
  Questioner(const Walk& walk, const std::stop_token& stop, const EventSink& sink, std::vector<SegmentTime>& times)
      : walk_(walk), stop_(stop), sink_(sink), times_(times) {}

  Estimate operator()(const at::Tensor& x, const NoiseLevel& level, EvaluationIndex evaluation) const {
    stop_point(stop_);
    const DenoiserName& name = walk_.trajectory.segment_at(evaluation).denoiser;
    const Denoiser& denoiser = walk_.denoiser_at(evaluation);
    const int of = walk_.trajectory.evaluations();
    sink_(StepBegun{evaluation, of, name});
    const auto start = Clock::now();
    Estimate estimate = denoiser.denoise(x, level, stop_);
    const double took = seconds_since(start);
    add_time(times_, name, took);
    remember(x, level, estimate.denoised, name);
    sink_(StepDone{evaluation, of, name, level.sigma(), Seconds{took}});
    if (walk_.on_denoised) walk_.on_denoised(evaluation, name, estimate.denoised);
    return estimate;
  }

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
};

}  // namespace

Snapshot walk_trajectory(const Walk& walk, const std::stop_token& stop, const EventSink& sink,
                         std::vector<SegmentTime>& times) {
  const SigmaSchedule& schedule = walk.trajectory.schedule;
  const Questioner ask(walk, stop, sink, times);
  Snapshot at = walk.from ? *walk.from
                          : Snapshot{StepIndex{0}, walk.sampler.start(walk.noise.initial(walk.latent_shape), schedule)};
  const int end = walk.until ? walk.until->value : schedule.steps();
  const std::vector<SegmentTime> before = at.times;
  while (at.next_step.value < end) {
    stop_point(stop);
    if (walk.seam == SeamHistory::Reset && seam_before(walk.trajectory, at.state.evaluation)) {
      at.state = without_history(at.state);
    }
    at.state = walk.sampler.step(at.state, at.next_step, schedule, ask, walk.noise);
    ++at.next_step.value;
    at.times = before;
    append_segments(at.times, times);
    if (walk.on_step) walk.on_step(at);
  }
  return at;
}

}  // namespace tstitch
