#include "core/local_engine/local_engine.h"

#include <functional>
#include <utility>

#include "core/base/links.h"
#include "core/base/stop_scope.h"
#include "core/discovery/model_finder.h"
#include "core/local_engine/bench.h"
#include "core/local_engine/control_part.h"
#include "core/local_engine/embedding_part.h"
#include "core/local_engine/lora_set.h"
#include "core/local_engine/part_weights.h"
#include "core/local_engine/picture_maker.h"
#include "core/local_engine/picture_metadata.h"
#include "core/local_engine/picture_run.h"
#include "core/local_engine/single_file_parts.h"
#include "core/local_engine/torch_errors.h"
#include "core/local_engine/workshop.h"
#include "core/models/hub_cache.h"
#include "core/models/model_index.h"
#include "core/system/cuda_runtime.h"

namespace tstitch {

namespace {

class LocalEngine final : public Engine {
 public:
  explicit LocalEngine(const LocalEngineOptions& options)
      : workshop_(options), finder_({options.cache, options.model_roots}) {}

  std::vector<PairEntry> pairs() override { return known_pairs(workshop_.options.model_roots); }

  Catalog catalog() override { return catalog_of(workshop_.options.model_roots, hub_cache_folder()); }

  FoundModels found_models(const std::vector<std::filesystem::path>& folders) override { return finder_.find(folders); }

  std::filesystem::path find_model(const std::string& place, PairRole role) override {
    return locate_model(place, workshop_.options.model_roots, role);
  }

  GenerationRequest locate(const GenerationRequest& request) override {
    return located(request, workshop_.hashes, pairs());
  }

  ModelFacts inspect(const std::filesystem::path& place) override {
    const std::filesystem::path located = locate_model(place.string(), workshop_.options.model_roots);
    const ModelKind kind = identify_model(located);
    if (kind == ModelKind::WeightFile) return read_file_facts(located);
    if (kind == ModelKind::LoraFolder) return read_lora_facts(located);
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
      return tstitch::control_map(choice, *workshop_.pictures.read(choice.picture.location).image, extent, at::kCPU,
                                  stop);
    });
  }

  std::vector<MeasuredPair> measured_pairs() override { return workshop_.times.pairs(); }

  std::vector<Precision> fast_precisions(const RunSettings& settings) override {
    return tstitch::fast_precisions(settings, workshop_.options.plugins, workshop_.options.torch_libraries);
  }

  std::vector<MeasuredPrecision> measured_precisions(const RunSettings& settings) override {
    return workshop_.precisions.of(threads_of(settings));
  }

  std::vector<TokenizerTables> tokenizers(const GenerationRequest& request) override {
    const ResolvedRun run = resolved(request, {});
    std::vector<TokenizerTables> tables;
    if (run.takes_classes()) return tables;
    for (const TextPart& part : run.models.at(run.owner).text->encoders) {
      tables.push_back(load_tokenizer(part).tables());
    }
    return tables;
  }

  std::string embedding_word(const std::filesystem::path& file, const std::vector<std::string>& texts) override {
    return read_embedding_part(file).word_in(texts);
  }

  RunPlan plan(const GenerationRequest& request, const RunSettings& settings) override {
    return translated([&] { return plan_of(resolved(request, settings), request, settings); });
  }

  std::vector<PlanAnswer> plan_all(const GenerationRequest& base, const std::vector<GenerationRequest>& requests,
                                   const RunSettings& settings) override {
    return translated([&] {
      const RunModels read =
          read_run_models(base, settings.variant, workshop_.options.model_roots, &workshop_.pictures);
      std::vector<PlanAnswer> answers(requests.size());
      for (std::size_t i = 0; i < requests.size(); ++i) {
        try {
          answers[i].plan = plan_of(resolve_run(requests[i], read, settings.variant), requests[i], settings);
        } catch (const Error& error) {
          answers[i].problem = error;
        }
      }
      return answers;
    });
  }

  GenerationRequest identify(const GenerationRequest& request, const RunSettings& settings) override {
    return translated([&] { return with_hashes(resolved(request, settings), workshop_.hashes); });
  }

