#pragma once

#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <unistd.h>

#include "core/base/stop.h"
#include "core/engine/engine.h"
#include "core/formats/sha256.h"

namespace tstitch::test {

/// An Engine without networks: its pictures are a function of the request, one byte for each evaluation. What it does
/// besides is told by the first word of the prompt:
/// `wait` makes steps until it is stopped; `crash N` raises signal N in the second step, unless the file that the
/// negative prompt names is there, which it makes before (none is named: always); `die in plan` is killed likewise when
/// it is planned; `fail` fails; `large` makes a picture of 2048 x 2048.
class ScriptedEngine : public Engine {
 public:
  Catalog catalog() override {
    return {
        pairs(),
        {{"scripted-net", "Scripted", "MIT", "someone/scripted", "/models/large"}, {"absent", "Absent", "", "", {}}},
        {{"foxStyle", "a LoRA", "/models/foxStyle.safetensors"}},
        {"/models/broken.json: is no manifest."}};
  }
  FoundModels found_models(const std::vector<std::filesystem::path>& folders) override {
    FoundModels found;
    for (const auto& folder : folders) found.folders.push_back({folder, "ComfyUI", true, false, 1});
    found.models = {
        {"fox", "/models/\xFF.safetensors", "ComfyUI", false, true, ModelRole::Lora, "lora-sd1", "sd", 3, {}},
        {"odd", "/models/odd.ckpt", "A1111", true, true, {}, {}, {}, 0, "holds no tensors."}};
    found.headers_read = 2;
    found.complete = false;
    return found;
  }
  std::vector<PairEntry> pairs() override {
    PairEntry pair;
    pair.name = "scripted";
    pair.title = "Scripted \xC3\xA9";
    pair.large = "/models/large";
    pair.small = std::string("/models/\xFFsmall");  // a name that is no UTF-8
    pair.defaults = request();
    pair.example_prompts = {"3d fox", ""};
    pair.sha256 = {{"/models/large/unet", std::string(64, 'a')}};
    return {pair};
  }

  std::filesystem::path find_model(const std::string& place, PairRole role) override {
    if (place.find("nowhere") != std::string::npos) throw BadInput("is not here.", place, "Known are: scripted.");
    return std::filesystem::path(role == PairRole::Small ? "/models/small" : "/models/large") / place;
  }

  GenerationRequest locate(const GenerationRequest& request) override {
    GenerationRequest located = request;
    for (DenoiserChoice& denoiser : located.denoisers) denoiser.model.location = "/models/" + denoiser.name;
    return located;
  }

  ModelFacts inspect(const std::filesystem::path& place) override {
    ModelFacts facts;
    facts.path = place;
    facts.name = place.filename().string();
    facts.scheduler.emplace().trained_betas = {0.1, 1.0 / 3.0};
    facts.parameters = std::int64_t{1} << 40U;
    return facts;
  }

  std::string embedding_word(const std::filesystem::path& file, const std::vector<std::string>& texts) override {
    return content_of(file) + (texts.empty() ? "" : texts.front());
  }

  std::vector<TokenizerTables> tokenizers(const GenerationRequest& request) override {
    require_valid(request);
    TokenizerTables tables;
    tables.symbols = {"f", "o", "x</w>", "fo", "<|startoftext|>", "<|endoftext|>", "\xFF"};
    tables.merges = {"f", "o"};
    tables.config.model_max_length = 32;
    tables.config.added = {{"<|startoftext|>"}, {"<|endoftext|>", true}};
    return {tables};
  }

  std::vector<Precision> fast_precisions(const RunSettings& settings) override {
    return settings.device == DeviceKind::Cpu ? std::vector{Precision::Fp32}
                                              : std::vector{Precision::Fp32, Precision::Bf16};
  }

  std::vector<MeasuredPrecision> measured_precisions(const RunSettings& settings) override {
    if (settings.threads != 3) return {};
    return {{Precision::Fp32, 0.25, 0.0}, {Precision::Bf16, 0.125, 0.01}};
  }
  std::vector<MeasuredPair> measured_pairs() override {
    return {{{{"large", "/models/large"}, {"small", "/models/small"}},
             {64, 32},
             1,
             "fp32",
             "cpu, 2 threads",
             {{"large", 1.0 / 3.0}, {"small", 0.1}},
             0.5}};
  }

