#include "core/jobs/grid_ledger.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace tstitch {
namespace fs = std::filesystem;

void GridLedger::begin(const fs::path& folder, const GridJob& job, const std::vector<GridCell>& cells) {
  folder_ = folder;
  record_.axes = job.axes;
  record_.across = job.across;
  record_.request = job.base.request;
  report_.cells.resize(cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    report_.cells[i].cell = static_cast<int>(i);
    record_.cells.push_back({cells[i].values, CellState::Waiting, {}, 0, {}});
  }
}

void GridLedger::name_models(const GenerationRequest& made) {
  GenerationRequest& request = *record_.request;
  const auto is_named = [](const DenoiserChoice& choice) { return !choice.model.files.empty(); };
  if (std::all_of(request.denoisers.begin(), request.denoisers.end(), is_named)) return;
  const auto take = [](auto& to, const auto& from) {
    for (std::size_t i = 0; i < to.size() && i < from.size(); ++i) to[i].model = from[i].model;
  };
  take(request.denoisers, made.denoisers);
  take(request.controls, made.controls);
  take(request.loras, made.loras);
  take(request.embeddings, made.embeddings);
  if (request.vae) request.vae = made.vae;
  if (request.source && made.source) {
    request.source->picture = made.source->picture;
    request.source->mask = made.source->mask;
  }
  for (std::size_t i = 0; i < request.controls.size() && i < made.controls.size(); ++i) {
    request.controls[i].picture = made.controls[i].picture;
    request.controls[i].annotator = made.controls[i].annotator;
  }
}

void GridLedger::carry_over(const std::map<DenoiserName, int>& evaluations,
                            const std::vector<DenoiserChoice>& denoisers) {
  record_.evaluations = evaluations;
  for (const DenoiserChoice& choice : denoisers) record_.evaluations.try_emplace(choice.name, 0);
}

std::vector<std::size_t> GridLedger::waiting() const {
  std::vector<std::size_t> cells;
  for (std::size_t i = 0; i < record_.cells.size(); ++i) {
    if (waits(i)) cells.push_back(i);
  }
  return cells;
}

void GridLedger::save_cell(std::size_t cell, const fs::path& file, double seconds) {
  CellRecord& record = record_.cells[cell];
  record.state = CellState::Saved;
  record.file = file;
  record.seconds = seconds;
  report_.cells[cell] = {static_cast<int>(cell), folder_ / file, Seconds{seconds}, {}};
  sink_(report_.cells[cell]);
}

void GridLedger::fail_cell(std::size_t cell, const Error& error) {
  if (report_.first_failure == ExitCode::Done) report_.first_failure = error.code();
  if (cell < record_.cells.size()) {
    record_.cells[cell].state = CellState::Failed;
    record_.cells[cell].error = error.sentence();
  }
  report_.cells[cell].error = error.sentence();
  sink_(report_.cells[cell]);
}

void GridLedger::keep_unsaved(MadePicture picture) {
  constexpr std::size_t kMost = 64;  // of a disk that stays full the others can be made again
  if (report_.unsaved.size() < kMost) report_.unsaved.push_back(std::move(picture));
}

void GridLedger::fail_rest(const Error& error) {
  if (report_.cells.empty()) report_.cells.resize(1);
  for (std::size_t i = 0; i < report_.cells.size(); ++i) {
    if (report_.cells[i].file.empty() && report_.cells[i].error.empty()) fail_cell(i, error);
  }
}

void GridLedger::set_composite(const std::string& file) {
  record_.composite = file;
  report_.composite = folder_ / file;
}

GridReport GridLedger::close(bool cancelled) {
  report_.cancelled = cancelled;
  report_.evaluations = record_.evaluations;
  std::error_code ignored;
  try {
    if (!folder_.empty() && fs::is_directory(folder_, ignored)) write();
  } catch (const Error& error) {
    if (report_.first_failure == ExitCode::Done && !report_.cells.empty()) fail_cell(report_.cells.size() - 1, error);
  }
  return std::move(report_);
}

}  // namespace tstitch
