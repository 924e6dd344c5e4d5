// What stitching, grids and previews cost beyond the steps that they consist of: runs of one pair in one process, in
// turn, medians; wall and CPU seconds and their ratios. Printed, never judged.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <exception>
#include <filesystem>
#include <functional>
#include <iostream>
#include <limits>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <sys/resource.h>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/configs/model_config.h"
#include "core/formats/text_file.h"
#include "core/jobs/grid_job.h"
#include "core/local_engine/local_engine.h"
#include "core/models/model_index.h"
#include "tests/bench/bench_main.h"
#include "tests/bench/random_models.h"

namespace {

using namespace tstitch;

struct Arguments {
  std::string folder, large, small, vae, device = "cpu";
  int size = 0, steps = 25, rounds = 5, threads = 0;
  bool dits = false, previews = false;
};

struct Cost {
  double wall = 0;
  double cpu = 0;

  friend Cost operator+(Cost a, Cost b) { return {a.wall + b.wall, a.cpu + b.cpu}; }
  friend Cost operator-(Cost a, Cost b) { return {a.wall - b.wall, a.cpu - b.cpu}; }
  friend Cost operator*(double share, Cost cost) { return {share * cost.wall, share * cost.cpu}; }
};

double seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

Cost now() {
  return {seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID)};
}

/// What was seen under one name, in all rounds.
class Seen {
 public:
  void add(const std::string& name, Cost cost) { costs_[name].push_back(cost); }
  [[nodiscard]] bool has(const std::string& name) const { return costs_.contains(name); }

  [[nodiscard]] Cost median(const std::string& name) const {
    const auto middle = [&](double Cost::*part) {
      std::vector<double> values;
      for (const Cost& each : costs_.at(name)) values.push_back(each.*part);
      std::sort(values.begin(), values.end());
      return values[values.size() / 2];
    };
    return {middle(&Cost::wall), middle(&Cost::cpu)};
  }

  /// Of the rounds' own ratios: what slowed a whole round down does not count.
  [[nodiscard]] Cost median_ratio(const std::string& name, const std::string& other) const {
    Seen ratios;
    const std::vector<Cost>& theirs = costs_.at(other);
    for (std::size_t i = 0; i < theirs.size(); ++i) {
      const Cost ours = costs_.at(name).at(i);
      ratios.add(name, {ours.wall / theirs[i].wall, ours.cpu / theirs[i].cpu});
    }
    return ratios.median(name);
  }

 private:
  std::map<std::string, std::vector<Cost>> costs_;
};

constexpr int kStitched = 40;  ///< percent
constexpr const char* kGridRatios = "0..100 (+10)";
constexpr int kGridCells = 11;

/// What previews cost a run: each is told by its name.
struct PreviewWay {
  const char* name;
  PreviewSettings settings;
  const char* goal;
};
const std::array kPreviewWays{PreviewWay{"without previews", {PreviewKind::None, 1}, ""},
                              PreviewWay{"linear preview each step", {PreviewKind::Linear, 1}, "<= 1.01"},
                              PreviewWay{"tiny preview every 5 steps", {PreviewKind::Tiny, 5}, "<= 1.05"}};

/// Steps and what previews took between them.
struct SamplingCost {
  Cost whole;
  Cost previews;
};

/// Listens to a run from its first step to its decoding, which it stops.
class SamplingListener {
 public:
  void operator()(const Event& event) {
    if (std::holds_alternative<StepBegun>(event) && !begun_) {
      begin_ = now();
      begun_ = true;
    } else if (std::holds_alternative<StepDone>(event)) {
      step_done_ = now();
    } else if (std::holds_alternative<PreviewReady>(event)) {
      cost_.previews = cost_.previews + (now() - step_done_);
    } else if (const auto* stage = std::get_if<StageChanged>(&event); stage && stage->stage == Stage::Decoding) {
      cost_.whole = now() - begin_;
      stop_.request_stop();
    }
  }

  [[nodiscard]] std::stop_token stop() const { return stop_.get_token(); }
  [[nodiscard]] const SamplingCost& cost() const { return cost_; }

 private:
  std::stop_source stop_;
  Cost begin_, step_done_;
  SamplingCost cost_;
  bool begun_ = false;
};