  RunPlan plan(const GenerationRequest& request, const RunSettings& settings) override {
    require_valid(request);
    require_files(request);
    if (request.prompt == "die in plan") crash(request, SIGKILL);
    if (request.prompt == "misfit") throw IncompatibleModels("the latents differ.", "large", "Choose another one.");
    RunPlan plan;
    plan.request = resolved(request);
    for (int i = 0; i < request.steps; ++i) plan.evaluations.push_back({StepIndex{i}, {1.0 / (i + 1), 0.5, {}}});
    plan.segments = {{"small", request.steps / 2}, {"large", request.steps - request.steps / 2}};
    plan.latent_shape = {4, 8, 8};
    plan.made = made(settings);
    plan.measured.text = 0.1 + 0.2;
    plan.notes = {"reads " + (request.loras.empty() ? "" : request.loras[0].model.location.string())};
    return plan;
  }

  std::vector<PlanAnswer> plan_all(const GenerationRequest& base, const std::vector<GenerationRequest>& requests,
                                   const RunSettings& settings) override {
    require_valid(base);
    std::vector<PlanAnswer> answers;
    for (const GenerationRequest& request : requests) {
      try {
        answers.push_back({plan(request, settings), std::nullopt});
      } catch (const Error& problem) {
        answers.push_back({std::nullopt, problem});
      }
    }
    return answers;
  }

  GenerationRequest identify(const GenerationRequest& request, const RunSettings&) override {
    GenerationRequest identified = resolved(request);
    for (LoraChoice& lora : identified.loras) {
      lora.model.files = {{"lora", hashed_file(lora.model.location).sha256}};
    }
    for (ControlChoice& control : identified.controls) {
      control.picture.sha256 = hashed_file(control.picture.location).sha256;
    }
    return identified;
  }

  Outcome prepare(const GenerationRequest& request, const RunSettings& settings, const std::stop_token& stop,
                  const EventSink& sink) override {
    RunReport report;
    try {
      report.request = plan(request, settings).request;
      sink(StageChanged{Stage::Loading});
      stop_point(stop);
      return Finished{std::move(report)};
    } catch (...) {
      return outcome_of(std::current_exception(), std::move(report));
    }
  }

  Outcome make(const PictureRun& run, const std::stop_token& stop, const EventSink& sink) override {
    RunReport report;
    try {
      report.request = plan(run.request, run.settings).request;
      sink(StageChanged{Stage::Sampling});
      std::vector<std::uint8_t> state = run.from ? kept_state(*run.from) : std::vector<std::uint8_t>();
      if (run.trail && run.trail->goes_on && state.empty()) state = furthest_of(*run.trail, run.request.steps);
      const int until = run.until ? run.until->value : run.request.steps;
      while (static_cast<int>(state.size()) < until) {
        stop_point(stop);
        make_step(run, stop, state, report, sink);
        if (run.trail) keep(run.trail->first + state.size(), state);
      }
      report.segments = {{"small", until, Seconds{0.25}}};
      if (run.keep) keep(*run.keep, state);
      if (!run.until) report.picture = picture(run, state);
      return Finished{std::move(report)};
    } catch (...) {
      return outcome_of(std::current_exception(), std::move(report));
    }
  }

  void forget(StateId state) override {
    const std::lock_guard lock(mutex_);
    kept_.erase(state);
  }

  void free_memory() override { ++freed; }
  std::atomic<int> freed{0};

  Image control_map(const ControlChoice& choice, const Extent& extent, const std::stop_token& stop) override {
    stop_point(stop);
    Image map{extent.width, extent.height, {}};
    map.rgb.assign(static_cast<std::size_t>(extent.width) * static_cast<std::size_t>(extent.height) * 3,
                   static_cast<std::uint8_t>(content_of(choice.picture.location).size()));
    return map;
  }

  BenchReport bench(const GenerationRequest&, const RunSettings&, BenchDetail detail, const std::stop_token& stop,
                    const EventSink& sink) override {
    stop_point(stop);
    sink(LoadProgress{1, 2});
    BenchReport report;
    report.denoisers["large"] = {1.0 / 3.0, 2.5, std::nullopt};
    if (detail == BenchDetail::Operators) {
      report.denoisers["large"].profile =
          StepProfile{0.5, {{"linear", 3, 0.1 + 0.2, 1e12}, {"resize", 1, 0.1, 0}}, 2, 5e3};
    }
    report.peak_bytes = std::int64_t{1} << 40U;
    return report;
  }

  /// A valid request for it.
  static GenerationRequest request() {
    GenerationRequest request;
    request.prompt = "3d fox";
    request.denoisers = {{"small", {"small", "scripted", {}, "/models/small"}, std::nullopt},
                         {"large", {"large", "scripted", {}, "/models/large"}, 3.25}};
    request.seed = 18446744073709551615U;
    request.steps = 6;
    request.extent = {64, 64};
    return request;
  }

