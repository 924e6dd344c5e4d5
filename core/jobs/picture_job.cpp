#include "core/jobs/picture_job.h"

#include <utility>

#include "core/base/stop.h"
#include "core/base/text.h"
#include "core/jobs/job_events.h"
#include "core/jobs/picture_saver.h"
#include "core/jobs/state_numbers.h"
#include "core/jobs/tensor_files.h"
#include "core/trajectory/trajectory.h"

namespace tstitch {

namespace {

/// Unit noise from files, for all pictures of a job.
struct JobNoise {
  std::optional<HostTensor> initial;  ///< [pictures, C, h, w]
  std::optional<HostTensor> steps;    ///< [N, pictures, C, h, w]

  void give(PictureRun& run, int picture) const {
    if (initial) run.initial_noise = entry_of(*initial, 0, picture);
    if (steps) run.step_noise = entry_of(*steps, 1, picture);
  }
};

JobNoise read_noise(const Job& job, const RunPlan& plan) {
  JobNoise noise;
  if (job.tensors.initial_latents) {
    noise.initial = read_initial_latents(*job.tensors.initial_latents, job.count, plan.latent_shape);
  }
  if (job.tensors.step_noise) {
    const int evaluations = plan.skipped_evaluations + static_cast<int>(plan.evaluations.size());
    noise.steps = read_step_noise(*job.tensors.step_noise, evaluations, job.count, plan.latent_shape);
  }
  return noise;
}

/// Everything that can be refused is refused here, before a network is loaded.
void require_possible(const Job& job, const RunPlan& plan) {
  if (job.classes.empty()) require_class(plan.class_count, plan.request.class_label);
  for (const int label : job.classes) require_class(plan.class_count, label);
  if (job.tensors.save_trajectory && job.count != 1) {
    throw UsageError("a trajectory is that of one picture, and --count asks for more.", "--save-trajectory");
  }
  if (job.tensors.save_trajectory && plan.second) {
    throw UsageError("a trajectory is that of one pass, and --second-pass asks for another.", "--save-trajectory");
  }
  for (const auto& file : {job.tensors.save_latents, job.tensors.save_trajectory}) {
    if (file) require_writable(*file);
  }
}

EvaluationCounts counts_of(const RunPlan& plan, int pictures) {
  EvaluationCounts counts;
  const auto add = [&](const std::vector<Segment>& segments) {
    for (const Segment& segment : segments) counts.evaluations[segment.denoiser] += pictures * segment.evaluations;
  };
  add(plan.segments);
  if (plan.second) add(plan.second->segments);
  return counts;
}

std::vector<DenoiserName> order_of(const GenerationRequest& request) {
  std::vector<DenoiserName> order{"small", "large"};
  for (const DenoiserChoice& choice : request.denoisers) {
    if (choice.name != "small" && choice.name != "large") order.push_back(choice.name);
  }
  return order;
}

void add(StageSeconds& all, const StageSeconds& one) {
  all.load += one.load;
  all.text += one.text;
  all.sample += one.sample;
  all.decode += one.decode;
}

class PictureJob {
 public:
  PictureJob(Engine& engine, const Job& job, const std::stop_token& stop, const EventSink& sink,
             SwitchRequest* switching, PictureSkip* skip)
      : engine_(engine), job_(job), stop_(stop), sink_(sink), switching_(switching), skip_(skip) {
    report_.request = job.request;
  }

  Outcome run() {
    try {
      return make_all();
    } catch (...) {
      return outcome_of(std::current_exception(), std::move(report_));
    }
  }

 private:
  Outcome make_all() {
    const RunPlan plan = engine_.plan(job_.request, job_.settings);
    report_.request = plan.request;
    require_possible(job_, plan);
    JobEvents events(sink_, job_.preview_folder);
    for (const std::string& note : plan.notes) events.warn(note);
    warn_of_differences(plan.made, events);
    const PictureSaver saver(job_.output, job_.count);
    const JobNoise noise = read_noise(job_, plan);
    counts_ = counts_of(plan, job_.count);
    sink_(counts_);
    for (int number = 0; number < job_.count; ++number) {
      stop_point(stop_);
      const std::stop_token skipped = skip_ == nullptr ? std::stop_token() : skip_->begin();
      const EitherStop either(stop_, skipped);
      Outcome made = make(run_of(number, noise, plan), plan, number, either.token(), events);
      take(made);
      const bool stopped = std::holds_alternative<Cancelled>(made);
      if (stopped && skipped.stop_requested() && !stop_.stop_requested()) continue;
      if (!std::holds_alternative<Finished>(made)) {
        report_of(made) = std::move(report_);
        return made;
      }
      save(saver);
    }
    if (job_.tensors.save_latents) save_latents(*job_.tensors.save_latents, latents_);
    return Finished{std::move(report_)};
  }

