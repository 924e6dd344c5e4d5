#include "core/jobs/grid_job.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "core/base/text.h"
#include "core/image/atomic_file.h"
#include "core/image/image_file.h"
#include "core/image/output_name.h"
#include "core/image/png.h"
#include "core/jobs/grid_export.h"
#include "core/jobs/grid_files.h"
#include "core/jobs/grid_ledger.h"
#include "core/jobs/job_events.h"
#include "core/jobs/lane_models.h"
#include "core/jobs/picture_saver.h"
#include "core/jobs/state_numbers.h"
#include "core/jobs/stored_request.h"
#include "core/request/option_text.h"
#include "core/system/current_folder.h"
#include "core/trajectory/prefix_forest.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

/// What a node of the forest leaves to those that start from it.
struct NodeResult {
  StateId state = 0;                  ///< kept by the lane that made it; 0: none
  std::vector<SegmentTime> segments;  ///< from the noise to here
  int waiting_children = 0;
  bool failed = false;
};

int evaluations_of(const std::vector<SegmentTime>& segments) {
  int count = 0;
  for (const SegmentTime& segment : segments) count += segment.evaluations;
  return count;
}

/// A second pass as one more step: whatever it shares with others, it is made as a whole.
Trajectory trajectory_of(const RunPlan& plan) {
  Trajectory trajectory;
  trajectory.schedule.evaluations = plan.evaluations;
  trajectory.segments = plan.segments;
  if (!plan.second) return trajectory;
  const StepIndex after{plan.evaluations.empty() ? 0 : plan.evaluations.back().step.value + 1};
  for (const Evaluation& evaluation : plan.second->evaluations) {
    trajectory.schedule.evaluations.push_back({after, evaluation.level});
  }
  const std::vector<Segment>& further = plan.second->segments;
  trajectory.segments.insert(trajectory.segments.end(), further.begin(), further.end());
  return trajectory;
}

/// The cells whose way leads through a node: those of its subtree, which stands in one piece behind it.
std::vector<std::size_t> cells_from(const PrefixForest& forest, std::size_t index) {
  std::vector<std::size_t> cells = forest.nodes[index].finished;
  for (std::size_t i = index + 1; i < forest.nodes.size(); ++i) {
    const PrefixNode& node = forest.nodes[i];
    if (!node.parent || *node.parent < index) break;
    cells.insert(cells.end(), node.finished.begin(), node.finished.end());
  }
  return cells;
}

/// An engine, and a request with the places that it has the grid's models at.
struct GridLane {
  Engine& engine;
  GenerationRequest models;
};

/// A tree of the forest: its nodes stand in one piece, parents first.
struct Tree {
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::deque<Tree> trees_of(const PrefixForest& forest) {
  std::deque<Tree> trees;
  for (std::size_t i = 0; i < forest.nodes.size(); ++i) {
    if (!forest.nodes[i].parent) trees.push_back({i, i});
    trees.back().end = i + 1;
  }
  return trees;
}

/// The cells of one grid, walked along the forest of their shared beginnings.
class GridRun {
 public:
  GridRun(const std::vector<Engine*>& lanes, const GridJob& job, const std::stop_token& stop, const EventSink& sink,
          PictureSkip* skip)
      : lanes_(lanes), job_(job), stop_(stop), sink_(sink), skip_(skip), ledger_(sink) {}

  [[nodiscard]] GridLedger& ledger() { return ledger_; }

  /// Cells, models and folder; throws what makes the grid as a whole impossible.
  void begin() {
    cells_ = grid_cells(job_.base.request, job_.axes, [this](const std::string& name) { return pair_called(name); });
    ledger_.begin(absolute_path(job_.base.output.path).lexically_normal(), job_, cells_);
    plan_cells();
    OutputNames(job_.base.output.path / "").require_writable(1);
    events_.emplace(sink_, job_.base.preview_folder);
    take_up_earlier_sitting();
    ledger_.write();
  }

