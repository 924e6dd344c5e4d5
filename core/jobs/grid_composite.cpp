#include "core/jobs/grid_composite.h"

#include <algorithm>

#include "core/base/number_text.h"
#include "core/image/compose_grid.h"

namespace tstitch {

namespace {

std::string seconds_text(const CellRecord& cell) {
  if (cell.state != CellState::Saved) return cell.state == CellState::Failed ? "failed" : "";
  return fixed_text(cell.seconds, 2) + " s";
}

/// One label per row: the values of all axes but the last.
std::vector<std::string> row_labels(const std::vector<GridAxis>& axes, const std::vector<CellRecord>& cells,
                                    std::size_t columns) {
  const std::vector<GridAxis> down(axes.begin(), axes.end() - 1);
  std::vector<std::string> rows;
  for (std::size_t first = 0; first < cells.size(); first += columns) {
    const auto& values = cells[first].values;
    rows.push_back(cell_label(down, {values.begin(), values.end() - 1}));
  }
  return rows;
}

}  // namespace

std::optional<Image> grid_composite(const std::vector<GridAxis>& axes, const std::vector<CellRecord>& cells,
                                    const std::vector<std::shared_ptr<const Image>>& pictures) {
  if (std::all_of(pictures.begin(), pictures.end(), [](const auto& picture) { return picture == nullptr; })) {
    return std::nullopt;
  }
  GridSheet sheet;
  for (const std::string& value : axes.back().values) sheet.columns.push_back(cell_label({axes.back()}, {value}));
  sheet.rows = row_labels(axes, cells, axes.back().values.size());
  sheet.cells = pictures;
  for (const CellRecord& cell : cells) sheet.captions.push_back(seconds_text(cell));
  return compose_grid(sheet);
}

}  // namespace tstitch
