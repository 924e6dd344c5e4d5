#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "core/engine/engine.h"
#include "core/models/model_identity.h"
#include "core/schedule/sigma_schedule.h"
#include "core/trajectory/trajectory.h"

namespace tstitch::test {

/// What a FakeEngine does; shared with the test, which may look and change while the engine runs.
struct FakeScript {
  std::atomic<std::chrono::milliseconds> perEvaluation{std::chrono::milliseconds(1)};  ///< may change during a run
  std::chrono::milliseconds perLoad{1};
  std::string failure;      ///< a run ends as Failed with this sentence
  int failingPercent = -1;  ///< pictures of that ratio fail at their end; -2 = all of them
  std::string warning;      ///< of every run
  bool previews = true;
  int failAtEvaluation = -1;  ///< where it fails; -1 = before the first
  Extent pictureSize{96, 96};
  std::atomic<bool> measured = true;
  std::vector<Precision> fast{Precision::Fp32, Precision::Fp16, Precision::Bf16};
  std::vector<PairEntry> pairs;
  std::vector<KnownPart> parts;
  std::vector<KnownModel> knownModels;
  FoundModels found;
  std::vector<MeasuredPair> measuredPairs;
  std::vector<MeasuredPrecision> measuredPrecisions;
  std::vector<std::filesystem::path> searched;  ///< the folders of the last question for models
  bool hasAll = true;                           ///< any path is a model; else only those of its pairs are

  std::atomic<int> losses{0};  ///< so many times the engine is lost at a run's third evaluation
  std::atomic<int> lostSoFar{0};
  std::function<void(const std::string&)> onLost = [](const std::string&) {};
  std::function<void()> onAlive = [] {};

  std::atomic<int> prepared{0};
  std::atomic<int> planned{0};
  std::atomic<int> mapped{0};
  std::atomic<int> benched{0};
  std::atomic<int> freed{0};
  std::atomic<int> stopped{0};  ///< runs that were
  std::mutex mutex;
  std::vector<PictureRun> runs;  ///< in the order of their beginnings; guarded by mutex
  std::string unusable;          ///< why the engine cannot be started; guarded by mutex

  std::string unusableBecause() {
    const std::lock_guard lock(mutex);
    return unusable;
  }
  void setUnusable(const std::string& reason) {
    const std::lock_guard lock(mutex);
    unusable = reason;
  }

  std::vector<PictureRun> seenRuns() {
    const std::lock_guard lock(mutex);
    return runs;
  }
};

/// A bundled pair as the real engine would name it.
inline PairEntry fakePair(const std::string& name = "miniature", const std::string& title = "Miniature") {
  PairEntry pair;
  pair.name = name;
  pair.title = title;
  pair.large = "models/" + name + "/large";
  pair.small = "models/" + name + "/small";
  pair.defaults.denoisers = {{"small", {name + "-small", {}, {}, pair.small}, {}},
                             {"large", {name + "-large", {}, {}, pair.large}, {}}};
  pair.defaults.guidance_scale = 5;
  pair.defaults.sampler = SamplerKind::Ddim;
  pair.example_prompts = {"3d fox", "3d red apple", "3d sunflower", "3d octopus", "3d rocket", "3d panda"};
  return pair;
}

/// A soft two-tone picture that depends on seed and progress, so that previews can be told apart.
inline Image fakePicture(Extent size, std::uint64_t seed, double progress) {
  Image image{size.width, size.height, {}};
  image.rgb.reserve(static_cast<std::size_t>(size.width * size.height) * 3);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const double dx = 2.0 * x / size.width - 1;
      const double dy = 2.0 * y / size.height - 1;
      const double inside = dx * dx + dy * dy < 0.5 ? 1 : 0;
      const double noise = ((x * 7919 + y * 104729 + static_cast<int>(seed % 1000) * 31) % 97) / 97.0;
      const auto level = [&](double on, double off) {
        const double value = progress * (inside * on + (1 - inside) * off) + (1 - progress) * noise * 255;
        return static_cast<std::uint8_t>(value);
      };
      image.rgb.push_back(level(235 - 20 * dy, 70 + 30 * dy));
      image.rgb.push_back(level(120 + 60 * dy, 130 + 40 * dy));
      image.rgb.push_back(level(60 + static_cast<double>(seed % 7) * 20, 200));
    }
  }
  return image;
}

/// An Engine that computes nothing: scripted events, delays and endings, with the true plan of every run.
class FakeEngine : public Engine {
 public:
  explicit FakeEngine(std::shared_ptr<FakeScript> script) : script_(std::move(script)) {
    if (script_->pairs.empty()) script_->pairs = {fakePair()};
  }