  void run() {
    waiting_ = ledger_.waiting();
    std::vector<GenerationRequest> requests;
    std::vector<Trajectory> trajectories;
    for (const std::size_t cell : waiting_) {
      requests.push_back(plans_[cell]->request);
      trajectories.push_back(trajectory_of(*plans_[cell]));
    }
    forest_ = share_prefixes(requests, trajectories);
    std::map<DenoiserName, int> counts = run_evaluations(forest_, trajectories);
    for (auto& [name, count] : counts) count *= std::max(1, job_.repeats);
    sink_(EvaluationCounts{counts});
    results_.resize(forest_.nodes.size());
    trees_ = trees_of(forest_);
    run_lanes();
    stop_point(stop_);
    if (job_.repeats > 1) measure_again();
    write_composite();
  }

 private:
  [[nodiscard]] const RunSettings& settings() const { return job_.base.settings; }

  std::vector<DenoiserChoice> pair_called(const std::string& name) {
    for (const PairEntry& pair : lanes_.front()->pairs()) {
      if (pair.name == name) return pair.defaults.denoisers;
    }
    throw UsageError(concat("No pair is called \"", name, "\"."));
  }

  [[nodiscard]] bool has_axis(std::string_view name) const {
    return std::any_of(job_.axes.begin(), job_.axes.end(), [&](const GridAxis& axis) { return axis.name == name; });
  }

  /// Cells of one pair are planned together: their models are read once.
  void plan_cells() {
    plans_.resize(cells_.size());
    std::vector<bool> planned(cells_.size());
    for (std::size_t first = 0; first < cells_.size(); ++first) {
      if (planned[first]) continue;
      std::vector<std::size_t> group;
      for (std::size_t i = first; i < cells_.size(); ++i) {
        if (!planned[i] && cells_[i].request.denoisers == cells_[first].request.denoisers) group.push_back(i);
      }
      for (const std::size_t i : group) planned[i] = true;
      plan_group(group);
    }
    int alone = 0;
    for (const auto& plan : plans_) alone += plan ? trajectory_of(*plan).evaluations() : 0;
    ledger_.set_evaluations_alone(alone);
    note_equal_cells();
  }

  /// "0 of 3, same as 0 %": cells whose pictures are computed once.
  void note_equal_cells() {
    std::vector<std::string> splits;
    for (const auto& plan : plans_) splits.push_back(plan ? text_of(trajectory_of(*plan).segments) : std::string());
    const auto equal = equal_cells(cells_, splits);
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (equal[i]) ledger_.note(i, note_on(i, *equal[i]));
    }
  }

  [[nodiscard]] std::string note_on(std::size_t cell, std::size_t same) const {
    std::vector<std::string> labels;
    for (std::size_t i = 0; i < job_.axes.size(); ++i) {
      if (cells_[cell].values[i] == cells_[same].values[i]) continue;
      labels.push_back(axis_label(job_.axes[i].name, cells_[same].values[i]));
    }
    return concat(small_evaluations(*plans_[cell]), " of ", plans_[cell]->evaluations.size(), ", same as ",
                  join(labels, ", "));
  }

  static int small_evaluations(const RunPlan& plan) {
    const DenoiserName small = names_by_cost(plan.request.denoisers).front();
    int count = 0;
    for (const Segment& segment : plan.segments) count += segment.denoiser == small ? segment.evaluations : 0;
    return count;
  }

