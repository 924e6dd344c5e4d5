#include "core/local_engine/grid_job.h"

#include <algorithm>
#include <utility>

#include "core/base/stop.h"
#include "core/base/text.h"
#include "core/image/atomic_file.h"
#include "core/image/image_file.h"
#include "core/image/output_name.h"
#include "core/image/png.h"
#include "core/local_engine/compute_choice.h"
#include "core/local_engine/grid_composite.h"
#include "core/local_engine/grid_files.h"
#include "core/local_engine/grid_ledger.h"
#include "core/local_engine/picture_maker.h"
#include "core/local_engine/picture_metadata.h"
#include "core/local_engine/stored_request.h"
#include "core/local_engine/torch_errors.h"
#include "core/system/current_folder.h"
#include "core/trajectory/prefix_forest.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

/// What a node of the forest leaves to those that start from it.
struct NodeResult {
  std::optional<Snapshot> end;        ///< none: the node failed or was not run
  std::vector<SegmentTime> segments;  ///< from the noise to here
};

/// One way after the other: neighbours of one denoiser become one.
std::vector<SegmentTime> joined(std::vector<SegmentTime> times, const std::vector<SegmentTime>& further) {
  for (const SegmentTime& time : further) {
    if (times.empty() || times.back().denoiser != time.denoiser) {
      times.push_back(time);
    } else {
      times.back().evaluations += time.evaluations;
      times.back().seconds.value += time.seconds.value;
    }
  }
  return times;
}

/// The cells whose way leads through a node.
std::vector<std::size_t> cells_from(const PrefixForest& forest, std::size_t index) {
  std::vector<std::size_t> cells;
  for (const PrefixNode& node : forest.nodes) {
    const PrefixNode* at = &node;
    while (at != &forest.nodes[index] && at->parent) at = &forest.nodes[*at->parent];
    if (at == &forest.nodes[index]) cells.insert(cells.end(), node.finished.begin(), node.finished.end());
  }
  return cells;
}

/// The cells of one grid, walked along the forest of their shared beginnings.
class GridRun {
 public:
  GridRun(const GridJob& job, Workshop& workshop, const std::stop_token& stop, const EventSink& sink)
      : job_(job), workshop_(workshop), stop_(stop), sink_(sink), ledger_(sink) {}

  [[nodiscard]] GridLedger& ledger() { return ledger_; }

  /// Cells, models and folder; throws what makes the grid as a whole impossible.
  void begin() {
    cells_ = grid_cells(job_.base.request, job_.axes);
    ledger_.begin(absolute_path(job_.base.output.path).lexically_normal(), job_.axes, cells_);
    compute_ = choose_compute(job_.base.settings, workshop_.options.plugins, workshop_.options.torch_libraries);
    resolve_cells();
    OutputNames(job_.base.output.path / "").require_writable(1);
    take_up_earlier_sitting();
    ledger_.write();
  }

  void run() {
    waiting_ = ledger_.waiting();
    std::vector<GenerationRequest> requests;
    std::vector<Trajectory> trajectories;
    for (const std::size_t cell : waiting_) {
      requests.push_back(runs_[cell]->request);
      trajectories.push_back(runs_[cell]->trajectory);
    }
    forest_ = share_prefixes(requests, trajectories);
    sink_(EvaluationCounts{run_evaluations(forest_, trajectories)});
    results_.resize(forest_.nodes.size());
    PictureMaker maker(workshop_, compute_, job_.base.settings, job_.base.preview, Residency::Keep, stop_,
                       [this](const Event& event) { pass_on(event); });
    for (std::size_t i = 0; i < forest_.nodes.size(); ++i) run_node(i, maker);
    write_composite();
  }

