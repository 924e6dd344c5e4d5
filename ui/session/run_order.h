#pragma once

#include <QtGlobal>
#include <string>
#include <variant>
#include <vector>

#include "core/engine/run_plan.h"
#include "core/jobs/job.h"
#include "ui/widgets/pass_counts.h"

namespace tstitch::ui {

/// The number of a job, one of its own over all sittings.
using RunId = quint64;

/// What a cell of a grid runs.
struct CellOrder {
  int small = 0;  ///< evaluations of the small denoiser
  int evaluations = 0;
  std::string note = {};   ///< whose picture it shares: "0 of 3, same as 0 %"
  PassCounts second = {};  ///< of its second pass
};

/// What is to be made, and what must be known of it when its events come: the controls may say something else by then.
struct RunOrder {
  std::variant<Job, GridJob> job;
  int small = 0;  ///< evaluations of the small denoiser in the first pass; of a grid see cells
  int evaluations = 0;
  MeasuredSeconds measured = {};
  std::vector<CellOrder> cells = {};    ///< one for each cell of a grid, as far as they are known
  PassCounts second = {};               ///< of the second pass; of a grid see cells
  MeasuredSeconds secondMeasured = {};  ///< at its size

  [[nodiscard]] bool isGrid() const { return std::holds_alternative<GridJob>(job); }
  [[nodiscard]] const GridJob& grid() const { return std::get<GridJob>(job); }
  /// The job of its pictures; of a grid what they have in common.
  [[nodiscard]] const Job& pictures() const { return isGrid() ? grid().base : std::get<Job>(job); }
  [[nodiscard]] int pictureCount() const {
    int count = pictures().count;
    if (!isGrid()) return count;
    for (const GridAxis& axis : grid().axes) count *= static_cast<int>(axis.values.size());
    return count;
  }
};

}  // namespace tstitch::ui