  /// A cell that cannot be planned fails alone.
  void plan_group(const std::vector<std::size_t>& group) {
    GenerationRequest base = job_.base.request;
    base.denoisers = cells_[group.front()].request.denoisers;
    std::vector<GenerationRequest> requests;
    requests.reserve(group.size());
    for (const std::size_t cell : group) requests.push_back(cells_[cell].request);
    const std::vector<PlanAnswer> answers = lanes_.front()->plan_all(base, requests, settings());
    for (std::size_t i = 0; i < group.size(); ++i) {
      try {
        if (answers[i].problem) throw *answers[i].problem;
        require_class(answers[i].plan->class_count, answers[i].plan->request.class_label);
        plans_[group[i]] = answers[i].plan;
      } catch (const Error& error) {
        ledger_.fail_cell(group[i], error);
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
      if (found != known.end() && plans_[i] && is_done(*found->second, cells_[i].request)) {
        ledger_.save_cell(i, found->second->file, found->second->seconds);
      }
    }
  }

  /// True when the file is there and its own request is this cell's.
  bool is_done(const CellRecord& cell, const GenerationRequest& request) {
    if (cell.state != CellState::Saved || cell.file.empty() || cell.file != cell.file.filename()) return false;
    stop_point(stop_);
    try {
      return stored_request(ledger_.folder() / cell.file).request == lanes_.front()->identify(request, settings());
    } catch (const Error&) {
      return false;
    }
  }

  /// One lane works on this thread, several on their own. Pairs are the first lane's.
  void run_lanes() {
    if (lanes_.size() == 1 || has_axis("pair")) {
      run_trees({*lanes_.front(), job_.base.request});
    } else {
      const LaneModels models(*lanes_.front(), job_.base.request, settings());
      std::vector<std::jthread> threads;
      for (Engine* lane : lanes_) threads.emplace_back([this, lane, &models] { run_lane(*lane, models); });
    }
    if (broken_) std::rethrow_exception(broken_);
    if (!stop_.stop_requested()) fail_left_trees();
  }

  /// Nothing that goes wrong leaves the lane's thread; what ends the grid as a whole is thrown when all lanes have
  /// ended.
  void run_lane(Engine& lane, const LaneModels& models) {
    try {
      run_trees({lane, models.on(lane)});
    } catch (const EngineUnavailable& missing) {
      const std::lock_guard lock(mutex_);
      lost_.emplace(missing);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      broken_ = std::current_exception();
    }
  }

  /// Takes trees until none is left, a stop was asked for or the lane is lost.
  void run_trees(const GridLane& lane) {
    while (const std::optional<Tree> tree = next_tree()) {
      const UnderWay under_way(*this);
      try {
        run_tree(*tree, lane);
      } catch (const Interrupted&) {
        return;
      } catch (const EngineUnavailable& lost) {
        give_back(*tree, lost);
        return;
      }
    }
  }

  /// Where none is left but others are under way, one of them may come back from a lane that was lost.
  std::optional<Tree> next_tree() {
    std::unique_lock lock(mutex_);
    tree_ended_.wait(lock, [this] { return !trees_.empty() || trees_under_way_ == 0; });
    if (trees_.empty() || broken_ || stop_.stop_requested()) return std::nullopt;
    const Tree tree = trees_.front();
    trees_.pop_front();
    ++trees_under_way_;
    return tree;
  }

  /// A tree that next_tree() gave, until it is made or given back.
  class UnderWay {
   public:
    explicit UnderWay(GridRun& grid) : grid_(grid) {}
    ~UnderWay() {
      const std::lock_guard lock(grid_.mutex_);
      --grid_.trees_under_way_;
      grid_.tree_ended_.notify_all();
    }
    UnderWay(const UnderWay&) = delete;
    UnderWay& operator=(const UnderWay&) = delete;

   private:
    GridRun& grid_;
  };

  /// Another lane makes what is missing, where there is one; states of the lost one are gone with it.
  void give_back(const Tree& tree, const EngineUnavailable& lost) {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = tree.begin; i < tree.end; ++i) results_[i].state = 0;
    lost_.emplace(lost);
    trees_.push_front(tree);
  }

  /// No lane is left for them: the last one was lost.
  void fail_left_trees() {
    for (const Tree& tree : trees_) fail_cells(tree.begin, *lost_);
    trees_.clear();
    ledger_.write();
  }

  void fail_cells(std::size_t node, const Error& error) {
    for (const std::size_t lost : cells_from(forest_, node)) {
      if (ledger_.waits(waiting_[lost])) ledger_.fail_cell(waiting_[lost], error);
    }
  }

  void run_tree(const Tree& tree, const GridLane& lane) {
    for (std::size_t i = tree.begin; i < tree.end; ++i) {
      if (is_wanted(i)) run_node(i, lane);
      release_parent(i, lane.engine);
    }
  }