 private:
  /// A cell that cannot be planned fails alone; models are read once for all.
  void resolve_cells() {
    const RunParts parts = read_run_parts(job_.base.request, job_.base.settings.variant, workshop_.options.model_roots);
    runs_.resize(cells_.size());
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      try {
        ResolvedRun run = resolve_run(cells_[i].request, parts, job_.base.settings.variant);
        require_condition(run, run.request.class_label);
        runs_[i] = std::move(run);
      } catch (const Error& error) {
        ledger_.fail_cell(i, error);
      }
    }
  }

  /// What an earlier sitting failed or did not come to is done now.
  void take_up_earlier_sitting() {
    const GridRecord earlier = read_grid_record(ledger_.folder());
    ledger_.carry_over(earlier.evaluations, job_.base.request.denoisers);
    std::map<std::vector<std::string>, const CellRecord*> known;
    for (const CellRecord& cell : earlier.cells) known[cell.values] = &cell;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      const auto found = known.find(cells_[i].values);
      if (found != known.end() && runs_[i] && is_done(*found->second, *runs_[i])) {
        ledger_.save_cell(i, found->second->file, found->second->seconds);
      }
    }
  }

  /// True when the file is there and its own request is this cell's.
  bool is_done(const CellRecord& cell, const ResolvedRun& run) {
    if (cell.state != CellState::Saved || cell.file.empty() || cell.file != cell.file.filename()) return false;
    try {
      return stored_request(ledger_.folder() / cell.file).request == with_hashes(run, workshop_.hashes, stop_);
    } catch (const Error&) {
      return false;
    }
  }

  void run_node(std::size_t index, PictureMaker& maker) {
    const PrefixNode& node = forest_.nodes[index];
    if (node.parent && !results_[*node.parent].end) return;  // its cells failed with it
    const std::size_t cell = waiting_[node.cell];
    try {
      translated([&] {
        sink_(CellBegun{static_cast<int>(cell)});
        results_[index] = walked(node, *runs_[cell], maker);
        for (const std::size_t finished : node.finished) finish_cell(waiting_[finished], maker, results_[index]);
      });
    } catch (const Error& error) {
      results_[index].end.reset();
      for (const std::size_t lost : cells_from(forest_, index)) {
        if (ledger_.waits(waiting_[lost])) ledger_.fail_cell(waiting_[lost], error);
      }
      ledger_.write();
    }
  }

  NodeResult walked(const PrefixNode& node, const ResolvedRun& run, PictureMaker& maker) const {
    RunReport report;
    WalkExtras extras;
    std::vector<SegmentTime> before;
    if (node.parent) {
      extras.from = results_[*node.parent].end;
      before = results_[*node.parent].segments;
    }
    extras.until = node.end_step;
    maker.require_memory_for(run);
    Snapshot end = maker.walk(run, extras, report);
    workshop_.times.add(run, compute_.label(), report);
    return {std::move(end), joined(std::move(before), report.segments)};
  }

  void finish_cell(std::size_t cell, PictureMaker& maker, const NodeResult& result) {
    const ResolvedRun& run = *runs_[cell];
    sink_(CellBegun{static_cast<int>(cell)});
    RunReport report;
    const std::shared_ptr<const Image> image = maker.decode(run, result.end->state.latent, report);
    sink_(StageChanged{Stage::Saving});
    const auto texts = picture_texts(with_hashes(run, workshop_.hashes, stop_), run, compute_,
                                     seconds_per_denoiser(result.segments), NoiseOrigin::Seed);
    const fs::path file = write_free_name(cell_file_stem(job_.axes, cells_[cell].values), *image, texts);
    sink_(ImageSaved{{ledger_.folder() / file, run.request.seed, image}});
    double seconds = report.seconds.decode;
    for (const SegmentTime& segment : result.segments) seconds += segment.seconds.value;
    report.images.resize(1);
    workshop_.times.add(run, compute_.label(), report);
    ledger_.save_cell(cell, file, seconds);
    ledger_.write();
  }

  fs::path write_free_name(const std::string& stem, const Image& image, const std::vector<PictureText>& texts) const {
    for (int number = 1;; ++number) {
      fs::path name = number == 1 ? stem + ".png" : concat(stem, "_", number, ".png");
      if (write_new_png(ledger_.folder() / name, image, texts) == NewFile::Written) return name;
    }
  }

  void pass_on(const Event& event) {
    if (const auto* step = std::get_if<StepDone>(&event)) ledger_.count_evaluation(step->denoiser);
    sink_(event);
  }

  /// All pictures on one sheet, with what each cell is; failed cells stay blank.
  void write_composite() {
    std::vector<std::shared_ptr<const Image>> pictures;
    for (const CellRecord& cell : ledger_.cells()) {
      pictures.push_back(cell.state == CellState::Saved
                             ? std::make_shared<const Image>(read_picture(ledger_.folder() / cell.file).image)
                             : nullptr);
    }
    const std::optional<Image> sheet = grid_composite(job_.axes, ledger_.cells(), pictures);
    if (!sheet) return;
    constexpr const char* kSheet = "grid.png";
    replace_file(ledger_.folder() / kSheet, encode_png(*sheet, {}));
    ledger_.set_composite(kSheet);
  }

  const GridJob& job_;
  Workshop& workshop_;
  const std::stop_token& stop_;
  const EventSink& sink_;
  GridLedger ledger_;
  ComputeChoice compute_;
  std::vector<GridCell> cells_;
  std::vector<std::optional<ResolvedRun>> runs_;  ///< one per cell; none: it failed
  std::vector<std::size_t> waiting_;              ///< the cells of the forest's indices
  PrefixForest forest_;
  std::vector<NodeResult> results_;  ///< one per node
};

}  // namespace

GridReport run_grid(const GridJob& job, Workshop& workshop, const std::stop_token& stop, const EventSink& sink) {
  GridRun grid(job, workshop, stop, sink);
  try {
    translated([&] { grid.begin(); });
    grid.run();
    return grid.ledger().close(false);
  } catch (...) {
    const Outcome outcome = outcome_of(std::current_exception(), {});
    if (const auto* failed = std::get_if<Failed>(&outcome)) {
      grid.ledger().fail_rest(Error(failed->code, failed->what, failed->where, failed->hint));
    }
    return grid.ledger().close(std::holds_alternative<Cancelled>(outcome));
  }
}

}  // namespace tstitch