 private:
  static std::string content_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw BadInput("is missing.", file.string());
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }

  static void require_files(const GenerationRequest& request) {
    for (const LoraChoice& lora : request.loras) (void)content_of(lora.model.location);
    for (const ControlChoice& control : request.controls) (void)content_of(control.picture.location);
    for (const EmbeddingChoice& embedding : request.embeddings) (void)content_of(embedding.model.location);
  }

  static GenerationRequest resolved(GenerationRequest request) {
    request.sampler = SamplerKind::Euler;
    request.spacing = Spacing::Leading;
    return request;
  }

  static Made made(const RunSettings& settings) {
    Made made;
    made.device = "scripted";
    made.threads = settings.threads;
    made.seconds = {{"small", 1.0 / 3.0}};
    return made;
  }

  std::vector<std::uint8_t> kept_state(StateId id) {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(id);
    return found == kept_.end() ? std::vector<std::uint8_t>() : found->second;
  }

  std::vector<std::uint8_t> furthest_of(const StateTrail& trail, int steps) {
    for (int step = steps; step > 0; --step) {
      if (auto state = kept_state(trail.first + static_cast<StateId>(step)); !state.empty()) return state;
    }
    return {};
  }

  void keep(StateId id, const std::vector<std::uint8_t>& state) {
    const std::lock_guard lock(mutex_);
    kept_[id] = state;
  }

  static void crash_if_asked(const GenerationRequest& request) {
    constexpr std::string_view kWord = "crash ";
    if (!request.prompt.starts_with(kWord)) return;
    int signal = 0;
    for (const char c : request.prompt.substr(kWord.size())) signal = 10 * signal + (c - '0');
    crash(request, signal);
  }

  static void crash(const GenerationRequest& request, int signal) {
    if (request.negative_prompt && std::filesystem::exists(*request.negative_prompt)) return;
    if (request.negative_prompt) std::ofstream(*request.negative_prompt) << "crashed";
    std::signal(signal, SIG_DFL);
    ::kill(::getpid(), signal);
    for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
  }

  static void make_step(const PictureRun& run, const std::stop_token& stop, std::vector<std::uint8_t>& state,
                        RunReport&, const EventSink& sink) {
    const GenerationRequest& request = run.request;
    const auto index = static_cast<int>(state.size());
    sink(StepBegun{EvaluationIndex{index}, request.steps, "small"});
    if (index == 1) crash_if_asked(request);
    if (request.prompt == "fail") throw OutOfMemory("16 GiB are needed.", "large", "Choose a smaller size.");
    while (request.prompt == "wait") {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      stop_point(stop);
    }
    const std::uint64_t mixed = (request.seed ^ (request.seed >> 29U)) + request.prompt.size() * 31U +
                                static_cast<std::uint64_t>(index) * 17U +
                                (run.initial_noise ? run.initial_noise->values.size() : 0U);
    state.push_back(static_cast<std::uint8_t>(mixed));
    sink(StepDone{EvaluationIndex{index}, request.steps, "small", Sigma{1.0 / 3.0}, Seconds{0.125}});
    if (run.preview.kind != PreviewKind::None && index % run.preview.every == 0) {
      sink(PreviewReady{EvaluationIndex{index}, "small", std::make_shared<const Image>(Image{1, 1, {1, 2, 3}})});
    }
  }

  static MadePicture picture(const PictureRun& run, const std::vector<std::uint8_t>& state) {
    MadePicture picture;
    const int side = run.request.prompt == "large" ? 2048 : 16;
    Image image{side, side, {}};
    image.rgb.resize(static_cast<std::size_t>(side) * static_cast<std::size_t>(side) * 3);
    for (std::size_t i = 0; i < image.rgb.size(); ++i)
      image.rgb[i] = static_cast<std::uint8_t>(state[i % state.size()] + i / 7);
    picture.image = std::make_shared<const Image>(std::move(image));
    picture.request = resolved(run.request);
    picture.made = made(run.settings);
    if (run.wants_latents) picture.latents = HostTensor{{1, 1, 1, 2}, {0.1F, -0.0F}};
    if (run.wants_record) picture.record = {{HostTensor{{1}, {1.5F}}, HostTensor{{0}, {}}, "small"}};
    return picture;
  }

  std::mutex mutex_;
  std::map<StateId, std::vector<std::uint8_t>> kept_;
};

}  // namespace tstitch::test