  /// False where its cells failed with its parent, or another lane made them before it was lost.
  bool is_wanted(std::size_t index) {
    const std::lock_guard lock(mutex_);
    const PrefixNode& node = forest_.nodes[index];
    results_[index].waiting_children = node.children;
    if (node.parent && results_[*node.parent].failed) results_[index].failed = true;
    return !results_[index].failed && wanted_cell(index).has_value();
  }

  /// The first cell behind a node that is still to be made. The lock is held.
  [[nodiscard]] std::optional<std::size_t> wanted_cell(std::size_t index) const {
    for (const std::size_t cell : cells_from(forest_, index)) {
      if (ledger_.waits(waiting_[cell]) && left_out_.count(waiting_[cell]) == 0) return waiting_[cell];
    }
    return std::nullopt;
  }

  void release_parent(std::size_t index, Engine& lane) {
    const PrefixNode& node = forest_.nodes[index];
    if (!node.parent) return;
    NodeResult& parent = results_[*node.parent];
    if (--parent.waiting_children == 0 && parent.state != 0) lane.forget(std::exchange(parent.state, 0));
  }

  void run_node(std::size_t index, const GridLane& lane) {
    const std::size_t cell = cell_to_make(index);
    const std::stop_token skipped = skip_ == nullptr ? std::stop_token() : skip_->begin(static_cast<int>(cell));
    begin_cell(cell);
    const EitherStop either(stop_, skipped);
    const Outcome outcome =
        lane.engine.make(run_of(index, lane), either.token(), [&](const Event& event) { pass_on(cell, event); });
    if (std::holds_alternative<Cancelled>(outcome)) {
      if (stop_.stop_requested() || !skipped.stop_requested()) throw Interrupted{};
      leave_out(index, cell);
      if (is_wanted(index)) run_node(index, lane);
      return;
    }
    end_node(index, outcome, lane);
  }

  std::size_t cell_to_make(std::size_t index) {
    const std::lock_guard lock(mutex_);
    return wanted_cell(index).value_or(waiting_[forest_.nodes[index].cell]);
  }

  /// Cells with the picture that was being made are left out with it; of a shared beginning that one alone.
  void leave_out(std::size_t index, std::size_t cell) {
    const std::lock_guard lock(mutex_);
    left_out_.insert(cell);
    for (const std::size_t finished : forest_.nodes[index].finished) left_out_.insert(waiting_[finished]);
    if (!wanted_cell(index)) results_[index].failed = true;  // nothing starts from it
  }

  void end_node(std::size_t index, const Outcome& outcome, const GridLane& lane) {
    const PrefixNode& node = forest_.nodes[index];
    try {
      if (const auto* failed = std::get_if<Failed>(&outcome)) throw error_of(*failed);
      take(index, report_of(outcome));
      for (const std::size_t finished : node.finished)
        finish_cell(waiting_[finished], index, report_of(outcome), lane.engine);
    } catch (const Error& error) {
      if (error.code() == ExitCode::NoEngine) throw EngineUnavailable(error.what(), error.where(), error.hint());
      const std::lock_guard lock(mutex_);
      results_[index].failed = true;
      fail_cells(index, error);
      ledger_.write();
    }
  }

  /// The same way again for its times alone, on one lane. What goes wrong ends that, and the times stay as they are.
  void measure_again() {
    const GridLane lane{*lanes_.front(), job_.base.request};
    std::map<std::size_t, std::vector<double>> seconds;
    for (const std::size_t cell : waiting_) {
      if (ledger_.cells()[cell].state == CellState::Saved) seconds[cell].push_back(ledger_.cells()[cell].seconds);
    }
    try {
      for (int repeat = 1; repeat < job_.repeats; ++repeat) {
        results_.assign(forest_.nodes.size(), {});
        for (std::size_t i = 0; i < forest_.nodes.size(); ++i) measure_node(i, lane, seconds);
      }
    } catch (const Error& problem) {
      sink_(Warning{concat("The times could not be measured again: ", problem.sentence())});
    }
    for (auto& [cell, times] : seconds) {
      std::sort(times.begin(), times.end());
      ledger_.save_cell(cell, ledger_.cells()[cell].file, times[times.size() / 2]);
    }
    ledger_.write();
  }

