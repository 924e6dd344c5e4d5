#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/request/generation_request.h"

namespace tstitch {

/// One axis of a grid: `ratio`, `seed`, `steps`, `sampler`, `spacing`, `guidance`, `prompt`, `class`, `pair`, `lora`,
/// `control`, `strength`, with its values as the user wrote them: `40%`, `7`, `euler-a`; a prompt is `old=>new`
/// (replaced wherever `old` stands) or a whole text; `lora` is the strength of the LoRAs, or `NAME:W` that of one;
/// `control` is the scale of the controls, `strength` that of the source picture.
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

/// What a bare number means on an axis of ratios: a fraction as on the command line, or a percent as in the window.
enum class BareRatio { AsFraction, AsPercent };

/// `ratio=0,20%,40%`, `seed=3,4,7-9`, `guidance=2..8 (+1.5)`, `prompt="a fox, red",a cat`: a comma list; quotes as in
/// CSV keep a comma. `a..b (+step)` counts up from a to b, without a step by 1 and ratios by 10 %; whole numbers also
/// take `a-b`. Values of ranges, ratios and seeds come out one by one in their written form. Throws UsageError that
/// names the axis.
GridAxis parse_axis(std::string_view text);

/// The same from a name and a list.
GridAxis parse_axis(const std::string& name, std::string_view values, BareRatio bare = BareRatio::AsFraction);

/// What a pair of that name runs with; throws UsageError for a name that nobody knows.
using PairDenoisers = std::function<std::vector<DenoiserChoice>(const std::string& name)>;

/// One request and the axes -> cells, row-major, the first axis slowest. A ratio axis replaces explicit segments and
/// keeps the rule. Throws UsageError that names the axis and the value for an unknown or repeated axis, an empty one, a
/// value that does not parse, a prompt part that is not there, a weight without anything to weigh, an invalid cell, and
/// beyond kMostCells.
std::vector<GridCell> grid_cells(const GenerationRequest& base, const std::vector<GridAxis>& axes,
                                 const PairDenoisers& pair_denoisers);
std::vector<GridCell> grid_cells(const GenerationRequest& base, const std::vector<GridAxis>& axes);

/// For each cell the first earlier one that makes the same picture: its request differs in the split at most, and
/// `splits` (who answers which evaluations, one text a cell) are equal. Nothing for the first of its kind; a cell whose
/// split is empty is like no other.
std::vector<std::optional<std::size_t>> equal_cells(const std::vector<GridCell>& cells,
                                                    const std::vector<std::string>& splits);

}  // namespace tstitch