  std::vector<PairEntry> pairs() override { return script_->pairs; }
  Catalog catalog() override { return {script_->pairs, script_->knownModels, script_->parts, {}}; }
  FoundModels found_models(const std::vector<std::filesystem::path>& folders) override {
    const std::lock_guard lock(script_->mutex);
    script_->searched = folders;
    FoundModels found = script_->found;
    for (const auto& folder : folders) found.folders.push_back({folder, "", true, true, 0});
    return found;
  }

  std::vector<MeasuredPair> measured_pairs() override {
    const std::lock_guard lock(script_->mutex);
    return script_->measuredPairs;
  }

  std::vector<MeasuredPrecision> measured_precisions(const RunSettings&) override {
    return script_->measuredPrecisions;
  }
  std::vector<Precision> fast_precisions(const RunSettings&) override { return script_->fast; }

  GenerationRequest locate(const GenerationRequest& request) override {
    GenerationRequest found = request;
    for (DenoiserChoice& denoiser : found.denoisers) {
      for (const PairEntry& pair : script_->pairs) {
        for (const DenoiserChoice& known : pair.defaults.denoisers) {
          if (known.model.name == denoiser.model.name) denoiser.model = known.model;
        }
      }
      if (denoiser.model.location.empty()) throw BadInput("The model is not here.", denoiser.model.name);
    }
    return found;
  }

  ModelFacts inspect(const std::filesystem::path& place) override {
    const bool missing = !script_->hasAll && !isKnown(place);
    if (missing || place.string().find("missing") != std::string::npos) {
      throw BadInput("There is no such folder.", place.string());
    }
    ModelFacts facts;
    facts.name = place.filename().string();
    facts.path = place;
    if (facts.name.find("lora") != std::string::npos) facts.purpose = phrase_of(ModelRole::Lora);
    if (facts.name.find("control") != std::string::npos) facts.purpose = phrase_of(ModelRole::ControlNet);
    if (facts.name.find("t2i") != std::string::npos) facts.purpose = phrase_of(ModelRole::Adapter);
    if (facts.name.find("vae") != std::string::npos) facts.purpose = phrase_of(ModelRole::Autoencoder);
    facts.family = "sd1";
    facts.network_class = "UNet2DConditionModel";
    facts.latent = LatentSpace{place.string().find("other") == std::string::npos ? 4 : 16, 4, 1.0, 0, {}};
    facts.latent_channels = facts.latent->channels;
    facts.latent->presumed = place.string().find("bare") != std::string::npos;
    facts.scheduler = config();
    if (place.string().find("class") != std::string::npos) {
      facts.class_count = static_cast<int>(imagenet_class_names().size());
      facts.class_names = imagenet_class_names();
    }
    facts.context_width = 256;
    facts.text_width = 256;
    facts.parameters = facts.name == "small" ? 3'100'000 : 11'200'000;
    facts.dtype = "fp16";
    facts.sample_size = 32;
    facts.network_bytes_fp32 = facts.parameters * 4;
    facts.other_bytes_fp32 = 20'000'000;
    return facts;
  }

  /// Two halves, black and white, at the size that was asked for.
  Image control_map(const ControlChoice& choice, const Extent& extent, const std::stop_token&) override {
    if (!std::filesystem::exists(choice.picture.location)) {
      throw BadInput("There is no such picture.", choice.picture.location.string());
    }
    ++script_->mapped;
    Image map{extent.width, extent.height, {}};
    for (int y = 0; y < extent.height; ++y) {
      for (int x = 0; x < extent.width * 3; ++x) map.rgb.push_back(x / 3 < extent.width / 2 ? 0 : 255);
    }
    return map;
  }

  std::filesystem::path find_model(const std::string& place, PairRole role) override {
    for (const PairEntry& pair : script_->pairs) {
      if (pair.name == place) return role == PairRole::Large ? pair.large : pair.small;
    }
    if (!script_->hasAll && !isKnown(place)) throw BadInput("There is nothing at this path.", place);
    return place;
  }

  std::string embedding_word(const std::filesystem::path& file, const std::vector<std::string>&) override {
    return file.stem().string();
  }

  /// Words are tokens; as many fit as the published tokenizer takes.
  std::vector<TokenizerTables> tokenizers(const GenerationRequest& request) override {
    if (request.class_label) throw UsageError("this model draws what a prompt says and takes no class.");
    TokenizerTables tables;
    for (char letter = 'a'; letter <= 'z'; ++letter) {
      tables.symbols.push_back({letter});
      tables.symbols.push_back(std::string{letter} + "</w>");
    }
    tables.symbols.insert(tables.symbols.end(), {"fo", "fox</w>", "<|startoftext|>", "<|endoftext|>"});
    tables.merges = {"f", "o", "fo", "x</w>"};
    return {tables};
  }

