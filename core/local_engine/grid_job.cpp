#include "core/local_engine/grid_job.h"

#include <algorithm>
#include <set>
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
#include "core/local_engine/picture_maker.h"
#include "core/local_engine/picture_metadata.h"
#include "core/local_engine/stored_request.h"
#include "core/local_engine/torch_errors.h"
#include "core/trajectory/prefix_forest.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

/// What a node of the forest leaves to those that start from it.
struct NodeResult {
  std::optional<Snapshot> end;        ///< none: the node failed or was not run
  std::vector<SegmentTime> segments;  ///< from the noise to here
};

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

class GridRun {
 public:
  GridRun(const GridJob& job, Workshop& workshop, const std::stop_token& stop, const EventSink& sink)
      : job_(job), workshop_(workshop), stop_(stop), sink_(sink) {}

  /// Cells, models and folder; throws what makes the grid as a whole impossible.
  void begin() {
    folder_ = fs::absolute(job_.base.output.path).lexically_normal();
    cells_ = grid_cells(job_.base.request, job_.axes);
    compute_ = choose_compute(job_.base.settings, workshop_.options.plugins, workshop_.options.torch_libraries);
    record_.axes = job_.axes;
    report_.cells.resize(cells_.size());
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      report_.cells[i].cell = static_cast<int>(i);
      record_.cells.push_back({cells_[i].values, CellState::Waiting, {}, 0, {}});
    }
    resolve_cells();
    OutputNames(folder_ / "").require_writable(1);
    take_up_earlier_sitting();
    write_grid_record(folder_, record_);
  }

  void run() {
    const std::vector<std::size_t> waiting = waiting_cells();
    std::vector<GenerationRequest> requests;
    std::vector<Trajectory> trajectories;
    for (const std::size_t cell : waiting) {
      requests.push_back(runs_[cell]->request);
      trajectories.push_back(runs_[cell]->trajectory);
    }
    const PrefixForest forest = share_prefixes(requests, trajectories);
    PictureMaker maker(workshop_, compute_, job_.base.settings, job_.base.preview, Residency::Keep, stop_,
                       [this](const Event& event) { pass_on(event); });
    std::vector<NodeResult> results(forest.nodes.size());
    for (std::size_t i = 0; i < forest.nodes.size(); ++i) run_node(forest, i, waiting, maker, results);
    write_composite();
  }

  GridReport report(bool cancelled) {
    report_.cancelled = cancelled;
    report_.evaluations = record_.evaluations;
    if (!folder_.empty()) {
      std::error_code ignored;
      if (fs::is_directory(folder_, ignored)) write_grid_record(folder_, record_);
    }
    return std::move(report_);
  }

  /// The same reason for every cell that has no ending of its own yet.
  void fail_rest(const Failed& failure) {
    if (report_.cells.empty()) report_.cells.resize(1);
    const std::string reason = Error(failure.code, failure.what, failure.where, failure.hint).sentence();
    for (std::size_t i = 0; i < report_.cells.size(); ++i) {
      CellEnded& cell = report_.cells[i];
      cell.cell = static_cast<int>(i);
      if (cell.file.empty() && cell.error.empty()) fail_cell(i, reason, failure.code);
    }
  }

 private:
  /// A cell that cannot be planned fails alone; models are read once for all.
  void resolve_cells() {
    std::map<DenoiserName, ModelParts> models;
    for (const DenoiserChoice& choice : job_.base.request.denoisers) {
      models.emplace(choice.name, read_model_parts(choice.model.location, job_.base.settings.variant));
    }
    runs_.resize(cells_.size());
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      try {
        runs_[i] = resolve_run(cells_[i].request, models, job_.base.settings.variant);
      } catch (const Error& error) {
        fail_cell(i, error.sentence(), error.code());
      }
    }
  }

  void take_up_earlier_sitting() {
    const GridRecord earlier = read_grid_record(folder_);
    record_.evaluations = earlier.evaluations;
    for (const auto& run : runs_) {
      if (!run) continue;
      for (const DenoiserChoice& choice : run->request.denoisers) record_.evaluations.try_emplace(choice.name, 0);
    }
    std::map<std::vector<std::string>, const CellRecord*> known;
    for (const CellRecord& cell : earlier.cells) known[cell.values] = &cell;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      const auto found = known.find(cells_[i].values);
      if (found != known.end() && runs_[i] && is_done(*found->second, *runs_[i])) {
        end_cell(i, found->second->file, found->second->seconds);
      }
    }
  }

  /// True when the file is there and its own request is this cell's.
  bool is_done(const CellRecord& cell, const ResolvedRun& run) {
    if (cell.file.empty() || cell.file != cell.file.filename()) return false;
    try {
      return stored_request(folder_ / cell.file).request == with_hashes(run, workshop_.hashes);
    } catch (const Error&) {
      return false;
    }
  }

  std::vector<std::size_t> waiting_cells() const {
    std::vector<std::size_t> waiting;
    for (std::size_t i = 0; i < record_.cells.size(); ++i) {
      if (record_.cells[i].state == CellState::Waiting) waiting.push_back(i);
    }
    return waiting;
  }

  void run_node(const PrefixForest& forest, std::size_t index, const std::vector<std::size_t>& waiting,
                PictureMaker& maker, std::vector<NodeResult>& results) {
    const PrefixNode& node = forest.nodes[index];
    if (node.parent && !results[*node.parent].end) return;  // its cells failed with it
    const std::size_t cell = waiting[node.cell];
    try {
      translated([&] {
        sink_(CellBegun{static_cast<int>(cell)});
        walk_node(node, *runs_[cell], maker, results, results[index]);
        for (const std::size_t finished : node.finished) finish_cell(waiting[finished], maker, results[index]);
      });
    } catch (const Error& error) {
      results[index].end.reset();
      for (const std::size_t lost : cells_from(forest, index)) {
        if (record_.cells[waiting[lost]].state == CellState::Waiting)
          fail_cell(waiting[lost], error.sentence(), error.code());
      }
      write_grid_record(folder_, record_);
    }
  }

  static void walk_node(const PrefixNode& node, const ResolvedRun& run, PictureMaker& maker,
                        const std::vector<NodeResult>& results, NodeResult& result) {
    RunReport report;
    WalkExtras extras;
    if (node.parent) {
      extras.from = results[*node.parent].end;
      report.segments = results[*node.parent].segments;
    }
    extras.until = node.end_step;
    maker.require_memory_for(run);
    result.end = maker.walk(run, extras, report);
    result.segments = std::move(report.segments);
  }

  void finish_cell(std::size_t cell, PictureMaker& maker, const NodeResult& result) {
    const ResolvedRun& run = *runs_[cell];
    sink_(CellBegun{static_cast<int>(cell)});
    RunReport report;
    const std::shared_ptr<const Image> image = maker.decode(run, result.end->state.latent, report);
    sink_(StageChanged{Stage::Saving});
    const auto texts = picture_texts(with_hashes(run, workshop_.hashes), run, compute_,
                                     seconds_per_denoiser(result.segments), NoiseOrigin::Seed);
    const fs::path file = write_free_name(cell_file_stem(job_.axes, cells_[cell].values), *image, texts);
    sink_(ImageSaved{{folder_ / file, run.request.seed, image}});
    double seconds = report.seconds.decode;
    for (const SegmentTime& segment : result.segments) seconds += segment.seconds.value;
    end_cell(cell, file, seconds);
    write_grid_record(folder_, record_);
  }

  fs::path write_free_name(const std::string& stem, const Image& image, const std::vector<PictureText>& texts) const {
    for (int number = 1;; ++number) {
      const fs::path name = number == 1 ? stem + ".png" : concat(stem, "_", number, ".png");
      if (write_new_png(folder_ / name, image, texts) == NewFile::Written) return name;
    }
  }

  void end_cell(std::size_t cell, const fs::path& file, double seconds) {
    record_.cells[cell].state = CellState::Saved;
    record_.cells[cell].file = file;
    record_.cells[cell].seconds = seconds;
    report_.cells[cell] = {static_cast<int>(cell), folder_ / file, Seconds{seconds}, {}};
    sink_(report_.cells[cell]);
  }

  void fail_cell(std::size_t cell, const std::string& reason, ExitCode code) {
    if (report_.first_failure == ExitCode::Done) report_.first_failure = code;
    if (cell < record_.cells.size()) {
      record_.cells[cell].state = CellState::Failed;
      record_.cells[cell].error = reason;
    }
    report_.cells[cell].error = reason;
    sink_(report_.cells[cell]);
  }

  void pass_on(const Event& event) {
    if (const auto* step = std::get_if<StepDone>(&event)) record_.evaluations[step->denoiser] += 1;
    sink_(event);
  }

  /// All pictures on one sheet, with what each cell is; failed cells stay blank.
  void write_composite() {
    std::vector<std::shared_ptr<const Image>> pictures;
    for (const CellRecord& cell : record_.cells) {
      pictures.push_back(cell.state == CellState::Saved
                             ? std::make_shared<const Image>(read_picture(folder_ / cell.file).image)
                             : nullptr);
    }
    const std::optional<Image> sheet = grid_composite(job_.axes, record_.cells, pictures);
    if (!sheet) return;
    record_.composite = "grid.png";
    report_.composite = folder_ / record_.composite;
    replace_file(report_.composite, encode_png(*sheet, {}));
  }

  const GridJob& job_;
  Workshop& workshop_;
  const std::stop_token& stop_;
  const EventSink& sink_;
  fs::path folder_;
  ComputeChoice compute_;
  std::vector<GridCell> cells_;
  std::vector<std::optional<ResolvedRun>> runs_;
  GridRecord record_;
  GridReport report_;
};

}  // namespace

GridReport run_grid(const GridJob& job, Workshop& workshop, const std::stop_token& stop, const EventSink& sink) {
  GridRun grid(job, workshop, stop, sink);
  try {
    translated([&] { grid.begin(); });
    grid.run();
    return grid.report(false);
  } catch (...) {
    const Outcome outcome = outcome_of(std::current_exception(), {});
    if (const auto* failed = std::get_if<Failed>(&outcome)) grid.fail_rest(*failed);
    return grid.report(std::holds_alternative<Cancelled>(outcome));
  }
}

}  // namespace tstitch