  void measure_node(std::size_t index, const GridLane& lane, std::map<std::size_t, std::vector<double>>& seconds) {
    const PrefixNode& node = forest_.nodes[index];
    results_[index].waiting_children = node.children;
    const std::vector<std::size_t> behind = cells_from(forest_, index);
    const bool counts =
        std::any_of(behind.begin(), behind.end(), [&](std::size_t cell) { return seconds.count(waiting_[cell]) > 0; });
    if (counts) {
      PictureRun run = run_of(index, lane);
      run.preview.kind = PreviewKind::None;
      const Outcome outcome = lane.engine.make(run, stop_, [this](const Event& event) {
        if (std::holds_alternative<StepDone>(event)) sink_(event);
      });
      if (std::holds_alternative<Cancelled>(outcome)) throw Interrupted{};
      if (const auto* failed = std::get_if<Failed>(&outcome)) throw error_of(*failed);
      take(index, report_of(outcome));
      for (const std::size_t finished : node.finished) {
        const auto measured = seconds.find(waiting_[finished]);
        if (measured != seconds.end()) measured->second.push_back(seconds_of(index, report_of(outcome)));
      }
    }
    release_parent(index, lane.engine);
  }

  /// Of a picture that ends at that node, all of its way and its decoding.
  [[nodiscard]] double seconds_of(std::size_t node, const RunReport& report) const {
    double seconds = report.seconds.decode;
    for (const SegmentTime& segment : results_[node].segments) seconds += segment.seconds.value;
    return seconds;
  }

  PictureRun run_of(std::size_t index, const GridLane& lane) {
    const PrefixNode& node = forest_.nodes[index];
    PictureRun run;
    run.request = cells_[waiting_[node.cell]].request;
    if (!has_axis("pair")) copy_model_places(lane.models, run.request);
    run.settings = settings();
    run.preview = job_.base.preview;
    run.more_follow = true;
    if (node.parent && results_[*node.parent].state != 0) run.from = results_[*node.parent].state;
    if (node.finished.empty()) {
      run.until = node.end_step;
      run.keep = results_[index].state = new_state_numbers();
    }
    return run;
  }

  /// The way to a node, also where the lane no longer had the state that it was to start from.
  void take(std::size_t index, const RunReport& report) {
    const PrefixNode& node = forest_.nodes[index];
    const int own = node.end_evaluation.value - node.first_evaluation.value;
    const bool goes_on = node.parent && evaluations_of(report.segments) == own;
    results_[index].segments = goes_on ? results_[*node.parent].segments : std::vector<SegmentTime>{};
    append_segments(results_[index].segments, report.segments);
  }

  void finish_cell(std::size_t cell, std::size_t node, const RunReport& report, Engine& lane) {
    begin_cell(cell);
    tell(cell, StageChanged{Stage::Saving});
    MadePicture picture = *report.picture;
    if (cell != waiting_[forest_.nodes[node].cell]) {  // the same pixels under another ratio
      picture.request = lane.identify(cells_[cell].request, settings());
    }
    picture.made.seconds = seconds_per_denoiser(results_[node].segments);
    const double seconds = seconds_of(node, report);

    const std::lock_guard lock(mutex_);
    const fs::path file = saved_or_kept(cell_file_stem(job_.axes, cells_[cell].values), picture);
    begin_if_another(cell);
    sink_(ImageSaved{{ledger_.folder() / file, picture.request.seed, picture.image}});
    ledger_.save_cell(cell, file, seconds);
    ledger_.name_models(picture.request);
    ledger_.write();
  }

  /// A picture that cannot be saved fails its cell and stays in the report.
  fs::path saved_or_kept(const std::string& stem, const MadePicture& picture) {
    try {
      return write_free_name(stem, picture);
    } catch (...) {
      ledger_.keep_unsaved(picture);
      throw;
    }
  }

