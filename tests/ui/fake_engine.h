#pragma once

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/engine/engine.h"
#include "core/engine/model_identity.h"
#include "core/image/png.h"
#include "core/request/request_json.h"
#include "core/trajectory/split_rule.h"

namespace tstitch::test {

/// What a FakeEngine does; shared with the test, which may look and change while the engine runs.
struct FakeScript {
  std::atomic<std::chrono::milliseconds> perEvaluation{std::chrono::milliseconds(1)};  ///< may change during a run
  std::chrono::milliseconds perLoad{1};
  std::string failure;   ///< generate() ends as Failed with this sentence
  int failingCell = -1;  ///< -2 = all of them
  std::string warning;   ///< of every run
  bool previews = true;
  int failAtEvaluation = -1;  ///< where it fails; -1 = before the first
  Extent pictureSize{96, 96};
  bool measured = true;
  std::vector<Precision> fast{Precision::Fp32, Precision::Fp16, Precision::Bf16};
  std::vector<PairEntry> pairs;

  std::atomic<int> prepared{0};
  std::atomic<int> planned{0};
  std::atomic<int> mapped{0};
  std::atomic<int> generated{0};
  std::atomic<int> stopped{0};
  std::mutex mutex;
  std::vector<Job> jobs;       ///< guarded by mutex
  std::vector<GridJob> grids;  ///< guarded by mutex