  Outcome prepare(const GenerationRequest& request, const RunSettings& settings, const std::stop_token& stop,
                  const EventSink& sink) override {
    const StopScope scope(stop);
    return ended([&](RunReport& report) {
      const ResolvedRun run = resolved(request, settings);
      report.request = run.request;
      PictureMaker(workshop_, used(settings, run), settings, {}, Residency::Keep, stop, sink).prepare(run);
    });
  }

  Outcome make(const PictureRun& run, const std::stop_token& stop, const EventSink& sink) override {
    const StopScope scope(stop);
    return ended([&](RunReport& report) { make_picture(run, workshop_, stop, sink, report); });
  }

  void forget(StateId state) override { workshop_.states.forget(state); }

  void free_memory() override {
    workshop_.conditionings.clear();
    workshop_.control_maps.clear();
    workshop_.hints.clear();
    workshop_.source_latents.clear();
    workshop_.pictures.clear();
    workshop_.store.drop_unused();
  }

  BenchReport bench(const GenerationRequest& request, const RunSettings& settings, BenchDetail detail,
                    const std::stop_token& stop, const EventSink&) override {
    const StopScope scope(stop);
    return translated([&] {
      const ResolvedRun run = resolved(request, settings);
      return bench_run(run, workshop_, used(settings, run), settings, detail, stop);
    });
  }

 private:
  [[nodiscard]] ResolvedRun resolved(const GenerationRequest& request, const RunSettings& settings) {
    return resolve_run(request, settings.variant, workshop_.options.model_roots, &workshop_.pictures);
  }

  /// What the lane computes with.
  [[nodiscard]] ComputeChoice used(const RunSettings& settings, const ResolvedRun& run) const {
    ComputeChoice compute = workshop_.compute_for(settings, run, PrecisionTest::WhereMissing);
    compute.use_threads();
    return compute;
  }

  RunPlan plan_of(const ResolvedRun& run, const GenerationRequest& request, const RunSettings& settings) {
    RunPlan plan;
    plan.request = run.request;
    plan.segments = run.trajectory.segments;
    plan.evaluations = run.trajectory.schedule.evaluations;
    plan.skipped_evaluations = run.trajectory.schedule.skipped_evaluations;
    plan.seam_places = seam_places(run.trajectory.schedule);
    plan.latent_shape = run.latent_shape();
    for (const DenoiserChoice& choice : request.denoisers) plan.models.push_back(run.models.at(choice.name).facts);
    plan.class_count = run.class_count();
    const ComputeChoice compute = workshop_.compute_for(settings, run, PrecisionTest::No);
    plan.measured = workshop_.times.of(run, compute.label());
    if (run.second) {
      const Trajectory& second = run.second->trajectory;
      plan.second = SecondPlan{run.second->extent, second.segments, second.schedule.evaluations,
                               workshop_.times.of(run.second_run(), compute.label())};
    }
    const Residency residency = workshop_.options.keep_loaded ? Residency::Keep : Residency::LetGo;
    plan.residency = PictureMaker(workshop_, compute, settings, {}, residency, {}, {}).residency_of(run);
    plan.made = made_here(compute, {}, NoiseOrigin::Seed);
    plan.notes = run.notes;
    return plan;
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
  ModelFinder finder_;
};

/// Those that were fetched (tstitch cuda install), else those beside the program.
std::filesystem::path cuda_libraries(const Places& places, const UserPlaces& user) {
  if (!is_file(places.cuda_list)) return places.torch;
  const CudaRuntime runtime = read_cuda_runtime(places.cuda_list);
  return runtime.is_in(user.cuda) ? runtime.torch_libraries(user.cuda) : places.torch;
}

}  // namespace

LocalEngineOptions installed_engine_options(const UserPlaces& user) {
  const Places places = installed_places();
  LocalEngineOptions options;
  options.model_roots = {user.models, places.models};
  options.cache = user.cache;
  options.plugins = places.plugins;
  options.torch_libraries = cuda_libraries(places, user);
  return options;
}

std::unique_ptr<Engine> make_local_engine(const LocalEngineOptions& options) {
  return std::make_unique<LocalEngine>(options);
}

}  // namespace tstitch
