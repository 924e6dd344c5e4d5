#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/request/generation_request.h"

namespace tstitch {

/// One axis of a grid: `ratio`, `seed`, `steps`, `sampler`, `spacing`, `guidance`, `class`, `prompt`, with its values
/// as the user wrote them: `40%`, `7`, `euler-a`; a prompt is `old=>new` (replaced wherever `old` stands) or a whole
/// text.
struct GridAxis {
  std::string name;
  std::vector<std::string> values;
  friend bool operator==(const GridAxis&, const GridAxis&) = default;
};

/// A picture of a grid: the value it has on each axis, and all that makes it.
struct GridCell {
  std::vector<std::string> values;
  GenerationRequest request;
};

/// The most pictures that one grid may have.
inline constexpr std::size_t kMostCells = 10000;

/// The names that an axis may have.
std::vector<std::string_view> axis_names();

/// `ratio=0,20%,40%`, `seed=3,4,7-9`, `prompt="a fox, red",a cat`: a comma list; quotes as in CSV keep a comma. Ratios
/// and seeds come out one by one in their written form. Throws UsageError that names the axis.
GridAxis parse_axis(std::string_view text);

/// The same from a name and a list.
GridAxis parse_axis(const std::string& name, std::string_view values);

/// One request and the axes -> cells, row-major, the first axis slowest. A ratio axis replaces explicit segments and
/// keeps the rule. Throws UsageError that names the axis and the value for an unknown or repeated axis, an empty one, a
/// value that does not parse, a prompt part that is not there, an invalid cell, and beyond kMostCells.
std::vector<GridCell> grid_cells(const GenerationRequest& base, const std::vector<GridAxis>& axes);

}  // namespace tstitch