  Outcome make(const PictureRun& run, const RunPlan& plan, int number, const std::stop_token& stop, JobEvents& events) {
    if (number == 0 && job_.ready) {
      RunReport report;
      report.request = job_.ready->request;
      report.picture = *job_.ready;
      return Finished{std::move(report)};
    }
    const EventSink sink = [&](const Event& event) { events.pass_on(event, run.request.seed); };
    if (switching_ == nullptr) return engine_.make(run, stop, sink);
    return make_switchable(engine_, run, plan, *switching_, stop, sink, [&](const SegmentSplit& split) {
      count_switched(plan, split);
      sink_(counts_);
    });
  }

  /// A second pass without a ratio of its own is then made by whoever ends the first.
  void count_switched(const RunPlan& plan, const SegmentSplit& split) {
    const auto count = [&](const std::vector<Segment>& segments, int sign) {
      for (const Segment& segment : segments) counts_.evaluations[segment.denoiser] += sign * segment.evaluations;
    };
    count(plan.segments, -1);
    count(split.segments, 1);
    const auto& second = plan.request.second_pass;
    if (!plan.second || second->share || split.segments.empty()) return;
    count(plan.second->segments, -1);
    counts_.evaluations[split.segments.back().denoiser] += static_cast<int>(plan.second->evaluations.size());
  }

  /// Equal pixels are promised for an equal build, processor, thread count and device; anything else is one line.
  void warn_of_differences(const Made& here, JobEvents& events) const {
    if (!job_.expected) return;
    const auto found = differences(*job_.expected, here);
    if (!found.empty()) events.warn("the pixels may differ a little: " + join(found, " "));
  }

  [[nodiscard]] PictureRun run_of(int number, const JobNoise& noise, const RunPlan& plan) const {
    PictureRun run;
    run.request = job_.request;
    run.request.seed += static_cast<std::uint64_t>(number);
    if (!job_.classes.empty()) run.request.class_label = job_.classes.at(static_cast<std::size_t>(number));
    run.settings = job_.settings;
    run.preview = job_.preview;
    noise.give(run, number);
    run.wants_latents = job_.tensors.save_latents.has_value() || job_.tensors.save_trajectory.has_value();
    run.wants_record = job_.tensors.save_trajectory.has_value();
    run.more_follow = job_.count > 1;
    if (job_.trail && begins_small(plan)) {
      run.trail = job_.trail;
      run.trail->first += static_cast<StateId>(number) * kTrailNumbers;
    }
    return run;
  }

  /// States of another way do not take the place of the small denoiser's.
  [[nodiscard]] static bool begins_small(const RunPlan& plan) {
    const std::vector<DenoiserName> names = names_by_cost(plan.request.denoisers);
    return !plan.segments.empty() && !names.empty() && plan.segments.front().denoiser == names.front();
  }

  /// What a run did becomes part of what the job did.
  void take(const Outcome& outcome) {
    const RunReport& one = report_of(outcome);
    append_segments(report_.segments, one.segments);
    add(report_.seconds, one.seconds);
    report_.picture = one.picture;
  }

  /// A picture that cannot be saved stays in the report.
  void save(const PictureSaver& saver) {
    sink_(StageChanged{Stage::Saving});
    MadePicture& picture = *report_.picture;
    report_.images.push_back(saver.save(picture));
    sink_(ImageSaved{report_.images.back()});
    if (job_.tensors.save_trajectory) {
      save_trajectory(*job_.tensors.save_trajectory, picture.record, *picture.latents, order_of(picture.request));
    }
    if (job_.tensors.save_latents) latents_.push_back(std::move(*picture.latents));
    if (report_.images.size() == 1) report_.request = picture.request;
    report_.picture.reset();
  }

  Engine& engine_;
  const Job& job_;
  const std::stop_token& stop_;
  const EventSink& sink_;
  SwitchRequest* switching_;
  PictureSkip* skip_;
  RunReport report_;
  EvaluationCounts counts_;
  std::vector<HostTensor> latents_;  ///< of the pictures made so far, where they are to be saved
};

}  // namespace

Outcome make_pictures(Engine& engine, const Job& job, const std::stop_token& stop, const EventSink& sink,
                      SwitchRequest* switching, PictureSkip* skip) {
  return PictureJob(engine, job, stop, sink, switching, skip).run();
}

}  // namespace tstitch
