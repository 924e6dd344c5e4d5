#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/event.h"
#include "core/trajectory/ratio_grid.h"

namespace tstitch {

enum class CellState { Waiting, Saved, Failed };

/// One cell as `grid.json` tells it.
struct CellRecord {
  std::vector<std::string> values;  ///< one per axis
  CellState state = CellState::Waiting;
  std::filesystem::path file;  ///< name within the folder
  double seconds = 0;
  std::string error;
  std::string note = {};  ///< "0 of 3, same as 0 %": whose picture it shares
};

/// `grid.json` of a grid's folder: what its cells are, what was made, what was really run in all sittings.
struct GridRecord {
  std::vector<GridAxis> axes;
  std::vector<CellRecord> cells;
  std::map<DenoiserName, int> evaluations;
  std::string composite;
  std::string across;                        ///< see GridTable
  std::optional<GenerationRequest> request;  ///< what the cells have in common; grids of 0.1.0 did not say
};

/// What an earlier sitting left; empty when there is none or it cannot be read.
GridRecord read_grid_record(const std::filesystem::path& folder);

/// Rewrites the file in one step.
void write_grid_record(const std::filesystem::path& folder, const GridRecord& record);

/// "ratio-40%_seed-3": the name of a cell's file without its ending, safe on every system.
std::string cell_file_stem(const std::vector<GridAxis>& axes, const std::vector<std::string>& values);

/// "40 %", "seed 3", "prompt "3d fox"": what a person reads.
std::string axis_label(const std::string& axis, const std::string& value);

}  // namespace tstitch
