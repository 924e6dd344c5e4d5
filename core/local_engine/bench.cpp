#include "core/local_engine/bench.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <numeric>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/ops/zeros.h>
#include <unistd.h>

#include "core/base/check.h"
#include "core/base/number_text.h"
#include "core/base/stop.h"
#include "core/base/text.h"
#include "core/device/plain_calls.h"
#include "core/device/replayed_calls.h"
#include "core/local_engine/bench_roof.h"
#include "core/local_engine/operator_watch.h"

namespace tstitch {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double median(std::vector<double> values) {
  TSTITCH_CHECK(!values.empty());
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Of what was timed again and again; the first warmed up and does not count where there are more.
double typical(const std::vector<double>& seconds) {
  return median(seconds.size() > 1 ? std::vector(seconds.begin() + 1, seconds.end()) : seconds);
}

/// Seconds since this process was started, from the kernel's own record of it (clock ticks since boot).
double seconds_since_process_start() {
  std::ifstream stat("/proc/self/stat");
  std::string text((std::istreambuf_iterator<char>(stat)), std::istreambuf_iterator<char>());
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return 0;
  constexpr std::size_t kStartTime = 19;  // field 22 of the line; the name is field 2
  const std::vector<std::string> fields = split(text.substr(name_end + 2), ' ');
  std::string since_boot;
  std::ifstream uptime_file("/proc/uptime");
  std::getline(uptime_file, since_boot, ' ');
  const auto ticks = read_number<double>(fields.size() > kStartTime ? fields[kStartTime] : std::string());
  const auto uptime = read_number<double>(since_boot);
  return ticks && uptime ? *uptime - *ticks / static_cast<double>(::sysconf(_SC_CLK_TCK)) : 0;
}

std::int64_t peak_resident_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return leading_number<std::int64_t>(line.substr(6)).value_or(0) * 1024;
  }
  return 0;
}

/// Roofs by the number of threads; each is measured once.
class Roofs {
 public:
  explicit Roofs(const ComputeChoice& compute) : compute_(compute) {}

  double on(int threads) {
    const auto [place, is_new] = gflops_.emplace(threads, 0);
    if (is_new) {
      at::set_num_threads(threads);
      place->second = matrix_product_gflops(compute_.device, compute_.type);
    }
    return place->second;
  }

 private:
  const ComputeChoice& compute_;
  std::map<int, double> gflops_;
};

/// The same run with everything by one denoiser.
ResolvedRun all_by(const ResolvedRun& run, const DenoiserName& name) {
  ResolvedRun alone = run;
  alone.trajectory.segments = {{name, run.trajectory.evaluations(), run.guidance_of(name)}};
  return alone;
}

constexpr int kTimedSteps = 7;  ///< per denoiser; the first warms up and does not count
/// Steps before those, where a device records its work.
int settling_steps(at::Device device) {
  return has_device_graphs(device) ? ReplayedCalls::kWarmUps + 1 : 0;
}
constexpr double kEnoughSeconds = 20;  ///< no further step begins after that long

/// Runs the first steps of a run and notes what each took. Ends itself when it has seen enough.
class StepTimer {
 public:
  StepTimer(Workshop& workshop, const ComputeChoice& compute, const RunSettings& settings, const std::stop_token& stop)
      : settling_(settling_steps(compute.device)),
        outer_(stop),
        link_(stop, [this] { enough_.request_stop(); }),
        maker_(workshop, compute, settings, {PreviewKind::None, 1}, Residency::LetGo, enough_.get_token(),
               [this](const Event& event) { note(event); }) {}

  /// Seconds of a step by the trajectory's only denoiser; loading and text go into the report.
  double run(const ResolvedRun& run, RunReport& report) {
    WalkExtras extras;
    extras.until = StepIndex{std::min(run.trajectory.schedule.steps(), settling_ + kTimedSteps)};
    try {
      static_cast<void>(maker_.walk(run, extras, report));
    } catch (const Interrupted&) {
      stop_point(outer_);
    }
    const int settled = std::min(settling_, static_cast<int>(taken_.size()));
    return typical({taken_.begin() + settled, taken_.end()});
  }

  [[nodiscard]] double start_to_first_step() const { return start_to_first_step_; }

 private:
  void note(const Event& event) {
    const auto* step = std::get_if<StepDone>(&event);
    if (step == nullptr) return;
    if (taken_.empty()) start_to_first_step_ = seconds_since_process_start();
    taken_.push_back(step->took.value);
    const double spent = std::accumulate(taken_.begin(), taken_.end(), 0.0);
    if (taken_.size() > 2 && spent > kEnoughSeconds) enough_.request_stop();
  }

  int settling_;
  std::stop_token outer_;
  std::stop_source enough_;
  std::stop_callback<std::function<void()>> link_;  ///< a stop from outside is one, too
  std::vector<double> taken_;
  double start_to_first_step_ = 0;
  PictureMaker maker_;
};

