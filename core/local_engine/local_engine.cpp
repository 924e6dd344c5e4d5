#include "core/local_engine/local_engine.h"

#include <functional>
#include <utility>

#include "core/base/stop_scope.h"
#include "core/engine/model_index.h"
#include "core/image/image_file.h"
#include "core/local_engine/bench.h"
#include "core/local_engine/control_part.h"
#include "core/local_engine/generate_job.h"
#include "core/local_engine/grid_job.h"
#include "core/local_engine/picture_metadata.h"
#include "core/local_engine/single_file_parts.h"
#include "core/local_engine/torch_errors.h"
#include "core/local_engine/workshop.h"

namespace tstitch {

namespace {

class LocalEngine final : public Engine {
 public:
  explicit LocalEngine(const LocalEngineOptions& options) : workshop_(options) {}

  std::vector<PairEntry> pairs() override { return known_pairs(workshop_.options.model_roots); }

  GenerationRequest locate(const GenerationRequest& request) override {
    return located(request, workshop_.hashes, pairs());
  }

  ModelFacts inspect(const std::filesystem::path& place) override {
    const std::filesystem::path located = locate_model(place.string(), workshop_.options.model_roots);
    const ModelKind kind = identify_model(located);
    if (kind == ModelKind::WeightFile) return read_file_facts(located);
    if (kind == ModelKind::ControlNetFolder || kind == ModelKind::AdapterFolder) {
      return read_control_network(located, {}).facts;
    }
    if (kind == ModelKind::VaeFolder) return read_vae_facts(located);
    const ModelParts parts = read_model_parts(located, {});
    require_tokenizers(parts);
    return parts.facts;
  }

  Image control_map(const ControlChoice& choice, const Extent& extent, const std::stop_token& stop) override {
    const StopScope scope(stop);
    return translated([&] {
      return tstitch::control_map(choice, read_picture(choice.picture.location).image, extent, at::kCPU, stop);
    });
  }

  std::vector<Precision> fast_precisions(const RunSettings& settings) override {
    return tstitch::fast_precisions(settings, workshop_.options.plugins, workshop_.options.torch_libraries);
  }

  RunPlan plan(const GenerationRequest& request, const RunSettings& settings) override {
    return translated([&] {
      const ResolvedRun run = resolve_run(request, settings.variant, workshop_.options.model_roots);
      RunPlan planned;
      planned.request = run.request;
      planned.segments = run.trajectory.segments;
      for (const Evaluation& evaluation : run.trajectory.schedule.evaluations) {
        planned.evaluation_levels.push_back(evaluation.level);
      }
      planned.seam_places = seam_places(run.trajectory.schedule);
      for (const DenoiserChoice& choice : request.denoisers) planned.models.push_back(run.models.at(choice.name).facts);
      const ComputeChoice compute = compute_for(settings);
      planned.measured = workshop_.times.of(run, compute.label());
      const Residency residency = workshop_.options.keep_loaded ? Residency::Keep : Residency::LetGo;
      planned.residency = PictureMaker(workshop_, compute, settings, {}, residency, {}, {}).residency_of(run);
      planned.notes = run.notes;
      return planned;
    });
  }

  Outcome prepare(const GenerationRequest& request, const RunSettings& settings, const std::stop_token& stop,
                  const EventSink& sink) override {
    const StopScope scope(stop);
    return ended([&](RunReport& report) {
      const ResolvedRun run = resolve_run(request, settings.variant, workshop_.options.model_roots);
      report.request = run.request;
      PictureMaker(workshop_, compute_for(settings), settings, {}, Residency::Keep, stop, sink).prepare(run);
    });
  }

  Outcome generate(const Job& job, const std::stop_token& stop, const EventSink& sink) override {
    const StopScope scope(stop);
    return ended([&](RunReport& report) {
      report.request = job.request;
      const ResolvedRun run = resolve_run(job.request, job.settings.variant, workshop_.options.model_roots);
      run_job(job, run, workshop_, stop, sink, report);
    });
  }

  GridReport grid(const GridJob& job, const std::stop_token& stop, const EventSink& sink) override {
    const StopScope scope(stop);
    return run_grid(job, workshop_, stop, sink);
  }

  BenchReport bench(const GenerationRequest& request, const RunSettings& settings, const std::stop_token& stop,
                    const EventSink&) override {
    const StopScope scope(stop);
    return translated([&] {
      const ResolvedRun run = resolve_run(request, settings.variant, workshop_.options.model_roots);
      return bench_run(run, workshop_, compute_for(settings), settings, stop);
    });
  }

 private:
  ComputeChoice compute_for(const RunSettings& settings) const {
    return choose_compute(settings, workshop_.options.plugins, workshop_.options.torch_libraries);
  }

  /// The job slot: whatever is thrown becomes an ending.
  static Outcome ended(const std::function<void(RunReport&)>& work) {
    RunReport report;
    try {
      translated([&] { work(report); });
      return Finished{std::move(report)};
    } catch (...) {
      return outcome_of(std::current_exception(), std::move(report));
    }
  }

  Workshop workshop_;
};

}  // namespace

std::unique_ptr<Engine> make_local_engine(const LocalEngineOptions& options) {
  return std::make_unique<LocalEngine>(options);
}

}  // namespace tstitch
