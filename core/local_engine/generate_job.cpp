#include "core/local_engine/generate_job.h"

#include <ATen/ops/cat.h>

#include "core/base/stop.h"
#include "core/base/text.h"
#include "core/local_engine/compute_choice.h"
#include "core/local_engine/picture_maker.h"
#include "core/local_engine/picture_metadata.h"
#include "core/local_engine/picture_saver.h"
#include "core/local_engine/tensor_files.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

struct JobNoise {
  at::Tensor initial;  ///< [pictures, C, h, w] or undefined
  at::Tensor steps;    ///< [N, pictures, C, h, w] or undefined

  void give(WalkExtras& extras, int picture) const {
    if (initial.defined()) extras.initial_noise = initial.narrow(0, picture, 1);
    if (steps.defined()) extras.step_noise = steps.narrow(1, picture, 1);
  }
  [[nodiscard]] NoiseOrigin origin() const {
    return initial.defined() || steps.defined() ? NoiseOrigin::Files : NoiseOrigin::Seed;
  }
};

JobNoise read_noise(const Job& job, const ResolvedRun& run) {
  JobNoise noise;
  if (job.tensors.initial_latents) {
    noise.initial = read_initial_latents(*job.tensors.initial_latents, job.count, run.latent_shape());
  }
  if (job.tensors.step_noise) {
    noise.steps = read_step_noise(*job.tensors.step_noise, run.trajectory.evaluations(), job.count, run.latent_shape());
  }
  return noise;
}

/// Everything that can be refused is refused here, before a network is loaded.
void require_possible(const Job& job, const ResolvedRun& run) {
  if (job.classes.empty()) require_condition(run, run.request.class_label);
  for (const int label : job.classes) require_condition(run, label);
  if (job.tensors.save_trajectory && job.count != 1) {
    throw UsageError("a trajectory is that of one picture, and --count asks for more.", "--save-trajectory");
  }
  for (const auto& file : {job.tensors.save_latents, job.tensors.save_trajectory}) {
    if (file) require_writable(*file);
  }
  if (job.preview.folder) OutputNames(*job.preview.folder / "").require_writable(1);
}

/// Equal pixels are promised for an equal build, processor, thread count and device; anything else is one line.
void warn_of_differences(const Job& job, const ComputeChoice& compute, const EventSink& sink) {
  if (!job.expected) return;
  const auto found = differences(*job.expected, made_here(compute, {}, NoiseOrigin::Seed));
  if (!found.empty()) sink(Warning{"the pixels may differ a little: " + join(found, " ")});
}

EvaluationCounts planned(const ResolvedRun& run, int pictures) {
  EvaluationCounts plan;
  for (const Segment& segment : run.trajectory.segments) {
    plan.evaluations[segment.denoiser] += pictures * segment.evaluations;
  }
  return plan;
}

std::vector<DenoiserName> order_of(const GenerationRequest& request) {
  std::vector<DenoiserName> order{"small", "large"};
  for (const DenoiserChoice& choice : request.denoisers) {
    if (choice.name != "small" && choice.name != "large") order.push_back(choice.name);
  }
  return order;
}

/// Seconds of each denoiser in `after` that were not there in `before`: those of one picture of several.
std::map<DenoiserName, double> seconds_since(const std::map<DenoiserName, double>& before,
                                             const std::map<DenoiserName, double>& after) {
  std::map<DenoiserName, double> seconds;
  for (const auto& [name, total] : after) {
    const auto earlier = before.find(name);
    seconds[name] = total - (earlier == before.end() ? 0.0 : earlier->second);
  }
  return seconds;
}

/// The parts of one job while its pictures are made.
struct JobParts {
  const Job& job;
  const JobNoise noise;
  PictureMaker& maker;
  PictureSaver& saver;
  const EventSink& sink;
};

/// Makes, saves and tells picture `number` of the job; returns its latents [1, C, h, w].
at::Tensor make_picture(const JobParts& parts, ResolvedRun run, int number, RunReport& report) {
  run.request.seed += static_cast<std::uint64_t>(number);
  if (!parts.job.classes.empty()) run.request.class_label = parts.job.classes.at(static_cast<std::size_t>(number));
  WalkExtras extras;
  std::vector<RecordedEvaluation> record;
  if (parts.job.tensors.save_trajectory) extras.record = &record;
  parts.noise.give(extras, number);
  const auto before = seconds_per_denoiser(report.segments);
  const MadePicture made = parts.maker.make(run, extras, report);
  const auto seconds = seconds_since(before, seconds_per_denoiser(report.segments));
  parts.sink(StageChanged{Stage::Saving});
  report.images.push_back(parts.saver.save(run, made.image, seconds, parts.noise.origin()));
  parts.sink(ImageSaved{report.images.back()});
  if (parts.job.tensors.save_trajectory) {
    save_trajectory(*parts.job.tensors.save_trajectory, record, made.latents, order_of(run.request));
  }
  return made.latents;
}

}  // namespace

void run_job(const Job& job, const ResolvedRun& run, Workshop& workshop, const std::stop_token& stop,
             const EventSink& sink, RunReport& report) {
  report.request = run.request;
  for (const std::string& note : run.notes) sink(Warning{note});
  const ComputeChoice compute =
      choose_compute(job.settings, workshop.options.plugins, workshop.options.torch_libraries);
  require_possible(job, run);
  warn_of_differences(job, compute, sink);
  PictureSaver saver(job.output, job.count, run, compute, workshop.hashes, stop);
  const bool keep = workshop.options.keep_loaded || job.count > 1;
  PictureMaker maker(workshop, compute, job.settings, job.preview, keep ? Residency::Keep : Residency::LetGo, stop,
                     sink);
  maker.require_memory_for(run);
  sink(planned(run, job.count));
  const JobParts parts{job, read_noise(job, run), maker, saver, sink};
  std::vector<at::Tensor> latents;
  latents.reserve(static_cast<std::size_t>(job.count));
  for (int number = 0; number < job.count; ++number) latents.push_back(make_picture(parts, run, number, report));
  if (job.tensors.save_latents) save_latents(*job.tensors.save_latents, at::cat(latents));
  report.request = saver.hashed_request();
  workshop.times.add(run, compute.label(), report);
}

}  // namespace tstitch