/// Looks at what the first steps of a run consist of; the least disturbed of them tells.
class StepWatcher {
 public:
  StepWatcher(Workshop& workshop, const ComputeChoice& compute, const RunSettings& settings,
              const std::stop_token& stop)
      : watch_(compute.device),
        maker_(workshop, compute, settings, {PreviewKind::None, 1}, Residency::LetGo, stop,
               [this](const Event& event) { note(event); }) {}

  StepProfile run(const ResolvedRun& run) {
    constexpr int kWatchedSteps = 3;
    WalkExtras extras;
    extras.until = StepIndex{std::min(run.trajectory.schedule.steps(), kWatchedSteps)};
    RunReport report;
    static_cast<void>(maker_.walk(run, extras, report));
    TSTITCH_CHECK(!seen_.empty());
    if (seen_.size() > 1) seen_.erase(seen_.begin());  // it makes what is made once
    return *std::min_element(seen_.begin(), seen_.end(),
                             [](const StepProfile& a, const StepProfile& b) { return a.seconds < b.seconds; });
  }

 private:
  void note(const Event& event) {
    if (std::holds_alternative<StepBegun>(event)) {
      static_cast<void>(watch_.take());
      begun_ = Clock::now();
    } else if (std::holds_alternative<StepDone>(event)) {
      seen_.push_back({seconds_since(begun_), watch_.take(), at::get_num_threads()});
    }
  }

  PlainCalls plain_;  ///< a replay would be one operator, and what is recorded cannot be waited for
  OperatorWatch watch_;
  Clock::time_point begun_;
  std::vector<StepProfile> seen_;
  PictureMaker maker_;
};

at::Tensor blank_latents(const ResolvedRun& run) {
  std::vector<std::int64_t> shape = run.latent_shape();
  shape.insert(shape.begin(), 1);
  return at::zeros(shape, at::kFloat);
}

/// Does it a few times, unless that takes long; the first warms up.
double typical_of(const std::function<double()>& seconds_of_once) {
  constexpr std::size_t kTimes = 4;
  constexpr double kEnough = 3;
  std::vector<double> taken;
  while (taken.size() < kTimes && std::accumulate(taken.begin(), taken.end(), 0.0) < kEnough) {
    taken.push_back(seconds_of_once());
  }
  return typical(taken);
}

/// What every run pays once: text and decoding, with loaded networks.
StageSeconds stage_times(const ResolvedRun& run, Workshop& workshop, const ComputeChoice& compute,
                         const RunSettings& settings, const std::stop_token& stop) {
  PictureMaker maker(workshop, compute, settings, {PreviewKind::None, 1}, Residency::Keep, stop, [](const Event&) {});
  StageSeconds seconds;
  seconds.text = typical_of([&] {
    workshop.conditionings.clear();
    RunReport report;
    maker.encode_text(run, report);
    return report.seconds.text;
  });
  workshop.store.drop_unused();
  seconds.decode = typical_of([&] {
    RunReport report;
    static_cast<void>(maker.decode(run, blank_latents(run), report));
    return report.seconds.decode;
  });
  return seconds;
}

}  // namespace

BenchReport bench_run(ResolvedRun run, Workshop& workshop, const ComputeChoice& compute, const RunSettings& settings,
                      BenchDetail detail, const std::stop_token& stop) {
  BenchReport bench;
  if (run.takes_classes()) run.request.class_label = run.request.class_label.value_or(0);
  for (const DenoiserChoice& choice : run.request.denoisers) {
    RunReport report;
    const ResolvedRun alone = all_by(run, choice.name);
    StepTimer timer(workshop, compute, settings, stop);
    const double seconds = timer.run(alone, report);
    if (bench.denoisers.empty()) bench.start_to_first_step_seconds = timer.start_to_first_step();
    BenchReport::Denoiser& figures = bench.denoisers[choice.name];
    figures = {seconds, report.seconds.load, std::nullopt};
    if (detail == BenchDetail::Operators) {
      figures.profile = StepWatcher(workshop, compute, settings, stop).run(alone);
    }
    report.segments = {{choice.name, 1, Seconds{seconds}}};
    workshop.times.replace(alone, compute.label(), report);
  }
  workshop.store.drop_unused();
  RunReport stages;
  stages.seconds = stage_times(run, workshop, compute, settings, stop);
  stages.picture.emplace();  // decoded to the end
  workshop.times.replace(run, compute.label(), stages);
  bench.text_seconds = stages.seconds.text;
  bench.decode_seconds = stages.seconds.decode;
  bench.peak_bytes = peak_resident_bytes();
  Roofs roofs(compute);
  for (auto& [name, figures] : bench.denoisers) {
    if (figures.profile) figures.profile->roof_gflops = roofs.on(figures.profile->threads);
  }
  bench.roof_gflops = roofs.on(compute.threads);
  return bench;
}

}  // namespace tstitch