class Runs {
 public:
  explicit Runs(const Arguments& arguments) : folder_(arguments.folder) {
    LocalEngineOptions options = installed_engine_options(user_places(folder_ / "profile"));
    options.keep_loaded = true;
    engine_ = make_local_engine(options);
    settings_.threads = arguments.threads;
    settings_.device = arguments.device == "cuda" ? DeviceKind::Cuda : DeviceKind::Cpu;
    request_ = pair_named(engine_->pairs(), "miniature")->defaults;
    if (!arguments.large.empty()) {
      request_.denoisers = {{"large", {"large", {}, {}, std::filesystem::absolute(arguments.large)}, std::nullopt}};
    }
    if (!arguments.small.empty()) {
      const ModelReference small{"small", {}, {}, std::filesystem::absolute(arguments.small)};
      request_.denoisers.insert(request_.denoisers.begin(), {"small", small, std::nullopt});
    }
    if (!arguments.vae.empty()) use_tiny(request_, arguments.vae);
    if (arguments.size > 0) request_.extent = {arguments.size, arguments.size};
    if (arguments.dits) {
      request_.class_label = 207;
    } else {
      request_.prompt = "3d fox";
    }
    request_.seed = 7;
    request_.steps = arguments.steps;
  }

  /// A whole picture, without its file.
  void picture(const std::string& name, int percent, PreviewSettings preview) {
    PictureRun run;
    run.request = at_ratio(percent);
    run.settings = settings_;
    run.preview = preview;
    run.more_follow = true;
    const Cost begin = now();
    const Outcome outcome = engine_->make(run, {}, [](const Event&) {});
    seen_.add(name, now() - begin);
    if (const auto* failed = std::get_if<Failed>(&outcome)) throw error_of(*failed);
    const RunReport& report = report_of(outcome);
    seen_.add(name + ", sampling", {report.seconds.sample, 0});
    for (const SegmentTime& each : report.segments) {
      seen_.add("a " + each.denoiser + " step", {each.seconds.value / each.evaluations, 0});
    }
  }

  /// The steps of a picture by the large denoiser and its previews; `tiny` is the autoencoder that draws tiny ones.
  void sampling(const PreviewWay& way, const std::string& tiny) {
    PictureRun run;
    run.request = at_ratio(0);
    if (way.settings.kind == PreviewKind::Tiny) use_tiny(run.request, tiny);
    run.settings = settings_;
    run.preview = way.settings;
    run.more_follow = true;
    SamplingListener listener;
    const Outcome outcome = engine_->make(run, listener.stop(), [&](const Event& event) { listener(event); });
    if (const auto* failed = std::get_if<Failed>(&outcome)) throw error_of(*failed);
    seen_.add(way.name, listener.cost().whole);
    seen_.add(previews_of(way), listener.cost().previews);
  }
  static std::string previews_of(const PreviewWay& way) { return std::string(way.name) + ", alone"; }

  /// Loads everything anew: from the request to the first step's end, with the step's own time.
  void first_step() {
    PictureRun run;
    run.request = at_ratio(request_.denoisers.size() > 1 ? kStitched : 0);
    run.settings = settings_;
    run.preview.kind = PreviewKind::None;
    run.more_follow = true;
    std::stop_source stop;
    const Cost begin = now();
    const Outcome outcome = engine_->make(run, stop.get_token(), [&](const Event& event) {
      const auto* done = std::get_if<StepDone>(&event);
      if (done == nullptr || stop.stop_requested()) return;
      seen_.add("to the first step's end", now() - begin);
      seen_.add("the first step", {done->took.value, 0});
      stop.request_stop();
    });
    if (const auto* failed = std::get_if<Failed>(&outcome)) throw error_of(*failed);
  }

  /// All ratios, with their files.
  void grid(int round) {
    GridJob job;
    job.base.request = at_ratio(0);
    job.base.settings = settings_;
    job.base.preview.kind = PreviewKind::None;
    job.base.output.path = folder_ / ("grid-" + std::to_string(round)) / "";
    std::filesystem::remove_all(job.base.output.path);
    job.axes = {parse_axis("ratio", kGridRatios, BareRatio::AsPercent)};
    double steps = 0;
    const Cost begin = now();
    const GridReport report = make_grid(*engine_, job, {}, [&](const Event& event) {
      if (const auto* done = std::get_if<StepDone>(&event)) steps += done->took.value;
    });
    seen_.add("grid", now() - begin);
    seen_.add("grid, steps", {steps, 0});
    TSTITCH_CHECK(report.first_failure == ExitCode::Done);
    grid_evaluations_ = report.evaluations;
  }

  [[nodiscard]] const Seen& seen() const { return seen_; }
  [[nodiscard]] const std::map<DenoiserName, int>& grid_evaluations() const { return grid_evaluations_; }

 private:
  static void use_tiny(GenerationRequest& request, const std::string& folder) {
    request.vae = ModelReference{"vae", {}, {}, std::filesystem::absolute(folder)};
    request.decoder = DecoderKind::Tiny;
  }

  [[nodiscard]] GenerationRequest at_ratio(int percent) const {
    GenerationRequest request = request_;
    request.split = RatioSplit{{Percent{percent}}, SplitRule::Floor};
    return request;
  }

