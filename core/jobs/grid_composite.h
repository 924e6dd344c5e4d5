#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/base/image.h"
#include "core/jobs/grid_files.h"

namespace tstitch {

/// All cells on one labelled sheet: the last axis across, the others down. `pictures` runs in parallel with `cells`;
/// cells without one stay blank. Nothing when no cell has a picture.
std::optional<Image> grid_composite(const std::vector<GridAxis>& axes, const std::vector<CellRecord>& cells,
                                    const std::vector<std::shared_ptr<const Image>>& pictures);

}  // namespace tstitch
