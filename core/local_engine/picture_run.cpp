#include "core/local_engine/picture_run.h"

#include <memory>
#include <utility>

#include <ATen/ops/upsample_bilinear2d.h>

#include "core/image/lanczos.h"
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
  shape.insert(shape.begin(), resolved.trajectory.schedule.skipped_evaluations + resolved.trajectory.evaluations());
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
  if (resolved.second) {
    const std::vector<Segment>& further = resolved.second->trajectory.segments;
    picture.segments.insert(picture.segments.end(), further.begin(), further.end());
  }
  picture.made =
      made_here(compute, seconds_per_denoiser(way), has_own_noise(run) ? NoiseOrigin::Files : NoiseOrigin::Seed);
  picture.made.residual_maps = resolved.residual_maps();
  return picture;
}

/// The evaluations of both passes are told as those of one run.
EventSink counting_on(const EventSink& sink, int before, int of) {
  return [&sink, before, of](Event event) {
    if (auto* begun = std::get_if<StepBegun>(&event)) {
      begun->evaluation.value += before;
      begun->of = of;
    } else if (auto* done = std::get_if<StepDone>(&event)) {
      done->evaluation.value += before;
      done->of = of;
    } else if (auto* preview = std::get_if<PreviewReady>(&event)) {
      preview->evaluation.value += before;
    }
    sink(event);
  };
}

int evaluations_of(const ResolvedRun& run) {
  return run.trajectory.evaluations() + (run.second ? run.second->trajectory.evaluations() : 0);
}

/// What a pass does is added to the report of the whole run, also where it is cut short.
struct PassReport {
  explicit PassReport(RunReport& whole) : all(whole) {}
  ~PassReport() {
    append_segments(all.segments, own.segments);
    all.seconds.load += own.seconds.load;
    all.seconds.text += own.seconds.text;
    all.seconds.sample += own.seconds.sample;
    all.seconds.decode += own.seconds.decode;
  }
  PassReport(const PassReport&) = delete;
  PassReport& operator=(const PassReport&) = delete;

  RunReport& all;
  RunReport own;
};

/// The first pass's result at the size of the second.
at::Tensor enlarged(const ResolvedRun& first, const ResolvedRun& second, const at::Tensor& latents, PictureMaker& maker,
                    RunReport& report) {
  if (first.request.second_pass->upscale == Upscale::Latent) {
    const std::vector<std::int64_t> shape = second.latent_shape();
    return at::upsample_bilinear2d(latents, {shape[1], shape[2]}, false);
  }
  const std::shared_ptr<const Image> picture = maker.decode(first, latents, report);
  const Extent& extent = second.request.extent;
  return maker.encode(second, lanczos_resized(*picture, extent.width, extent.height), report);
}

/// Beyond a mask with a feather the picture is the source again.
std::shared_ptr<const Image> finished_picture(const ResolvedRun& run, std::shared_ptr<const Image> made) {
  if (!run.source || !run.source->mask || run.request.source->mask_feather == 0) return made;
  const Extent& extent = run.request.extent;
  return std::make_shared<const Image>(pasted_back(*made, fitted_source(*run.source->picture, extent),
                                                   fitted_mask(*run.source, extent), run.request.source->mask_feather));
}

/// A run as it goes on this machine.
class LocalRun {
 public:
  LocalRun(const PictureRun& run, const ResolvedRun& resolved, Workshop& workshop, const std::stop_token& stop,
           const EventSink& sink, RunReport& report)
      : run_(run),
        resolved_(resolved),
        workshop_(workshop),
        stop_(stop),
        sink_(sink),
        report_(report),
        compute_(workshop.compute_for(run.settings, resolved, PrecisionTest::WhereMissing)) {}

  void make() {
    compute_.use_threads();
    const EventSink told = counting_on(sink_, 0, evaluations_of(resolved_));
    PictureMaker maker = maker_with(told);
    maker.require_memory_for(resolved_);
    Snapshot end;
    {
      PassReport pass(report_);
      end = first_pass(maker, pass.own);
      if (!resolved_.second && !run_.until) finish(maker, resolved_, end, pass.own);
      workshop_.times.add(resolved_, compute_.label(), pass.own);
    }
    if (resolved_.second && !run_.until) second_pass(maker, end);
  }

 private:
  PictureMaker maker_with(const EventSink& sink) {
    const bool stays = workshop_.options.keep_loaded || run_.more_follow;
    return {workshop_, compute_, run_.settings, run_.preview, stays ? Residency::Keep : Residency::LetGo, stop_, sink};
  }

  Snapshot first_pass(PictureMaker& maker, RunReport& report) {
    WalkExtras extras;
    if (run_.wants_record) extras.record = &record_;
    give_noise(run_, resolved_, extras);
    extras.until = run_.until;
    const auto way = KeptStates::way_of(resolved_, compute_);
    if (!has_own_noise(run_)) use_states(run_, way, workshop_.states, extras);
    Snapshot end = maker.walk(resolved_, extras, report);
    if (run_.keep && !has_own_noise(run_)) workshop_.states.keep(*run_.keep, way, end);
    return end;
  }

  void second_pass(PictureMaker& first, Snapshot end) {
    const ResolvedRun second = resolved_.second_run();
    const int before = resolved_.trajectory.evaluations();
    const EventSink told = counting_on(sink_, before, evaluations_of(resolved_));
    PictureMaker maker = maker_with(told);
    WalkExtras extras;
    {
      PassReport between(report_);
      extras.latents = enlarged(resolved_, second, end.state.latent, first, between.own);
      between.own.picture.emplace();  // as in finish()
      workshop_.times.add(resolved_, compute_.label(), between.own);
    }
    PassReport pass(report_);
    const std::vector<SegmentTime> way = std::move(end.times);
    end = maker.walk(second, extras, pass.own);
    std::vector<SegmentTime> whole = way;
    append_segments(whole, end.times);
    end.times = std::move(whole);
    finish(maker, second, end, pass.own);
    workshop_.times.add(second, compute_.label(), pass.own);
  }

  /// `last`: the pass whose end is the picture.
  void finish(PictureMaker& maker, const ResolvedRun& last, const Snapshot& end, RunReport& report) {
    const std::shared_ptr<const Image> image = maker.decode(last, end.state.latent, report);
    MadePicture& picture = report_.picture.emplace(picture_of(run_, resolved_, compute_, end.times));
    picture.image = finished_picture(last, image);
    picture.request = with_hashes(resolved_, workshop_.hashes, stop_);
    if (run_.wants_latents) picture.latents = host_tensor(end.state.latent);
    picture.record = host_records(record_);
    report_.request = picture.request;
    report.picture.emplace();  // that it was decoded to the end counts for the times
  }

  const PictureRun& run_;
  const ResolvedRun& resolved_;
  Workshop& workshop_;
  const std::stop_token& stop_;
  const EventSink& sink_;
  RunReport& report_;
  ComputeChoice compute_;
  std::vector<RecordedEvaluation> record_;
};

}  // namespace

void make_picture(const PictureRun& run, Workshop& workshop, const std::stop_token& stop, const EventSink& sink,
                  RunReport& report) {
  report.request = run.request;
  const ResolvedRun resolved =
      resolve_run(run.request, run.settings.variant, workshop.options.model_roots, &workshop.pictures);
  report.request = resolved.request;
  require_class(resolved.class_count(), resolved.request.class_label);
  LocalRun(run, resolved, workshop, stop, sink, report).make();
}

}  // namespace tstitch