  std::filesystem::path folder_;
  std::unique_ptr<Engine> engine_;
  GenerationRequest request_;
  RunSettings settings_;
  Seen seen_;
  std::map<DenoiserName, int> grid_evaluations_;
};

/// One row: what was seen, what its parts come to, and the goal.
void tell(const std::string& row, Cost seen, Cost parts, const std::string& goal) {
  std::printf("%-58s %8.3f s / %8.3f s = %.3f", row.c_str(), seen.wall, parts.wall, seen.wall / parts.wall);
  if (parts.cpu > 0) std::printf("  (CPU %.3f / %.3f = %.3f)", seen.cpu, parts.cpu, seen.cpu / parts.cpu);
  std::printf("  goal %s\n", goal.c_str());
}

void tell_all(const Runs& runs, const Arguments& arguments) {
  const Seen& seen = runs.seen();
  const Cost large = seen.median("0 %");
  const Cost stitched = seen.median("40 %");
  const Cost small = seen.median("100 %");
  const int small_steps = arguments.steps * kStitched / 100;
  const double share = static_cast<double>(small_steps) / arguments.steps;
  for (const char* name : {"small", "large"}) {
    std::printf("a %s step: %.2f ms\n", name, 1000 * seen.median(std::string("a ") + name + " step").wall);
  }
  tell("r = 0.4 / interpolation of r = 0 and r = 1", stitched, (1 - share) * large + share * small, "<= 1.02");
  tell("r = 0 / r = 0.4", large, stitched, "DiT-XL and S: >= 1.55");
  const auto& evaluations = runs.grid_evaluations();
  const auto of = [&](const std::string& name) {
    return evaluations.at(name) * seen.median("a " + name + " step").wall;
  };
  const Cost beside{(large - seen.median("0 %, sampling")).wall, 0};
  const Cost parts{of("small") + of("large"), 0};
  std::printf("grid of %d ratios: %d small and %d large evaluations\n", kGridCells, evaluations.at("small"),
              evaluations.at("large"));
  tell("grid, steps alone / small prefix + large tails", seen.median("grid, steps"), parts, "<= 1.03");
  tell("grid, whole / the same + text and decoding of each", seen.median("grid"), parts + kGridCells * beside,
       "<= 1.03");
  if (seen.has("linear")) tell("linear preview each step / without", seen.median("linear"), stitched, "<= 1.01");
  if (seen.has("tiny")) tell("tiny preview every 5 steps / without", seen.median("tiny"), stitched, "<= 1.05");
}

std::uintmax_t weight_bytes(const std::string& folder) {
  std::uintmax_t sum = 0;
  if (folder.empty()) return sum;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".safetensors") sum += entry.file_size();
  }
  return sum;
}

/// Bytes that one thread copies in a second: more than a file in the page cache can be read with.
double copy_bytes_per_second() {
  const std::vector<char> from(std::size_t{256} << 20U, 1);
  std::vector<char> to(from.size());
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 5; ++i) {
    const Cost begin = now();
    std::memcpy(to.data(), from.data(), from.size());
    least = std::min(least, (now() - begin).wall);
  }
  return static_cast<double>(from.size()) / least;
}

std::string models_of(const Arguments& arguments) {
  if (!arguments.large.empty()) return arguments.large;
  return installed_engine_options(user_places(std::nullopt)).model_roots.back() / "miniature" / "large";
}

/// Of both denoisers and what belongs to the large one.
double stored_bytes(const Arguments& arguments) {
  const std::string large = models_of(arguments);
  const bool bundled = arguments.large.empty() && arguments.small.empty();
  const std::string small = bundled ? (std::filesystem::path(large).parent_path() / "small").string() : arguments.small;
  return static_cast<double>(weight_bytes(large) + weight_bytes(small));
}

double gib(double bytes) {
  return bytes / (1U << 30U);
}

void tell_loading(const Runs& runs, const Arguments& arguments) {
  const double bytes = stored_bytes(arguments);
  const double seconds = (runs.seen().median("to the first step's end") - runs.seen().median("the first step")).wall;
  const double copied = copy_bytes_per_second();
  std::printf(
      "load and text before the first step: %.3f s, a first step of %.3f s; goal <= 1.0 s of the SD 1.5 pair\n"
      "  weights as stored: %.2f GiB, so %.2f GiB/s, %.3f of a copy in memory (%.2f GiB/s)\n",
      seconds, runs.seen().median("the first step").wall, gib(bytes), gib(bytes / seconds), bytes / seconds / copied,
      gib(copied));
}

/// Of this process so far.
void tell_memory(const Arguments& arguments) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const double peak = static_cast<double>(usage.ru_maxrss) * 1024;
  const double bytes = stored_bytes(arguments);
  std::printf("peak memory / weights as stored: %.2f GiB / %.2f GiB = %.3f; goal <= 1.15 and activations\n", gib(peak),
              gib(bytes), peak / bytes);
}

