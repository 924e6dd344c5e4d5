// What stitching, grids and previews cost beyond the steps that they consist of: runs of one pair in one process, in
// turn, medians; wall and CPU seconds and their ratios. Printed, never judged.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/passive_threads.h"
#include "core/base/check.h"
#include "core/jobs/grid_job.h"
#include "core/local_engine/local_engine.h"
#include "core/models/model_index.h"

namespace {

using namespace tstitch;

struct Arguments {
  std::string folder, large, small, vae;
  int size = 0, steps = 25, rounds = 5, threads = 0;
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

 private:
  std::map<std::string, std::vector<Cost>> costs_;
};

constexpr int kStitched = 40;  ///< percent
constexpr const char* kGridRatios = "0..100 (+10)";
constexpr int kGridCells = 11;

class Runs {
 public:
  explicit Runs(const Arguments& arguments) : folder_(arguments.folder) {
    LocalEngineOptions options = installed_engine_options(user_places(folder_ / "profile"));
    options.keep_loaded = true;
    engine_ = make_local_engine(options);
    settings_.threads = arguments.threads;
    request_ = pair_named(engine_->pairs(), "miniature")->defaults;
    if (!arguments.large.empty()) {
      TSTITCH_CHECK(!arguments.small.empty());
      request_.denoisers = {{"small", {"small", {}, {}, std::filesystem::absolute(arguments.small)}, std::nullopt},
                            {"large", {"large", {}, {}, std::filesystem::absolute(arguments.large)}, std::nullopt}};
    }
    if (!arguments.vae.empty()) {
      request_.vae = ModelReference{"vae", {}, {}, std::filesystem::absolute(arguments.vae)};
      request_.decoder = DecoderKind::Tiny;
    }
    if (arguments.size > 0) request_.extent = {arguments.size, arguments.size};
    request_.prompt = "3d fox";
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

int measure(const Arguments& arguments) {
  Runs runs(arguments);
  const bool tiny = !arguments.vae.empty();
  const PreviewSettings none{PreviewKind::None, 1};
  const std::string preview = tiny ? "tiny" : "linear";
  const PreviewSettings previews =
      tiny ? PreviewSettings{PreviewKind::Tiny, 5} : PreviewSettings{PreviewKind::Linear, 1};
  for (const int percent : {0, 100}) runs.picture("before", percent, previews);  // loads, and makes what is made once
  for (int round = 0; round < arguments.rounds; ++round) {
    runs.picture("0 %", 0, none);
    runs.picture("40 %", kStitched, none);
    runs.picture("100 %", 100, none);
    runs.picture(preview, kStitched, previews);
    runs.grid(round);
  }
  tell_all(runs, arguments);
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
  CLI11_PARSE(app, argc, argv);
  return measure(arguments);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    use_passive_threads(argv);
    return run(argc, argv);
  } catch (const Error& error) {
    std::cerr << "run_costs: " << error.sentence() << '\n';
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    std::cerr << "run_costs: " << error.what() << '\n';
    return 1;
  }
}
