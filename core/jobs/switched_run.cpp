#include "core/jobs/switched_run.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/jobs/state_numbers.h"
#include "core/trajectory/trajectory.h"

namespace tstitch {

namespace {

DenoiserName large_of(const GenerationRequest& request) {
  return names_by_cost(request.denoisers).back();
}

/// The first that is the denoiser's, for what it is told; else one that takes everything from the request.
Segment template_of(const std::vector<Segment>& segments, const DenoiserName& denoiser) {
  const auto found = std::find_if(segments.begin(), segments.end(),
                                  [&](const Segment& segment) { return segment.denoiser == denoiser; });
  return found == segments.end() ? Segment{denoiser, 0} : *found;
}

/// As they were asked for, so that what follows from the request goes on following from it.
std::vector<Segment> asked_segments(const GenerationRequest& request, const std::vector<Segment>& planned) {
  if (const auto* asked = std::get_if<SegmentSplit>(&request.split)) return asked->segments;
  std::vector<Segment> segments;
  for (const Segment& segment : planned) segments.push_back({segment.denoiser, segment.evaluations});
  return segments;
}

/// States for the time of one run, where none are kept beyond it.
class PassingTrail {
 public:
  PassingTrail(Engine& engine, int steps) : engine_(engine), steps_(steps) {}
  ~PassingTrail() {
    for (int step = 1; step <= steps_; ++step) engine_.forget(first_ + static_cast<StateId>(step));
  }
  PassingTrail(const PassingTrail&) = delete;
  PassingTrail& operator=(const PassingTrail&) = delete;
  [[nodiscard]] StateId first() const { return first_; }

 private:
  Engine& engine_;
  int steps_;
  StateId first_ = new_state_numbers(kTrailNumbers);
};

void put_before(const RunReport& first, RunReport& then) {
  std::vector<SegmentTime> segments = first.segments;
  append_segments(segments, then.segments);
  then.segments = std::move(segments);
  then.seconds.load += first.seconds.load;
  then.seconds.text += first.seconds.text;
  then.seconds.sample += first.seconds.sample;
  then.seconds.decode += first.seconds.decode;
}

/// A run that may be given over.
class SwitchableRun {
 public:
  SwitchableRun(Engine& engine, const PictureRun& run, const RunPlan& plan, SwitchRequest& request,
                const std::stop_token& stop, const EventSink& sink)
      : engine_(engine), run_(run), plan_(plan), request_(request), stop_(stop), sink_(sink) {}

  Outcome make(const std::function<void(const SegmentSplit&)>& switched) {
    std::optional<PassingTrail> passing;
    if (!run_.trail) run_.trail = StateTrail{passing.emplace(engine_, steps()).first(), false};
    request_.take();
    Outcome begun = make_until_switch();
    if (!switched_at_ || stop_.stop_requested() || !std::holds_alternative<Cancelled>(begun)) return begun;
    const SegmentSplit split = switched_split(run_.request, plan_.segments, *switched_at_);
    switched(split);
    run_.request.split = split;
    run_.trail->goes_on = true;
    Outcome made = engine_.make(run_, stop_, sink_);
    put_before(report_of(begun), report_of(made));
    return made;
  }

 private:
  [[nodiscard]] int steps() const { return plan_.evaluations.empty() ? 0 : plan_.evaluations.back().step.value + 1; }

  /// Ends where the next evaluation has begun, which is not told: the state before it is kept for certain then.
  Outcome make_until_switch() {
    std::stop_source change;
    const std::stop_callback with_the_job(stop_, [&change] { change.request_stop(); });
    return engine_.make(run_, change.get_token(), [&](const Event& event) {
      const auto* begun = std::get_if<StepBegun>(&event);
      if (begun != nullptr && !switched_at_ && may_switch(*begun) && request_.take()) {
        switched_at_ = begun->evaluation.value;
        change.request_stop();
      }
      if (!switched_at_) sink_(event);
    });
  }

  [[nodiscard]] bool may_switch(const StepBegun& begun) const {
    const bool is_place =
        std::binary_search(plan_.seam_places.begin(), plan_.seam_places.end(), begun.evaluation.value);
    const bool is_first_pass = begun.evaluation.value < static_cast<int>(plan_.evaluations.size());
    return is_place && is_first_pass && begun.denoiser != large_of(run_.request);
  }

  Engine& engine_;
  PictureRun run_;
  const RunPlan& plan_;
  SwitchRequest& request_;
  const std::stop_token& stop_;
  const EventSink& sink_;
  std::optional<int> switched_at_;
};

}  // namespace

SegmentSplit switched_split(const GenerationRequest& request, const std::vector<Segment>& planned, int evaluations) {
  const std::vector<Segment> asked = asked_segments(request, planned);
  SegmentSplit split;
  int total = 0;
  int left = evaluations;
  for (Segment segment : asked) {
    total += segment.evaluations;
    segment.evaluations = std::min(segment.evaluations, left);
    left -= segment.evaluations;
    if (segment.evaluations > 0) split.segments.push_back(std::move(segment));
  }
  Segment rest = template_of(asked, large_of(request));
  rest.evaluations = total - evaluations;
  if (rest.evaluations > 0) split.segments.push_back(std::move(rest));
  return split;
}

Outcome make_switchable(Engine& engine, const PictureRun& run, const RunPlan& plan, SwitchRequest& request,
                        const std::stop_token& stop, const EventSink& sink,
                        const std::function<void(const SegmentSplit&)>& switched) {
  return SwitchableRun(engine, run, plan, request, stop, sink).make(switched);
}

}  // namespace tstitch