  RunPlan plan(const GenerationRequest& request, const RunSettings&) override {
    ++script_->planned;
    return planOf(request);
  }

  std::vector<PlanAnswer> plan_all(const GenerationRequest&, const std::vector<GenerationRequest>& requests,
                                   const RunSettings&) override {
    std::vector<PlanAnswer> answers;
    for (const GenerationRequest& request : requests) {
      try {
        answers.push_back({planOf(request), {}});
      } catch (const Error& error) {
        answers.push_back({{}, error});
      }
    }
    return answers;
  }

  GenerationRequest identify(const GenerationRequest& request, const RunSettings&) override { return request; }

  Outcome prepare(const GenerationRequest&, const RunSettings&, const std::stop_token& stop,
                  const EventSink& sink) override {
    ++script_->prepared;
    return load(stop, sink) ? Outcome(Finished{}) : Outcome(Cancelled{});
  }

  Outcome make(const PictureRun& run, const std::stop_token& stop, const EventSink& sink) override {
    {
      const std::lock_guard lock(script_->mutex);
      script_->runs.push_back(run);
    }
    try {
      return makeOnceMore(run, stop, sink);
    } catch (...) {
      return outcome_of(std::current_exception(), {});
    }
  }

  void forget(StateId state) override { states_.erase(state); }

  void free_memory() override { ++script_->freed; }

  BenchReport bench(const GenerationRequest&, const RunSettings&, BenchDetail, const std::stop_token& stop,
                    const EventSink&) override {
    ++script_->benched;
    if (!pause(script_->perEvaluation, stop)) throw Interrupted{};
    script_->measured = true;
    return {};
  }

