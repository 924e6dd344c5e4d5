#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/trajectory/ratio_grid.h"

namespace tstitch {

/// The cells of a grid as rows and columns: one axis across, all others down, the first of them slowest. Cells are
/// numbered as grid_cells() has them.
class GridTable {
 public:
  GridTable() = default;
  /// `across` is the name of the axis that goes across; where it is none of them, the ratios do, or else the last axis.
  GridTable(std::vector<GridAxis> axes, const std::string& across);

  [[nodiscard]] const std::vector<GridAxis>& axes() const { return axes_; }
  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t columns() const { return axes_.empty() ? 0 : axes_[across_].values.size(); }
  [[nodiscard]] std::size_t cells() const { return rows_ * columns(); }
  [[nodiscard]] std::size_t cell(std::size_t row, std::size_t column) const;
  /// Its row and its column.
  [[nodiscard]] std::pair<std::size_t, std::size_t> place(std::size_t cell) const;

  /// Names and values that a cell has, the axis across first.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> values(std::size_t cell) const;
  /// The same without the axis across; empty where there is only that one.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> row_values(std::size_t row) const;
  [[nodiscard]] std::pair<std::string, std::string> column_value(std::size_t column) const;

  /// The cell that differs from this one by the ratio 0 % alone, itself where it has that; nothing where there is none.
  [[nodiscard]] std::optional<std::size_t> all_large(std::size_t cell) const;
  /// The place of a cell's ratio among the ratios; nothing without such an axis.
  [[nodiscard]] std::optional<std::size_t> ratio_of(std::size_t cell) const;
  [[nodiscard]] const GridAxis* ratios() const;

 private:
  [[nodiscard]] std::vector<std::size_t> digits(std::size_t cell) const;
  [[nodiscard]] std::size_t number(const std::vector<std::size_t>& digits) const;

  std::vector<GridAxis> axes_;
  std::size_t across_ = 0;
  std::size_t rows_ = 0;
};

}  // namespace tstitch
