#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/jobs/grid_files.h"
#include "core/jobs/job.h"

namespace tstitch {

/// What became of the cells of a grid: its folder's `grid.json`, the report of this sitting and the events, which
/// always say the same. `sink` must outlive it.
class GridLedger {
 public:
  explicit GridLedger(const EventSink& sink) : sink_(sink) {}

  /// The grid's cells, all of them waiting. Writes nothing.
  void begin(const std::filesystem::path& folder, const GridJob& job, const std::vector<GridCell>& cells);
  /// Evaluations of earlier sittings; the denoisers of this one are there with 0 at least.
  void carry_over(const std::map<DenoiserName, int>& evaluations, const std::vector<DenoiserChoice>& denoisers);

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] const GridRecord& record() const { return record_; }
  [[nodiscard]] const std::vector<CellRecord>& cells() const { return record_.cells; }
  [[nodiscard]] bool waits(std::size_t cell) const { return record_.cells[cell].state == CellState::Waiting; }
  [[nodiscard]] std::vector<std::size_t> waiting() const;

  void count_evaluation(const DenoiserName& denoiser) { record_.evaluations[denoiser] += 1; }
  void note(std::size_t cell, const std::string& text) { record_.cells[cell].note = text; }
  /// `file` is a name within the folder.
  void save_cell(std::size_t cell, const std::filesystem::path& file, double seconds);
  void fail_cell(std::size_t cell, const Error& error);
  /// A picture of a cell that fails since it cannot be saved, for whoever asked to offer it again.
  void keep_unsaved(MadePicture picture);
  /// The same reason for every cell that has no ending yet; for the grid as a whole where it has no cells.
  void fail_rest(const Error& error);
  void set_composite(const std::string& file);
  void set_evaluations_alone(int count) { report_.evaluations_alone = count; }
  /// The models by the hashes with which a picture of the grid was made.
  void name_models(const GenerationRequest& made);

  /// Rewrites `grid.json`.
  void write() const { write_grid_record(folder_, record_); }
  /// The last word: `grid.json` where the folder exists, and the report. Where it cannot be written and nothing else
  /// failed, the last cell says so.
  [[nodiscard]] GridReport close(bool cancelled);

 private:
  const EventSink& sink_;
  std::filesystem::path folder_;
  GridRecord record_;
  GridReport report_;
};

}  // namespace tstitch
