#include "core/local_engine/picture_maker.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/base/stop.h"
#include "core/base/text.h"
#include "core/denoise/class_conditioning.h"
#include "core/denoise/extra_conditions.h"
#include "core/device/crossing.h"
#include "core/local_engine/prefetch.h"
#include "core/local_engine/torch_errors.h"
#include "core/local_engine/work_estimate.h"
#include "core/networks/tensor_image.h"

namespace tstitch {

namespace {

using Clock = std::chrono::steady_clock;

/// Adds the time until its end to one of the report's figures, and takes it from another that runs meanwhile.
class Stopwatch {
 public:
  explicit Stopwatch(double& seconds, double* running = nullptr) : seconds_(seconds), running_(running) {}
  ~Stopwatch() {
    const double passed = std::chrono::duration<double>(Clock::now() - start_).count();
    seconds_ += passed;
    if (running_ != nullptr) *running_ -= passed;
  }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  double& seconds_;
  double* running_;
  Clock::time_point start_ = Clock::now();
};

/// What stands for the null class that latent diffusion's networks lack: drawn for the narrowest denoiser, so that all
/// are told the same and every ratio of a seed too; undefined = the mean of all classes.
at::Tensor null_context(const ResolvedRun& run) {
  if (run.request.null_class == NullClass::Mean) return {};
  int narrowest = run.models.at(run.owner).facts.context_width;
  for (const auto& [name, parts] : run.models) narrowest = std::min(narrowest, parts.facts.context_width);
  return NoiseSource(run.request.seed).uniform(narrowest).view({1, 1, narrowest});
}

/// What the SDXL family is told besides the text.
void add_time_ids(const ResolvedRun& run, const DenoiserName& denoiser, Conditioning& conditioning) {
  const ModelFacts& text = run.models.at(run.text_source(denoiser)).facts;
  const int count = time_ids_beside(text, run.models.at(denoiser).facts).value_or(0);
  if (count == 0) return;
  const MicroConditioning& micro = run.request.micro_conditioning;
  constexpr int kRefiner = 5;
  if (count != kRefiner) {
    conditioning.time_ids = time_ids(micro, run.request.extent);
    return;
  }
  conditioning.time_ids = refiner_time_ids(micro, run.request.extent, micro.aesthetic_score);
  conditioning.negative_time_ids = refiner_time_ids(micro, run.request.extent, micro.negative_aesthetic_score);
}

int first_evaluation_of(const Trajectory& trajectory, StepIndex step) {
  const auto& evaluations = trajectory.schedule.evaluations;
  const auto found = std::find_if(evaluations.begin(), evaluations.end(),
                                  [&](const Evaluation& evaluation) { return evaluation.step >= step; });
  return static_cast<int>(found - evaluations.begin());
}

double work_of(const ResolvedRun& run, EvaluationIndex evaluation) {
  const Segment& segment = run.trajectory.segment_at(evaluation);
  const int passes = passes_of(run, segment.denoiser, segment.guidance.value_or(run.request.guidance_scale));
  return evaluation_work(run.models.at(segment.denoiser).facts.parameters, run.latent_shape(), passes);
}

/// How a network computes; what one way made is not taken for another's.
std::string compute_key(const LoadOptions& load) {
  return concat(load.variant, '\x1f', at::toString(load.type), '\x1f', load.device.str());
}

/// What is added to a text encoder's words.
std::string words_key(const std::vector<RunWord>& words) {
  std::string key;
  for (const RunWord& word : words) {
    key += concat(word.word, '\x1f', text_of(word.stamp), '\x1f', word.tensors.front().tensor, '\x1e');
  }
  return key;
}

std::string texts_key(const RunTexts& texts) {
  std::string key;
  for (const TextPrompts& prompts : texts.prompts) {
    key += concat(prompts.prompt, '\x1f', prompts.negative.has_value(), prompts.negative.value_or(""), '\x1f',
                  static_cast<int>(prompts.syntax), prompts.guided, prompts.hidden_layer.value_or(0), '\x1e');
  }
  return key;
}

std::string conditioning_key(const ResolvedRun& run, const DenoiserName& source, const LoadOptions& load,
                             const LoraSet& loras, const std::vector<RunWord>& words, const RunTexts& texts) {
  std::string encoders;
  for (const TextPart& part : run.models.at(source).text->encoders) encoders += part.stamp + '\x1f';
  return concat(encoders, compute_key(load), '\x1f', loras.key, '\x1f', loras.stamp, '\x1f', words_key(words), '\x1f',
                texts_key(texts));
}

std::string map_key(const ControlChoice& choice, const ControlPart& part, const Extent& extent) {
  return concat(text_of(part.picture_file), '\x1f', static_cast<int>(choice.kind), choice.is_map, '\x1f', extent.width,
                'x', extent.height, '\x1f', number_text(choice.thresholds.low), '\x1f',
                number_text(choice.thresholds.high), '\x1f', static_cast<int>(choice.fit), '\x1f',
                part.annotator ? part.annotator->stamp : "");
}

/// What made a map is what the run was resolved with.
void require_same_annotator(const ControlChoice& choice, const ControlPart& part) {
  if (!part.annotator || place_stamp(choice.annotator->location) == part.annotator->stamp) return;
  throw BadInput("was changed while the run went on.", choice.annotator->location.string(), "Run again.");
}

std::string hint_key(const std::string& map, const ControlPart& part, const LoadOptions& load) {
  return concat(part.network.stamp, '\x1f', compute_key(load), '\x1f', map);
}

}  // namespace

PictureMaker::PictureMaker(Workshop& workshop, ComputeChoice compute, RunSettings settings, PreviewSettings preview,
                           Residency residency, std::stop_token stop, EventSink sink)
    : workshop_(workshop),
      compute_(std::move(compute)),
      settings_(std::move(settings)),
      preview_(preview),
      residency_(residency),
      stop_(std::move(stop)),
      sink_(std::move(sink)) {}

LoadOptions PictureMaker::load_options(const ResolvedRun& run) {
  std::int64_t total = run.models.at(run.owner).facts.other_bytes_fp32;
  for (const DenoiserName& name : run.trajectory.denoisers()) total += run.models.at(name).facts.network_bytes_fp32;
  for (const ControlPart& control : run.controls) total += control.network.facts.network_bytes_fp32;
  auto done = std::make_shared<std::int64_t>(0);
  return {compute_.device,
          compute_.type,
          settings_.variant,
          stop_,
          [this, total, done](std::int64_t bytes) {
            *done = std::min(total, *done + bytes);
            sink_(LoadProgress{*done, total});
          },
          compute_.wide};
}

const std::vector<Conditioning>& PictureMaker::text_conditionings(const ResolvedRun& run, const DenoiserName& denoiser,
                                                                  const RunTexts& texts, RunReport& report) {
  const DenoiserName source = run.text_source(denoiser);
  const LoraSet loras = run.loras_of(denoiser, LoraTarget::Text);
  const LoadOptions load = load_options(run);
  const std::vector<RunWord> words = run.words_of(denoiser);
  const std::string key = conditioning_key(run, source, load, loras, words, texts);
  const auto known = workshop_.conditionings.find(key);
  if (known != workshop_.conditionings.end()) return known->second;
  std::optional<TextConditioner> conditioner;
  {
    const Stopwatch watch(report.seconds.load);
    sink_(StageChanged{Stage::Loading});
    compute_.use_threads();
    conditioner = workshop_.store.text_conditioner(run.models.at(source), load, loras);
  }
  const Stopwatch watch(report.seconds.text);
  sink_(StageChanged{Stage::Text});
  constexpr std::size_t kMostKept = 64;  // a long session with many prompts stays small
  std::size_t kept = texts.prompts.size();
  for (const auto& [other, conditionings] : workshop_.conditionings) kept += conditionings.size();
  if (kept > kMostKept) workshop_.conditionings.clear();
  const TextParts& text = *run.models.at(source).text;
  const TextWords vectors = read_words(words, text, denoiser);
  compute_.use_threads(text_work(text.elements(), texts.prompts.size()));
  return workshop_.conditionings[key] = conditioner->encode_all(texts.prompts, stop_, vectors);
}

Conditioning PictureMaker::class_conditioning(const ResolvedRun& run, const DenoiserName& denoiser) {
  const ModelParts& parts = run.models.at(denoiser);
  const std::int64_t label = run.request.class_label.value();
  if (const auto* dit = std::get_if<DitConfig>(&parts.network)) return label_conditioning(label, dit->null_class());
  const auto embedder = workshop_.store.class_embedder(parts, load_options(run));
  return class_context_conditioning(*embedder, label, null_context(run));
}

PictureMaker::Conditionings PictureMaker::conditionings(const ResolvedRun& run, RunReport& report) {
  Conditionings conditionings;
  if (run.takes_classes()) {
    conditionings.at.assign(static_cast<std::size_t>(run.trajectory.evaluations()), 0);
    for (const DenoiserName& name : run.trajectory.denoisers()) {
      conditionings.of[name] = {class_conditioning(run, name)};
    }
    return conditionings;
  }
  const RunTexts texts = run_texts(run, any_asked_twice(run));
  conditionings.at = texts.at;
  for (const DenoiserName& name : run.trajectory.denoisers()) {
    std::vector<Conditioning>& own = conditionings.of[name] = text_conditionings(run, name, texts, report);
    for (Conditioning& each : own) add_time_ids(run, name, each);
  }
  return conditionings;
}

/// What a control sees, made once for all runs of its picture at that size.
std::shared_ptr<const Image> PictureMaker::seen_map(const ResolvedRun& run, std::size_t index, const std::string& key) {
  constexpr std::size_t kMostKept = 16;  // a map at 1024 pixels has 3 MB
  const auto known = workshop_.control_maps.find(key);
  if (known != workshop_.control_maps.end()) return known->second;
  if (workshop_.control_maps.size() >= kMostKept) workshop_.control_maps.clear();
  auto map = std::make_shared<const Image>(control_map(run.request.controls[index], *run.controls[index].picture,
                                                       run.request.extent, compute_.device, stop_));
  require_same_annotator(run.request.controls[index], run.controls[index]);
  return workshop_.control_maps[key] = map;
}

/// Made once for all runs with that map.
const Hint& PictureMaker::hint_of(const ResolvedRun& run, std::size_t index, const LoadOptions& load) {
  const ControlNetworkPart& network = run.controls[index].network;
  const std::string map = map_key(run.request.controls[index], run.controls[index], run.request.extent);
  const std::string key = hint_key(map, run.controls[index], load);
  constexpr std::size_t kMostKept = 16;  // a hint at 1024 pixels has 20 MB
  const auto known = workshop_.hints.find(key);
  if (known != workshop_.hints.end()) return known->second;
  // Its map is made before its network is loaded, so that the annotator's network is gone by then.
  const std::shared_ptr<const Image> seen = seen_map(run, index, map);
  const bool grey = network.adapter() != nullptr && network.adapter()->picture_channels == 1;
  const at::Tensor picture =
      to_device(grey ? grey_tensor(*seen) : unit_tensor(*seen), compute_.device, Crossing::Start);
  if (workshop_.hints.size() >= kMostKept) workshop_.hints.clear();
  return workshop_.hints[key] = network.adapter() != nullptr
                                    ? (*workshop_.store.adapter(network, load))(picture, stop_)
                                    : Hint{workshop_.store.control_net(network, load)->embedded_hint(picture, stop_)};
}

LoadedControl PictureMaker::loaded_control(const ResolvedRun& run, std::size_t index, const LoadOptions& load) {
  const ControlNetworkPart& network = run.controls[index].network;
  LoadedControl control{nullptr, hint_of(run, index, load)};
  if (network.adapter() == nullptr) control.network = workshop_.store.control_net(network, load);
  return control;
}

/// Those that act at an evaluation of [begin, end); the others' places stay empty.
std::vector<LoadedControl> PictureMaker::loaded_controls(const ResolvedRun& run, int begin, int end,
                                                         const LoadOptions& load) {
  std::vector<LoadedControl> controls(run.controls.size());
  for (int i = begin; i < end; ++i) {
    for (const std::size_t index : run.controls_at(EvaluationIndex{i})) {
      if (controls[index].hint.empty()) controls[index] = loaded_control(run, index, load);
    }
  }
  return controls;
}

/// A walk that goes on from a state needs of its source only what a mask puts back.
std::optional<RunSource> PictureMaker::source_of(const ResolvedRun& run, const WalkExtras& extras, RunReport& report) {
  const bool has_mask = run.source && run.source->mask;
  if (!extras.latents.defined() && (!run.source || (extras.from && !has_mask))) return std::nullopt;
  const Stopwatch watch(report.seconds.load);
  sink_(StageChanged{Stage::Loading});
  compute_.use_threads();
  return run_source(run, extras.latents, workshop_, load_options(run), compute_.memory_budget().available);
}

at::Tensor PictureMaker::encode(const ResolvedRun& run, const Image& picture, RunReport& report) {
  const bool one_at_a_time = residency_of(run).one_at_a_time;
  let_go(one_at_a_time);
  const Stopwatch watch(report.seconds.load);
  sink_(StageChanged{Stage::Loading});
  compute_.use_threads();
  at::Tensor latents = encoded_picture(run, picture, workshop_, load_options(run), compute_.memory_budget().available);
  let_go(one_at_a_time);
  return latents;
}

/// One denoiser per evaluation; empty for segments of which no evaluation lies in [begin, end).
DenoiserLeases::Denoisers PictureMaker::denoisers(const ResolvedRun& run, const WalkInputs& inputs, int begin, int end,
                                                  const LoadOptions& load) const {
  DenoiserLeases::Denoisers denoisers(static_cast<std::size_t>(run.trajectory.evaluations()));
  int first = 0;
  for (std::size_t i = 0; i < run.trajectory.segments.size(); ++i) {
    const Segment& segment = run.trajectory.segments[i];
    const int last = first + segment.evaluations;
    if (last > begin && first < end) {
      const LoraSet loras = run.loras_of(segment.denoiser, LoraTarget::Network);
      const SegmentInputs own_inputs{workshop_.store.network(run.models.at(segment.denoiser), load, loras),
                                     inputs.conditionings.of.at(segment.denoiser),
                                     inputs.conditionings.at,
                                     inputs.controls,
                                     inputs.source ? inputs.source->inpainting : at::Tensor(),
                                     load.device,
                                     [this](const std::string& line) { sink_(Warning{line}); }};
      const auto own = segment_denoisers(run, segment, std::max(first, begin), std::min(last, end), own_inputs);
      std::copy(own.begin(), own.end(), denoisers.begin() + std::max(first, begin));
    }
    first = last;
  }
  return denoisers;
}

DenoiserLeases PictureMaker::leases(const ResolvedRun& run, WalkInputs& inputs, RunReport& report) {
  const auto load = [this, &run, &inputs, &report](int begin, int end) {
    compute_.use_threads();
    const Stopwatch watch(report.seconds.load, &report.seconds.sample);
    const CrossingScope scope(Crossing::Start);
    sink_(StageChanged{Stage::Loading});
    if (inputs.controls.empty()) inputs.controls = loaded_controls(run, inputs.begin, inputs.end, load_options(run));
    DenoiserLeases::Denoisers loaded = denoisers(run, inputs, begin, end, load_options(run));
    sink_(StageChanged{Stage::Sampling});
    return loaded;
  };
  return {run.trajectory, load, [this, &inputs] { let_go(inputs.one_at_a_time); }};
}

/// On a device, which computes while the host reads; not where the host would compute, too, to fold files in.
bool PictureMaker::fetches_ahead(const ResolvedRun& run) const {
  return !compute_.device.is_cpu() && run.request.loras.empty();
}

/// What the walk asks for: all of it at once, or what its first segment asks for, and the rest while that goes on.
void PictureMaker::acquire(const ResolvedRun& run, const WalkInputs& inputs, DenoiserLeases& leases,
                           RunReport& report) {
  if (!fetches_ahead(run)) return leases.acquire(inputs.begin, inputs.end);
  leases.acquire_ahead(inputs.begin, inputs.end, [this, &run, &inputs, &report](int begin, int end) {
    LoadOptions load = load_options(run);
    load.progress = {};  // the sink is the walk's thread's
    const auto fetched = [this, &run, &inputs, begin, end, load](const std::stop_token& stop) {
      LoadOptions stoppable = load;
      stoppable.stop = stop;
      return denoisers(run, inputs, begin, end, stoppable);
    };
    const auto prefetch = std::make_shared<Prefetch>(compute_.device, stop_, fetched);
    return [this, prefetch, &report] {
      if (prefetch->is_ready()) return prefetch->result();
      const Stopwatch watch(report.seconds.load, &report.seconds.sample);
      sink_(StageChanged{Stage::Loading});
      DenoiserLeases::Denoisers loaded = prefetch->result();
      sink_(StageChanged{Stage::Sampling});
      return loaded;
    };
  });
}

void PictureMaker::say_of_previews(const std::string& line) {
  if (!previews_told_) sink_(Warning{line});
  previews_told_ = true;
}

/// Previews never end a run: what goes wrong with them is said in one line, and the run goes on without them.
PreviewMaker PictureMaker::previews(const ResolvedRun& run) {
  const auto guarded = [this](const auto& work) -> decltype(work()) {
    try {
      return translated(work);
    } catch (const std::exception& problem) {
      say_of_previews(concat("no previews: ", problem.what()));
      return {};
    }
  };
  const PreviewKind kind = possible_preview(preview_.kind, run);
  if (kind != preview_.kind) say_of_previews("the pair has no tiny decoder; its previews are linear.");
  PreviewMaker maker = guarded([&] { return make_preview_maker(kind, run, workshop_, load_options(run)); });
  if (!maker) return maker;
  return [maker = std::move(maker), guarded](const at::Tensor& denoised) -> ComingPreview {
    ComingPreview coming = guarded([&] { return maker(denoised); });
    if (!coming) return coming;
    return [coming = std::move(coming), guarded] { return guarded(coming); };
  };
}

bool PictureMaker::is_shown(const ResolvedRun& run, EvaluationIndex evaluation) const {
  const bool last = evaluation.value + 1 == run.trajectory.evaluations();
  return (evaluation.value + 1) % preview_.every == 0 || last;
}

/// Asks for the preview; what comes back waits for it and tells.
std::function<void()> PictureMaker::shown_later(const PreviewMaker& preview, EvaluationIndex evaluation,
                                                const DenoiserName& denoiser, const at::Tensor& denoised) const {
  const CrossingScope scope(Crossing::Preview);
  return [this, evaluation, denoiser, coming = preview(denoised)] {
    const CrossingScope waiting(Crossing::Preview);
    const std::shared_ptr<const Image> image = coming ? coming() : nullptr;
    if (image) sink_(PreviewReady{evaluation, denoiser, image});
  };
}

Snapshot PictureMaker::walk(const ResolvedRun& run, const WalkExtras& extras, RunReport& report) {
  std::optional<CrossingScope> before_the_steps(std::in_place, Crossing::Start);
  WalkInputs inputs;
  inputs.one_at_a_time = residency_of(run).one_at_a_time;
  inputs.conditionings = conditionings(run, report);
  let_go(inputs.one_at_a_time);
  inputs.source = source_of(run, extras, report);
  let_go(inputs.one_at_a_time);
  if (extras.from) inputs.begin = extras.from->state.evaluation;
  inputs.end = extras.until ? first_evaluation_of(run.trajectory, *extras.until) : run.trajectory.evaluations();
  const auto sampler = make_sampler(run.trajectory.schedule, run.request.eta.value_or(0.0));
  NoiseSource noise(run.request.seed);
  noise.enter_at(EvaluationIndex{run.trajectory.schedule.skipped_evaluations});
  noise.replace(extras.initial_noise, extras.step_noise);
  noise.place_on(compute_.device);
  const PreviewMaker preview = previews(run);
  const Stopwatch watch(report.seconds.sample);
  DenoiserLeases lent = leases(run, inputs, report);
  if (!inputs.one_at_a_time) acquire(run, inputs, lent, report);
  Walk walk{
      run.trajectory,
      run.request.seam,
      *sampler,
      noise,
      run.latent_shape(),
      [&](EvaluationIndex evaluation) -> const Denoiser& {
        const Denoiser& denoiser = lent.at(evaluation);
        compute_.use_threads(work_of(run, evaluation));
        return denoiser;
      },
      extras.from,
      extras.until,
      {},
      extras.record,
      extras.on_step,
      inputs.source ? std::optional(inputs.source->walk) : std::nullopt,
  };
  if (preview) {
    walk.is_shown = [&](EvaluationIndex evaluation) { return is_shown(run, evaluation); };
    walk.on_denoised = [&](EvaluationIndex evaluation, const DenoiserName& name, const at::Tensor& denoised) {
      return shown_later(preview, evaluation, name, denoised);
    };
  }
  before_the_steps.reset();
  return walk_trajectory(walk, stop_, sink_, report.segments);
}

void PictureMaker::encode_text(const ResolvedRun& run, RunReport& report) {
  static_cast<void>(conditionings(run, report));
}

std::shared_ptr<const Image> PictureMaker::decode(const ResolvedRun& run, const at::Tensor& latents,
                                                  RunReport& report) {
  const CrossingScope scope(Crossing::Result);
  const bool one_at_a_time = residency_of(run).one_at_a_time;
  let_go(one_at_a_time);
  const Stopwatch watch(report.seconds.decode);
  sink_(StageChanged{Stage::Decoding});
  const auto loaded = [&] {
    const Stopwatch loading(report.seconds.load, &report.seconds.decode);
    compute_.use_threads();
    return picture_decoder(run, workshop_, load_options(run), compute_.memory_budget().available);
  };
  const LatentsToPicture decoder = loaded();
  compute_.use_threads(decoding_work(run.vae.elements, run.latent_shape()));
  auto image = std::make_shared<const Image>(decoder(latents));
  let_go(one_at_a_time);
  return image;
}

void PictureMaker::require_memory_for(const ResolvedRun& run) {
  if (compute_.memory_budget().is_limit || residency_of(run).one_at_a_time) {
    workshop_.store.drop_others(run, as_loaded());
  }
  require_memory(residency_of(run), run.request.extent);
}

ResidencyPlan PictureMaker::residency_of(const ResolvedRun& run) const {
  MemoryBudget budget = compute_.memory_budget();
  if (!budget.is_limit) budget.available += workshop_.store.loaded_bytes(run, as_loaded());
  return plan_residency(run, static_cast<std::int64_t>(at::elementSize(compute_.type)), residency_, budget);
}

void PictureMaker::prepare(const ResolvedRun& run) {
  sink_(StageChanged{Stage::Loading});
  const LoadOptions load = load_options(run);
  const bool one_at_a_time = residency_of(run).one_at_a_time;
  for (const DenoiserName& name : run.trajectory.denoisers()) {
    if (!run.takes_classes()) {
      const ModelParts& text = run.models.at(run.text_source(name));
      static_cast<void>(workshop_.store.text_conditioner(text, load, run.loras_of(name, LoraTarget::Text)));
    }
    if (one_at_a_time) continue;
    workshop_.store.network(run.models.at(name), load, run.loras_of(name, LoraTarget::Network));
  }
  if (!one_at_a_time) static_cast<void>(loaded_controls(run, 0, run.trajectory.evaluations(), load));
  previews_told_ = true;  // the run will say it
  static_cast<void>(previews(run));
}

void PictureMaker::let_go(bool one_at_a_time) {
  if (one_at_a_time || residency_ == Residency::LetGo) workshop_.store.drop_unused();
}

}  // namespace tstitch