/// The bundled pair's, or the large one's, with its own and a tiny autoencoder in turn; each round begins elsewhere.
int measure_previews(const Arguments& arguments) {
  std::string tiny = arguments.vae;
  if (tiny.empty()) {
    const std::string config = models_of(arguments) + "/vae/config.json";
    const int channels = parse_vae_config(read_text_file(config), config).latent_channels;
    tiny = concat(arguments.folder, "/taesd-", channels);
    write_random_taesd(tiny, channels);
  }
  Arguments with_own_vae = arguments;
  with_own_vae.vae.clear();
  Runs runs(with_own_vae);
  runs.first_step();
  for (int round = 0; round < arguments.rounds; ++round) {
    for (std::size_t i = 0; i < kPreviewWays.size(); ++i) {
      runs.sampling(kPreviewWays.at((i + static_cast<std::size_t>(round)) % kPreviewWays.size()), tiny);
    }
  }
  const std::string without = kPreviewWays.front().name;
  for (const PreviewWay& way : kPreviewWays) {
    if (way.name == without) continue;
    tell(std::string(way.name) + " / without", runs.seen().median(way.name), runs.seen().median(without), way.goal);
    const Cost ratio = runs.seen().median_ratio(way.name, without);
    const Cost alone = runs.seen().median(Runs::previews_of(way));
    const Cost steps = runs.seen().median(way.name) - alone;
    std::printf(
        "  median of the rounds' ratios: %.4f (CPU %.4f); previews alone: %.4f s, with the steps %.4f of them (CPU "
        "%.4f)\n",
        ratio.wall, ratio.cpu, alone.wall, 1 + alone.wall / steps.wall, 1 + alone.cpu / steps.cpu);
  }
  tell_loading(runs, arguments);
  tell_memory(arguments);
  return 0;
}

int measure(const Arguments& arguments) {
  Runs runs(arguments);
  const bool tiny = !arguments.vae.empty();
  const PreviewSettings none{PreviewKind::None, 1};
  const std::string preview = tiny ? "tiny" : "linear";
  const PreviewSettings previews =
      tiny ? PreviewSettings{PreviewKind::Tiny, 5} : PreviewSettings{PreviewKind::Linear, 1};
  runs.first_step();
  for (const int percent : {0, 100}) runs.picture("before", percent, previews);  // loads, and makes what is made once
  for (int round = 0; round < arguments.rounds; ++round) {
    runs.picture("0 %", 0, none);
    runs.picture("40 %", kStitched, none);
    runs.picture("100 %", 100, none);
    runs.picture(preview, kStitched, previews);
    runs.grid(round);
  }
  tell_all(runs, arguments);
  tell_loading(runs, arguments);
  tell_memory(arguments);
  return 0;
}

int run(int argc, char** argv) {
  Arguments arguments;
  CLI::App app(
      "Measures what stitching, grids and previews cost beyond their steps; on the bundled pair, or on one given.");
  app.add_option("FOLDER", arguments.folder, "for grids and caches")->required();
  app.add_option("--large", arguments.large, "a diffusers folder");
  app.add_option("--small", arguments.small, "a network's folder");
  app.add_option("--vae", arguments.vae, "a tiny autoencoder: previews and pictures are then its");
  app.add_option("--size", arguments.size, "of the picture's sides (default: the model's)");
  app.add_option("--steps", arguments.steps, "a run (default 25)");
  app.add_option("--rounds", arguments.rounds, "of which medians are taken (default 5)");
  app.add_option("--threads", arguments.threads, "compute threads (default: the cores this process may use)");
  app.add_option("--device", arguments.device, "cpu or cuda")->check(CLI::IsMember({"cpu", "cuda"}));
  app.add_flag("--dits", arguments.dits, "random weights of DiT-XL/2 and DiT-S/2, written into the folder (1.6 GB)");
  app.add_flag(
      "--previews", arguments.previews,
      "what linear and tiny previews cost steps of the large denoiser, nothing else; a tiny autoencoder of random "
      "weights is written into the folder where --vae names none");
  CLI11_PARSE(app, argc, argv);
  if (arguments.dits) {
    arguments.large = arguments.folder + "/dit-xl";
    arguments.small = arguments.folder + "/dit-s";
    write_random_dits(arguments.large, arguments.small);
  }
  if (arguments.previews) return measure_previews(arguments);
  if (!arguments.large.empty() && arguments.small.empty()) {
    throw UsageError("a small denoiser is needed, too.", "--small", "Give one, or --previews.");
  }
  return measure(arguments);
}

}  // namespace

int main(int argc, char** argv) {
  return bench_main("run_costs", argc, argv, run);
}
