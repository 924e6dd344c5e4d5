// What linear previews cost, and how soon a run ends after it was told to: on the bundled pair, printed, never judged.
// With the command line of an engine all of it through its pipe, and a run there against one here.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "app/passive_threads.h"
#include "core/base/check.h"
#include "core/engine/wire/piped_engine.h"
#include "core/jobs/picture_job.h"
#include "core/local_engine/local_engine.h"
#include "core/system/places.h"

namespace {

using namespace tstitch;
using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

/// The value below which that share of them lies.
double quantile(std::vector<double> values, double share) {
  TSTITCH_CHECK(!values.empty());
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5)];
}

std::string engine_command;  // NOLINT: empty = the engine is here

std::unique_ptr<Engine> bundled_engine(const std::filesystem::path& cache, bool keep_loaded) {
  if (!engine_command.empty()) {
    PipedEngineOptions piped;
    piped.command = engine_command;
    return make_piped_engine(piped);
  }
  const Places places = installed_places();
  LocalEngineOptions options;
  options.model_roots = {places.models};
  options.cache = cache;
  options.keep_loaded = keep_loaded;
  return make_local_engine(options);
}

Job bundled_job(Engine& engine, const std::filesystem::path& folder) {
  Job job;
  job.request = engine.pairs().front().defaults;
  job.request.prompt = "3d fox";
  job.request.prompt_syntax = PromptSyntax::Weighted;
  job.output.path = folder / "";
  return job;
}

/// The time from a step's end to its preview, against the step's own.
void measure_previews(const std::filesystem::path& folder, int runs) {
  const std::unique_ptr<Engine> engine = bundled_engine(folder / "cache", true);
  const Job job = bundled_job(*engine, folder);
  std::map<DenoiserName, std::vector<double>> steps;
  std::vector<double> previews;
  double step_sum = 0;
  double preview_sum = 0;
  Clock::time_point step_end;
  const EventSink sink = [&](const Event& event) {
    if (const auto* done = std::get_if<StepDone>(&event)) {
      steps[done->denoiser].push_back(done->took.value * 1e3);
      step_sum += done->took.value * 1e3;
      step_end = Clock::now();
    } else if (std::holds_alternative<PreviewReady>(event)) {
      previews.push_back(milliseconds_since(step_end));
      preview_sum += previews.back();
    }
  };
  static_cast<void>(make_pictures(*engine, job, {}, [](const Event&) {}));  // loads, and fits the preview's matrix
  for (int run = 0; run < runs; ++run) static_cast<void>(make_pictures(*engine, job, {}, sink));
  std::cout << "linear previews: " << previews.size() << ", median " << quantile(previews, 0.5) << " ms each; ";
  for (const auto& [name, times] : steps) std::cout << "a " << name << " step " << quantile(times, 0.5) << " ms; ";
  std::cout << "share of all steps " << 100 * preview_sum / step_sum << " %\n" << std::flush;
}

/// Runs that load, draw and save; each is told to stop at a random moment of the time that a whole one takes.
void measure_cancel(const std::filesystem::path& folder, int cancels, std::uint32_t seed) {
  const std::unique_ptr<Engine> engine = bundled_engine(folder / "cache", false);
  const Job job = bundled_job(*engine, folder);
  const auto begin = Clock::now();
  static_cast<void>(make_pictures(*engine, job, {}, [](const Event&) {}));
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> moment(0, milliseconds_since(begin));
  std::vector<double> latencies;
  int too_late = 0;
  while (static_cast<int>(latencies.size()) < cancels) {
    std::stop_source stop;
    Clock::time_point asked;
    const std::chrono::duration<double, std::milli> wait(moment(random));
    std::thread stopper([&] {
      std::this_thread::sleep_for(wait);
      asked = Clock::now();
      stop.request_stop();
    });
    const Outcome outcome = make_pictures(*engine, job, stop.get_token(), [](const Event&) {});
    const auto end = Clock::now();
    stopper.join();
    if (!std::holds_alternative<Cancelled>(outcome)) {
      ++too_late;
    } else {
      latencies.push_back(std::chrono::duration<double, std::milli>(end - asked).count());
    }
  }
  std::cout << "cancel: " << cancels << " runs, median " << quantile(latencies, 0.5) << " ms, p95 "
            << quantile(latencies, 0.95) << " ms, longest " << quantile(latencies, 1) << " ms (goal: p95 250 ms); "
            << too_late << " more had ended before\n";
}

double milliseconds_of_a_run(Engine& engine, const GenerationRequest& request) {
  PictureRun run;
  run.request = request;
  const auto begin = Clock::now();
  TSTITCH_CHECK(std::holds_alternative<Finished>(engine.make(run, {}, [](const Event&) {})));
  return milliseconds_since(begin);
}

/// Runs of both engines in turn, everything loaded.
void measure_pipe(const std::filesystem::path& folder, int rounds) {
  const std::unique_ptr<Engine> there = bundled_engine(folder / "cache", true);
  const std::string command = std::exchange(engine_command, {});
  const std::unique_ptr<Engine> here = bundled_engine(folder / "cache", true);
  engine_command = command;
  const GenerationRequest request = bundled_job(*here, folder).request;
  std::vector<double> alone;
  std::vector<double> ratios;
  for (int round = 0; round <= rounds; ++round) {
    const double local = milliseconds_of_a_run(*here, request);
    const double piped = milliseconds_of_a_run(*there, request);
    if (round == 0) continue;  // loads
    alone.push_back(local);
    ratios.push_back(piped / local);
  }
  std::cout << "pipe: " << rounds << " runs, median " << quantile(alone, 0.5) << " ms here; through the pipe "
            << quantile(ratios, 0.5) << " of it, quartiles " << quantile(ratios, 0.25) << " to "
            << quantile(ratios, 0.75) << " (goal: 1.03)\n"
            << std::flush;
}

}  // namespace

int main(int argc, char** argv) {
  use_passive_threads(argv);
  const int cancels = argc >= 3 ? std::atoi(argv[2]) : 100;
  if (argc < 2 || argc > 4 || cancels < 1) {
    std::cerr << "usage: cancel_and_previews FOLDER [CANCELS [COMMAND]]\n";
    return 2;
  }
  if (argc == 4) {
    engine_command = argv[3];
    measure_pipe(argv[1], 20);
  }
  measure_previews(argv[1], 4);
  measure_cancel(argv[1], cancels, 1);
  return 0;
}
