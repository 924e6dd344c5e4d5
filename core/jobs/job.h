#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/outcome.h"
#include "core/engine/runner.h"
#include "core/engine/settings.h"
#include "core/trajectory/ratio_grid.h"

namespace tstitch {

/// Where pictures go, (app/cli/README.md, *Output*). Never part of the request.
struct OutputPlace {
  std::filesystem::path path = ".";  ///< a folder, a pattern with `[...]`, or one file
  bool metadata = true;
};

/// Tensors that come from or go to files, for exact comparisons (app/cli/README.md, *Output*).
struct TensorFiles {
  std::optional<std::filesystem::path> initial_latents;
  std::optional<std::filesystem::path> step_noise;
  std::optional<std::filesystem::path> save_latents;
  std::optional<std::filesystem::path> save_trajectory;
};

/// Pictures that are asked for together. `count` of them are own runs, seed + k; where there are `classes`, picture k
/// draws class k of them.
struct Job {
  GenerationRequest request;
  int count = 1;
  std::vector<int> classes;  ///< empty, or one per picture
  RunSettings settings;
  PreviewSettings preview;
  std::optional<std::filesystem::path> preview_folder;  ///< every due preview is written there, too
  OutputPlace output;
  TensorFiles tensors;
  std::optional<Made> expected;  ///< how the picture whose request this is was made; differences are warned about
  /// The states that the small denoiser reaches are kept under these numbers, kTrailNumbers of them for each picture.
  std::optional<StateTrail> trail = {};
  /// The first picture, where it was made before: it is saved as if it were made now.
  std::shared_ptr<const MadePicture> ready = {};
};

/// Beyond this a median says no more.
inline constexpr int kMostRepeats = 9;

/// Cells are those of grid_cells(). Pictures, `grid.json` and the composite go to `base.output.path`, a folder; what a
/// stopped grid left there is used again.
struct GridJob {
  Job base;
  std::vector<GridAxis> axes;
  std::string across = {};  ///< the axis that goes across where the grid is shown; see GridTable
  int repeats = 1;          ///< the seconds of a cell are the median of so many runs; its picture is the first one's
};

struct GridReport {
  std::vector<CellEnded> cells;
  std::vector<MadePicture> unsaved;  ///< of failed cells: they were made and could not be saved; bounded
  std::filesystem::path composite;
  std::map<DenoiserName, int> evaluations;  ///< really run, in all sittings
  int evaluations_alone = 0;                ///< of all cells that can be made, were each made on its own
  ExitCode first_failure = ExitCode::Done;  ///< of the first cell that failed
  bool cancelled = false;
};

}  // namespace tstitch
