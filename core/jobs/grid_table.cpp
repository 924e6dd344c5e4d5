#include "core/jobs/grid_table.h"

#include <algorithm>

namespace tstitch {

namespace {

constexpr const char* kRatio = "ratio";

std::optional<std::size_t> axis_called(const std::vector<GridAxis>& axes, const std::string& name) {
  const auto found = std::find_if(axes.begin(), axes.end(), [&](const GridAxis& axis) { return axis.name == name; });
  return found == axes.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - axes.begin()));
}

}  // namespace

GridTable::GridTable(std::vector<GridAxis> axes, const std::string& across) : axes_(std::move(axes)) {
  if (axes_.empty()) return;
  const auto named = axis_called(axes_, across);
  across_ = named ? *named : axis_called(axes_, kRatio).value_or(axes_.size() - 1);
  rows_ = 1;
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    if (i != across_) rows_ *= axes_[i].values.size();
  }
}

std::vector<std::size_t> GridTable::digits(std::size_t cell) const {
  std::vector<std::size_t> digits(axes_.size());
  for (std::size_t i = axes_.size(); i-- > 0;) {
    digits[i] = cell % axes_[i].values.size();
    cell /= axes_[i].values.size();
  }
  return digits;
}

std::size_t GridTable::number(const std::vector<std::size_t>& digits) const {
  std::size_t cell = 0;
  for (std::size_t i = 0; i < axes_.size(); ++i) cell = cell * axes_[i].values.size() + digits[i];
  return cell;
}

std::size_t GridTable::cell(std::size_t row, std::size_t column) const {
  std::vector<std::size_t> digits(axes_.size());
  for (std::size_t i = axes_.size(); i-- > 0;) {
    if (i == across_) continue;
    digits[i] = row % axes_[i].values.size();
    row /= axes_[i].values.size();
  }
  digits[across_] = column;
  return number(digits);
}

std::pair<std::size_t, std::size_t> GridTable::place(std::size_t cell) const {
  const std::vector<std::size_t> at = digits(cell);
  std::size_t row = 0;
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    if (i != across_) row = row * axes_[i].values.size() + at[i];
  }
  return {row, at.empty() ? 0 : at[across_]};
}

std::vector<std::pair<std::string, std::string>> GridTable::values(std::size_t cell) const {
  const auto [row, column] = place(cell);
  std::vector<std::pair<std::string, std::string>> values = row_values(row);
  values.insert(values.begin(), column_value(column));
  return values;
}

std::vector<std::pair<std::string, std::string>> GridTable::row_values(std::size_t row) const {
  const std::vector<std::size_t> at = digits(cell(row, 0));
  std::vector<std::pair<std::string, std::string>> values;
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    if (i != across_) values.emplace_back(axes_[i].name, axes_[i].values[at[i]]);
  }
  return values;
}

std::pair<std::string, std::string> GridTable::column_value(std::size_t column) const {
  return {axes_[across_].name, axes_[across_].values[column]};
}

std::optional<std::size_t> GridTable::all_large(std::size_t cell) const {
  const auto axis = axis_called(axes_, kRatio);
  if (!axis) return std::nullopt;
  const std::vector<std::string>& values = axes_[*axis].values;
  const auto zero = std::find(values.begin(), values.end(), "0%");
  if (zero == values.end()) return std::nullopt;
  std::vector<std::size_t> at = digits(cell);
  at[*axis] = static_cast<std::size_t>(zero - values.begin());
  return number(at);
}

std::optional<std::size_t> GridTable::ratio_of(std::size_t cell) const {
  const auto axis = axis_called(axes_, kRatio);
  return axis ? std::optional(digits(cell)[*axis]) : std::nullopt;
}

const GridAxis* GridTable::ratios() const {
  const auto axis = axis_called(axes_, kRatio);
  return axis ? &axes_[*axis] : nullptr;
}

}  // namespace tstitch
