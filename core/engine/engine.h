#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/engine/event.h"
#include "core/engine/model_facts.h"
#include "core/engine/outcome.h"
#include "core/engine/residency_plan.h"
#include "core/engine/settings.h"
#include "core/trajectory/ratio_grid.h"

namespace tstitch {

/// A pair that can be chosen by name: from the installed `models/` or the user's.
struct PairEntry {
  std::string name;   ///< `miniature`
  std::string title;  ///< `Miniature`
  std::filesystem::path large;
  std::filesystem::path small;
  GenerationRequest defaults;  ///< from the pair's manifest; its denoisers are filled in
  std::vector<std::string> example_prompts;
  std::string licence;
  std::map<std::filesystem::path, std::string> sha256;  ///< of the pair's files, where the manifest lists them
  std::string latent_space;  ///< `sd`, `sdxl`, `ldm-vq`, ...: pairs of one share latents; may be empty
  std::string not_here;      ///< empty when its files are on this machine; else what brings them, one sentence
  std::vector<std::string> repositories;  ///< that its files come from (repository_manifest.h); none for a bundled pair
};

/// Seconds measured on this machine for this size, device, precision and program version; absent = not measured.
struct MeasuredSeconds {
  std::map<DenoiserName, double> evaluation;  ///< one guided evaluation
  std::optional<double> text;
  std::optional<double> decode;
};

/// A request resolved against its models, without running anything.
struct PlannedRun {
  GenerationRequest request;  ///< no default, no auto
  std::vector<Segment> segments;
  std::vector<NoiseLevel> evaluation_levels;
  std::vector<int> seam_places;    ///< evaluations that may come before a seam, 0 and all of them included
  std::vector<ModelFacts> models;  ///< one per denoiser of the request, same order
  MeasuredSeconds measured;
  ResidencyPlan residency;
  std::vector<std::string> notes;  ///< a moved seam, an inherited schedule
};

/// Cells are those of grid_cells(). Pictures, `grid.json` and the composite go to
/// `base.output.path`, a folder; what a stopped grid left there is used again.
struct GridJob {
  Job base;
  std::vector<GridAxis> axes;
};

struct GridReport {
  std::vector<CellEnded> cells;
  std::filesystem::path composite;
  std::map<DenoiserName, int> evaluations;  ///< really run, in all sittings
  ExitCode first_failure = ExitCode::Done;  ///< of the first cell that failed
  bool cancelled = false;
};

struct BenchReport {
  struct Denoiser {
    double seconds_per_step = 0;
    double load_seconds = 0;
  };
  std::map<DenoiserName, Denoiser> denoisers;
  double text_seconds = 0;
  double decode_seconds = 0;
  double start_to_first_step_seconds = 0;
  std::int64_t peak_bytes = 0;
  double roof_gflops = 0;
};

/// Makes pictures. One thread calls it (the worker); events come on that thread. A worker process would be another
/// implementation. generate() and grid() never throw: endings are values. The others throw Error.
class Engine {
 public:
  virtual ~Engine() = default;

  /// Known pairs, the bundled one first.
  [[nodiscard]] virtual std::vector<PairEntry> pairs() = 0;
  /// Fills in where each model of a picture's request lies on this machine, unless it is known already: found by hash,
  /// then among the known pairs.
  /// Throws BadInput with name and hash when it is not here.
  [[nodiscard]] virtual GenerationRequest locate(const GenerationRequest& request) = 0;
  /// Reads configs and headers only; `place` is a path or a known name.
  [[nodiscard]] virtual ModelFacts inspect(const std::filesystem::path& place) = 0;
  /// What the network of `choice` would see in a run of that size: its picture annotated, or as it is where it is a
  /// map. Throws Error, or Interrupted when `stop` is asked for.
  [[nodiscard]] virtual Image control_map(const ControlChoice& choice, const Extent& extent,
                                          const std::stop_token& stop) = 0;
  /// The precisions in which the device of these settings computes as fast as it can, fp32 first. Others are computed,
  /// too, but asking sides refuse them: a processor without their arithmetic takes minutes where fp32 takes seconds.
  [[nodiscard]] virtual std::vector<Precision> fast_precisions(const RunSettings& /*settings*/) {
    return {Precision::Fp32, Precision::Fp16, Precision::Bf16};
  }
  [[nodiscard]] virtual PlannedRun plan(const GenerationRequest& request, const RunSettings& settings) = 0;
  /// Loads what the request needs so that a later generate() starts at once; an ending like any other.
  [[nodiscard]] virtual Outcome prepare(const GenerationRequest& request, const RunSettings& settings,
                                        const std::stop_token& stop, const EventSink& sink) = 0;
  [[nodiscard]] virtual Outcome generate(const Job& job, const std::stop_token& stop, const EventSink& sink) = 0;
  [[nodiscard]] virtual GridReport grid(const GridJob& job, const std::stop_token& stop, const EventSink& sink) = 0;
  [[nodiscard]] virtual BenchReport bench(const GenerationRequest& request, const RunSettings& settings,
                                          const std::stop_token& stop, const EventSink& sink) = 0;
};

}  // namespace tstitch