  [[nodiscard]] fs::path write_free_name(const std::string& stem, const MadePicture& picture) const {
    const std::vector<PictureText> texts = picture_texts(picture);
    for (int number = 1;; ++number) {
      fs::path name = number == 1 ? stem + ".png" : concat(stem, "_", number, ".png");
      if (write_new_png(ledger_.folder() / name, *picture.image, texts) == NewFile::Written) return name;
    }
  }

  void begin_cell(std::size_t cell) {
    const std::lock_guard lock(mutex_);
    told_ = cell;
    sink_(CellBegun{static_cast<int>(cell)});
  }

  /// Events of several lanes come in turns. The lock is held.
  void begin_if_another(std::size_t cell) {
    if (std::exchange(told_, cell) != cell) sink_(CellBegun{static_cast<int>(cell)});
  }

  void tell(std::size_t cell, const Event& event) {
    const std::lock_guard lock(mutex_);
    begin_if_another(cell);
    sink_(event);
  }

  void pass_on(std::size_t cell, const Event& event) {
    const std::lock_guard lock(mutex_);
    if (const auto* step = std::get_if<StepDone>(&event)) ledger_.count_evaluation(step->denoiser);
    begin_if_another(cell);
    events_->pass_on(event, cells_[cell].request.seed);
  }

  /// All pictures on one sheet, with what each cell is; failed cells stay blank.
  void write_composite() {
    const GridRecord& record = ledger_.record();
    const auto pictures = grid_pictures(ledger_.folder(), record);
    const bool none = std::all_of(pictures.begin(), pictures.end(), [](const auto& one) { return one == nullptr; });
    if (none) return;
    constexpr const char* kSheet = "grid.png";
    try {
      replace_file(ledger_.folder() / kSheet, figure_png(record, pictures));
      ledger_.set_composite(kSheet);
    } catch (const Error& problem) {  // the pictures are saved, and the sheet can be exported from them
      sink_(Warning{concat("The sheet of all pictures could not be written: ", problem.sentence())});
    }
  }

  const std::vector<Engine*>& lanes_;
  const GridJob& job_;
  const std::stop_token& stop_;
  const EventSink& sink_;
  PictureSkip* skip_;
  std::vector<GridCell> cells_;
  std::vector<std::optional<RunPlan>> plans_;  ///< one per cell; none: it failed
  std::vector<std::size_t> waiting_;           ///< the cells of the forest's indices
  PrefixForest forest_;

  std::mutex mutex_;  ///< of the sink and all that follows, while lanes run
  GridLedger ledger_;
  std::optional<JobEvents> events_;
  std::set<std::size_t> left_out_;  ///< cells that were skipped
  std::deque<Tree> trees_;          ///< that no lane has taken
  int trees_under_way_ = 0;
  std::condition_variable tree_ended_;
  std::vector<NodeResult> results_;        ///< one per node; a lane writes those of its tree
  std::optional<std::size_t> told_;        ///< the cell that the last event was of
  std::optional<EngineUnavailable> lost_;  ///< the lane that was lost last
  std::exception_ptr broken_;              ///< what ends the grid as a whole
};

}  // namespace

GridReport make_grid(Engine& engine, const GridJob& job, const std::stop_token& stop, const EventSink& sink) {
  return make_grid(std::vector<Engine*>{&engine}, job, stop, sink);
}

GridReport make_grid(const std::vector<Engine*>& lanes, const GridJob& job, const std::stop_token& stop,
                     const EventSink& sink, PictureSkip* skip) {
  GridRun grid(lanes, job, stop, sink, skip);
  try {
    grid.begin();
    grid.run();
    return grid.ledger().close(false);
  } catch (...) {
    const Outcome outcome = outcome_of(std::current_exception(), {});
    if (const auto* failed = std::get_if<Failed>(&outcome)) grid.ledger().fail_rest(error_of(*failed));
    return grid.ledger().close(std::holds_alternative<Cancelled>(outcome));
  }
}

}  // namespace tstitch
