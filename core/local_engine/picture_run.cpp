#include "core/local_engine/picture_run.h"

#include <memory>
#include <utility>

#include "core/local_engine/compute_choice.h"
#include "core/local_engine/host_tensors.h"
#include "core/local_engine/picture_maker.h"
#include "core/local_engine/picture_metadata.h"

namespace tstitch {

namespace {

bool has_own_noise(const PictureRun& run) {
  return run.initial_noise.has_value() || run.step_noise.has_value();
}

void give_noise(const PictureRun& run, const ResolvedRun& resolved, WalkExtras& extras) {
  std::vector<std::int64_t> shape = resolved.latent_shape();
  shape.insert(shape.begin(), 1);
  if (run.initial_noise) extras.initial_noise = tensor_of(*run.initial_noise, shape);
  shape.insert(shape.begin(), resolved.trajectory.evaluations());
  if (run.step_noise) extras.step_noise = tensor_of(*run.step_noise, shape);
}

/// Where the walk starts, and what it leaves behind on its way.
void use_states(const PictureRun& run, const std::shared_ptr<const KeptStates::Way>& way, KeptStates& states,
                WalkExtras& extras) {
  if (run.from) extras.from = states.on_way(*way, *run.from);
  if (!run.trail) return;
  const StateTrail& trail = *run.trail;
  if (!extras.from && trail.goes_on) extras.from = states.furthest_on_way(*way, trail, run.until);
  extras.on_step = [way, &states, first = trail.first](const Snapshot& after) {
    if (after.state.evaluation > way->trajectory.segments.front().evaluations) return;
    states.keep(first + static_cast<StateId>(after.next_step.value), way, after);
  };
}

std::vector<EvaluationRecord> host_records(const std::vector<RecordedEvaluation>& record) {
  std::vector<EvaluationRecord> records;
  records.reserve(record.size());
  for (const RecordedEvaluation& each : record) {
    records.push_back({host_tensor(each.latent), host_tensor(each.denoised), each.denoiser});
  }
  return records;
}

MadePicture picture_of(const PictureRun& run, const ResolvedRun& resolved, const ComputeChoice& compute,
                       const std::vector<SegmentTime>& way) {
  MadePicture picture;
  picture.request = resolved.request;
  picture.segments = resolved.trajectory.segments;
  picture.made =
      made_here(compute, seconds_per_denoiser(way), has_own_noise(run) ? NoiseOrigin::Files : NoiseOrigin::Seed);
  picture.made.residual_maps = resolved.residual_maps();
  return picture;
}

}  // namespace

void make_picture(const PictureRun& run, Workshop& workshop, const std::stop_token& stop, const EventSink& sink,
                  RunReport& report) {
  report.request = run.request;
  const ResolvedRun resolved = resolve_run(run.request, run.settings.variant, workshop.options.model_roots);
  report.request = resolved.request;
  require_class(resolved.class_count(), resolved.request.class_label);
  const ComputeChoice compute = workshop.compute_for(run.settings);
  compute.use_threads();
  const bool stays = workshop.options.keep_loaded || run.more_follow;
  PictureMaker maker(workshop, compute, run.settings, run.preview, stays ? Residency::Keep : Residency::LetGo, stop,
                     sink);
  maker.require_memory_for(resolved);

  WalkExtras extras;
  std::vector<RecordedEvaluation> record;
  if (run.wants_record) extras.record = &record;
  give_noise(run, resolved, extras);
  extras.until = run.until;
  const auto way = KeptStates::way_of(resolved, compute);
  if (!has_own_noise(run)) use_states(run, way, workshop.states, extras);
  const Snapshot end = maker.walk(resolved, extras, report);
  if (run.keep && !has_own_noise(run)) workshop.states.keep(*run.keep, way, end);
  if (!run.until) {
    const std::shared_ptr<const Image> image = maker.decode(resolved, end.state.latent, report);
    report.picture = picture_of(run, resolved, compute, end.times);
    report.picture->image = image;
    report.picture->request = with_hashes(resolved, workshop.hashes, stop);
    if (run.wants_latents) report.picture->latents = host_tensor(end.state.latent);
    report.picture->record = host_records(record);
    report.request = report.picture->request;
  }
  workshop.times.add(resolved, compute.label(), report);
}

}  // namespace tstitch