  std::vector<Job> seenJobs() {
    const std::lock_guard lock(mutex);
    return jobs;
  }
  std::vector<GridJob> seenGrids() {
    const std::lock_guard lock(mutex);
    return grids;
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

/// An Engine that computes nothing: scripted events, delays and endings. Its pictures are real files with metadata.
class FakeEngine : public Engine {
 public:
  explicit FakeEngine(std::shared_ptr<FakeScript> script) : script_(std::move(script)) {
    if (script_->pairs.empty()) script_->pairs = {fakePair()};
  }

  std::vector<PairEntry> pairs() override { return script_->pairs; }

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
    if (place.string().find("missing") != std::string::npos) throw BadInput("There is no such folder.", place.string());
    ModelFacts facts;
    facts.name = place.filename().string();
    facts.path = place;
    if (facts.name.find("lora") != std::string::npos) facts.purpose = phrase_of(ModelRole::Lora);
    if (facts.name.find("control") != std::string::npos) facts.purpose = phrase_of(ModelRole::ControlNet);
    if (facts.name.find("t2i") != std::string::npos) facts.purpose = phrase_of(ModelRole::Adapter);
    facts.family = "sd1";
    facts.network_class = "UNet2DConditionModel";
    facts.latent = LatentSpace{place.string().find("other") == std::string::npos ? 4 : 16, 4, 1.0, 0, {}};
    facts.latent_channels = facts.latent->channels;
    facts.latent->presumed = place.string().find("bare") != std::string::npos;
    facts.scheduler = SchedulerConfig{};
    facts.scheduler->class_name = "DDIMScheduler";
    facts.scheduler->prediction = Prediction::V;
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

  RunPlan plan(const GenerationRequest& request, const RunSettings&) override {
    ++script_->planned;
    RunPlan plan;
    plan.request = request;
    if (script_->measured) plan.measured = {{{"small", 0.047}, {"large", 0.156}}, 0.02, 0.11};
    return plan;
  }

  Outcome prepare(const GenerationRequest&, const RunSettings&, const std::stop_token& stop,
                  const EventSink& sink) override {
    ++script_->prepared;
    return load(stop, sink) ? Outcome(Finished{}) : Outcome(Cancelled{});
  }

  Outcome generate(const Job& job, const std::stop_token& stop, const EventSink& sink) override {
    ++script_->generated;
    {
      const std::lock_guard lock(script_->mutex);
      script_->jobs.push_back(job);
    }
    RunReport report;
    report.request = job.request;
    if (!load(stop, sink)) return cancelled(report);
    if (!script_->warning.empty()) sink(Warning{script_->warning});
    sink(StageChanged{Stage::Text});
    for (int k = 0; k < job.count; ++k) {
      const std::uint64_t seed = job.request.seed + static_cast<std::uint64_t>(k);
      if (script_->failAtEvaluation < 0 && !script_->failure.empty()) return failed(report);
      if (!sample(job.request, seed, stop, sink)) return stop.stop_requested() ? cancelled(report) : failed(report);
      report.images.push_back(save(job, seed, sink));
    }
    return Finished{report};
  }

  GridReport grid(const GridJob& job, const std::stop_token& stop, const EventSink& sink) override {
    {
      const std::lock_guard lock(script_->mutex);
      script_->grids.push_back(job);
    }
    GridReport report;
    std::filesystem::create_directories(job.base.output.path);
    int cell = 0;
    for (const std::string& ratio : job.axes.at(0).values) {
      for (const std::string& seed : job.axes.at(1).values) {
        if (!runCell(job, cell++, std::stoi(ratio), std::stoull(seed), stop, sink, report)) return report;
      }
    }
    report.evaluations = {{"small", job.base.request.steps}, {"large", job.base.request.steps}};
    report.composite = report.cells.empty() ? std::filesystem::path() : report.cells.back().file;
    return report;
  }

  BenchReport bench(const GenerationRequest&, const RunSettings&, const std::stop_token&, const EventSink&) override {
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

  static int smallCount(const GenerationRequest& request) {
    if (const auto* segments = std::get_if<SegmentSplit>(&request.split)) {
      return segments->segments.front().denoiser == "small" ? segments->segments.front().evaluations : 0;
    }
    return request.steps * std::get<RatioSplit>(request.split).shares.front().value / 100;
  }

  /// False when stopped or failed.
  bool sample(const GenerationRequest& request, std::uint64_t seed, const std::stop_token& stop,
              const EventSink& sink) const {
    const int small = smallCount(request);
    for (int i = 0; i < request.steps; ++i) {
      const DenoiserName name = i < small ? "small" : "large";
      sink(StepBegun{EvaluationIndex{i}, request.steps, name});
      if (!script_->failure.empty() && i == script_->failAtEvaluation) return false;
      const std::chrono::milliseconds time = script_->perEvaluation;
      if (!pause(i < small ? time / 3 : time, stop)) return false;
      const double seconds = i < small ? 0.047 : 0.156;
      sink(StepDone{EvaluationIndex{i}, request.steps, name, Sigma{10.0 / (i + 1)}, Seconds{seconds}});
      const double progress = (i + 1.0) / request.steps;
      auto preview = std::make_shared<const Image>(fakePicture({32, 32}, seed, progress));
      if (script_->previews) sink(PreviewReady{EvaluationIndex{i}, name, std::move(preview)});
    }
    return true;
  }

  SavedImage save(const Job& job, std::uint64_t seed, const EventSink& sink) const {
    sink(StageChanged{Stage::Decoding});
    const auto image = std::make_shared<const Image>(fakePicture(script_->pictureSize, seed, 1));
    sink(StageChanged{Stage::Saving});
    std::filesystem::create_directories(job.output.path);
    GenerationRequest stored = job.request;
    stored.seed = seed;
    std::filesystem::path file;
    for (int number = 1; file.empty() || std::filesystem::exists(file); ++number) {
      file =
          std::filesystem::absolute(job.output.path) / (std::to_string(number) + "-" + std::to_string(seed) + ".png");
    }
    std::ofstream(file, std::ios::binary)
        << encode_png(*image, {{"io.github.tstitch.request", picture_request_json(stored, {})}});
    const SavedImage saved{file, seed, image};
    sink(ImageSaved{saved});
    return saved;
  }

  /// False when the grid was stopped.
  bool runCell(const GridJob& job, int cell, int percent, std::uint64_t seed, const std::stop_token& stop,
               const EventSink& sink, GridReport& report) const {
    sink(CellBegun{cell});
    Job one = job.base;
    one.request.split = RatioSplit{{Percent{percent}}, SplitRule::Floor};
    one.request.seed = seed;
    CellEnded ended{cell, {}, Seconds{4.0 - 0.028 * percent}, {}};
    if (cell == script_->failingCell || script_->failingCell == -2) {
      ended.error = "The picture could not be decoded.";
    } else if (!sample(one.request, seed, stop, sink)) {
      report.cancelled = true;
      ++script_->stopped;
      return false;
    } else {
      ended.file = save(one, seed, sink).file;
    }
    sink(ended);
    report.cells.push_back(ended);
    return true;
  }

  Outcome cancelled(const RunReport& report) const {
    ++script_->stopped;
    return Cancelled{report};
  }
  Outcome failed(const RunReport& report) const {
    return Failed{script_->failure, "unet", "Try a smaller size.", ExitCode::OutOfMemory, report};
  }

  std::shared_ptr<FakeScript> script_;
};

}  // namespace tstitch::test