 private:
  bool pause(std::chrono::milliseconds time, const std::stop_token& stop) const {
    const auto end = std::chrono::steady_clock::now() + time;
    while (!stop.stop_requested() && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::min<std::chrono::milliseconds>(time, std::chrono::milliseconds(2)));
    }
    return !stop.stop_requested();
  }

  bool load(const std::stop_token& stop, const EventSink& sink) const {
    constexpr std::int64_t kBytes = 31'400'000;
    sink(StageChanged{Stage::Loading});
    for (int part = 1; part <= 4; ++part) {
      if (!pause(script_->perLoad, stop)) return false;
      sink(LoadProgress{kBytes * part / 4, kBytes});
    }
    return true;
  }

  [[nodiscard]] bool isKnown(const std::filesystem::path& place) const {
    for (const PairEntry& pair : script_->pairs) {
      if (place == pair.large || place == pair.small) return true;
    }
    return false;
  }

  [[nodiscard]] RunPlan planOf(const GenerationRequest& request) {
    for (const ControlChoice& control : request.controls) {
      const bool isMisfit = control.model.location.string().find("only-large") != std::string::npos;
      if (isMisfit && control.denoiser.value_or("large") != "large") {
        throw IncompatibleModels("The ControlNet takes text 768 wide, the denoiser is given 256.");
      }
    }
    RunPlan plan;
    plan.request = request;
    for (const DenoiserChoice& denoiser : request.denoisers) {
      plan.models.push_back(inspect(denoiser.model.location));
      plan.class_count = plan.models.back().class_count;
    }
    const Trajectory trajectory =
        make_trajectory(request, make_sigma_schedule(request.sampler, request.spacing, request.steps, config()));
    plan.segments = trajectory.segments;
    plan.evaluations = trajectory.schedule.evaluations;
    plan.seam_places = seam_places(trajectory.schedule);
    if (script_->measured) plan.measured = {{{"small", 0.047}, {"large", 0.156}}, 0.02, 0.11};
    plan.residency.stages = {{"large", {"small", "large"}, std::int64_t{300} << 20, std::int64_t{7} << 20}};
    plan.residency.available_bytes = std::int64_t{22} << 30;
    return plan;
  }

  /// As an engine in a process does it: a loss is told and the run begins anew; the second one ends it.
  Outcome makeOnceMore(const PictureRun& run, const std::stop_token& stop, const EventSink& sink) {
    for (bool again = false;; again = true) {
      try {
        return Walk{*this, run, planOf(run.request), stop, sink, {}}.go();
      } catch (const EngineUnavailable& lost) {
        states_.clear();
        script_->onLost(lost.sentence());
        if (++script_->lostSoFar >= 3 || again) throw;
        script_->onAlive();
      }
    }
  }

  static SchedulerConfig config() {
    SchedulerConfig config;
    config.class_name = "DDIMScheduler";
    config.prediction = Prediction::V;
    return config;
  }

  /// One run from its beginning to its end.
  struct Walk {
    FakeEngine& engine;
    const PictureRun& run;
    RunPlan plan;
    const std::stop_token& stop;
    const EventSink& sink;
    RunReport report;

    Outcome go() {
      FakeScript& script = *engine.script_;
      report.request = plan.request;
      const auto from = run.from ? engine.states_.find(*run.from) : engine.states_.end();
      const int first = from == engine.states_.end() ? furthestOfTrail() : from->second;
      if (first == 0 && !engine.load(stop, sink)) return cancelled();
      if (!script.warning.empty()) sink(Warning{script.warning});
      sink(StageChanged{Stage::Text});
      if (script.failAtEvaluation < 0 && !script.failure.empty()) return failed();
      for (int i = first; i < end(); ++i) {
        sink(StepBegun{EvaluationIndex{i}, evaluations(), denoiserAt(i)});
        if (!script.failure.empty() && i == script.failAtEvaluation) return failed();
        if (i == 2 && lose()) throw EngineUnavailable("the engine \"fake\" was ended by signal 11.");
        if (!sample(i)) return cancelled();
        keepOnTrail(i);
      }
      if (run.keep) engine.states_[*run.keep] = end();
      return run.until ? Outcome(Finished{report}) : decode();
    }

    /// The evaluations before the furthest state that is kept of the leading denoiser's.
    [[nodiscard]] int furthestOfTrail() const {
      if (!run.trail || !run.trail->goes_on) return 0;
      for (int count = plan.segments.front().evaluations; count > 0; --count) {
        const auto kept = engine.states_.find(run.trail->first + numberAfter(count - 1));
        if (kept != engine.states_.end() && kept->second == count) return count;
      }
      return 0;
    }

    void keepOnTrail(int evaluation) const {
      const bool leads = evaluation < plan.segments.front().evaluations;
      if (run.trail && leads) engine.states_[run.trail->first + numberAfter(evaluation)] = evaluation + 1;
    }

    [[nodiscard]] StateId numberAfter(int evaluation) const {
      return static_cast<StateId>(plan.evaluations[static_cast<std::size_t>(evaluation)].step.value) + 1;
    }

    bool lose() const {
      int left = engine.script_->losses;
      while (left > 0 && !engine.script_->losses.compare_exchange_weak(left, left - 1)) {
      }
      return left > 0;
    }

    [[nodiscard]] int evaluations() const { return static_cast<int>(plan.evaluations.size()); }
    [[nodiscard]] int end() const {
      int count = 0;
      for (const Evaluation& evaluation : plan.evaluations) {
        count += !run.until || evaluation.step < *run.until ? 1 : 0;
      }
      return count;
    }

    [[nodiscard]] DenoiserName denoiserAt(int evaluation) const {
      int begin = 0;
      for (const Segment& segment : plan.segments) {
        begin += segment.evaluations;
        if (evaluation < begin) return segment.denoiser;
      }
      return {};
    }

    /// False when stopped.
    bool sample(int i) {
      const DenoiserName name = denoiserAt(i);
      const std::chrono::milliseconds time = engine.script_->perEvaluation;
      if (!engine.pause(name == "small" ? time / 3 : time, stop)) return false;
      const Seconds took{name == "small" ? 0.047 : 0.156};
      if (report.segments.empty() || report.segments.back().denoiser != name) report.segments.push_back({name, 0, {}});
      ++report.segments.back().evaluations;
      report.segments.back().seconds.value += took.value;
      sink(StepDone{EvaluationIndex{i}, evaluations(), name, Sigma{10.0 / (i + 1)}, took});
      if (!engine.script_->previews) return true;
      const double progress = (i + 1.0) / evaluations();
      sink(PreviewReady{EvaluationIndex{i}, name,
                        std::make_shared<const Image>(fakePicture({32, 32}, run.request.seed, progress))});
      return true;
    }

    Outcome decode() {
      sink(StageChanged{Stage::Decoding});
      const auto* ratio = std::get_if<RatioSplit>(&run.request.split);
      const int percent = ratio == nullptr ? -1 : ratio->shares.front().value;
      const int failing = engine.script_->failingPercent;
      if (failing == -2 || (failing >= 0 && failing == percent)) {
        return Failed{"The picture could not be decoded.", {}, {}, ExitCode::Internal, report};
      }
      MadePicture picture;
      picture.image = std::make_shared<const Image>(fakePicture(engine.script_->pictureSize, run.request.seed, 1));
      picture.request = run.request;
      picture.segments = plan.segments;
      report.picture = std::move(picture);
      return Finished{report};
    }

    Outcome cancelled() {
      ++engine.script_->stopped;
      return Cancelled{report};
    }
    Outcome failed() {
      return Failed{engine.script_->failure, "unet", "Try a smaller size.", ExitCode::OutOfMemory, report};
    }
  };

  std::shared_ptr<FakeScript> script_;
  std::map<StateId, int> states_;  ///< the evaluations before each
};

}  // namespace tstitch::test
