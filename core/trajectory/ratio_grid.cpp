#include "core/trajectory/ratio_grid.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/request/names.h"
#include "core/request/option_text.h"

namespace tstitch {

namespace {

constexpr std::string_view kArrow = "=>";

void set_ratio(GenerationRequest& request, const std::string& text) {
  const auto* split = std::get_if<RatioSplit>(&request.split);
  request.split = RatioSplit{{parse_ratio(text)}, split == nullptr ? SplitRule::Floor : split->rule};
}

void set_seed(GenerationRequest& request, const std::string& text) {
  request.seed = parse_seed(text);
}

void set_steps(GenerationRequest& request, const std::string& text) {
  request.steps = parse_whole_number(text, "steps");
}

void set_sampler(GenerationRequest& request, const std::string& text) {
  request.sampler = parse_choice<SamplerKind>(text);
}

void set_spacing(GenerationRequest& request, const std::string& text) {
  request.spacing = parse_choice<Spacing>(text);
}

void set_guidance(GenerationRequest& request, const std::string& text) {
  request.guidance_scale = parse_number(text, "guidance");
}

void set_class(GenerationRequest& request, const std::string& text) {
  request.class_label = parse_whole_number(text, "class");
}

void set_prompt(GenerationRequest& request, const std::string& text) {
  const std::size_t arrow = text.find(kArrow);
  if (arrow == std::string::npos) {
    request.prompt = text;
    return;
  }
  const std::string from = text.substr(0, arrow);
  const std::string to = text.substr(arrow + kArrow.size());
  std::size_t at = from.empty() ? std::string::npos : request.prompt.find(from);
  if (at == std::string::npos) throw UsageError(concat("\"", from, "\" does not occur in the prompt."));
  while (at != std::string::npos) {
    request.prompt.replace(at, from.size(), to);
    at = request.prompt.find(from, at + to.size());
  }
}

/// What a value of that axis does to a request.
struct AxisKind {
  std::string_view name;
  void (*set)(GenerationRequest& request, const std::string& text);
};

constexpr std::array kAxes{AxisKind{"ratio", set_ratio},     AxisKind{"seed", set_seed},
                           AxisKind{"steps", set_steps},     AxisKind{"sampler", set_sampler},
                           AxisKind{"spacing", set_spacing}, AxisKind{"guidance", set_guidance},
                           AxisKind{"class", set_class},     AxisKind{"prompt", set_prompt}};

const AxisKind& axis_named(std::string_view name) {
  for (const AxisKind& axis : kAxes) {
    if (axis.name == name) return axis;
  }
  const auto names = axis_names();
  throw UsageError(concat("\"", name, "\" is no axis; there are ", join({names.begin(), names.end()}, ", "), "."));
}

/// Commas separate; a part in double quotes keeps its commas, two quotes in it are one.
std::vector<std::string> split_csv(std::string_view text) {
  std::vector<std::string> values(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"' && quoted && i + 1 < text.size() && text[i + 1] == '"') {
      values.back() += text[++i];
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == ',' && !quoted) {
      values.emplace_back();
    } else {
      values.back() += text[i];
    }
  }
  if (quoted) throw UsageError(concat("A quote is not closed in ", text, "."));
  for (std::string& value : values) value = std::string(trimmed(value));
  return values;
}

std::vector<std::string> axis_values(std::string_view name, std::string_view values) {
  std::vector<std::string> texts;
  if (name == "ratio") {
    for (const Percent ratio : parse_ratio_list(values)) texts.push_back(text_of(ratio));
  } else if (name == "seed") {
    for (const std::uint64_t seed : parse_seed_list(values)) texts.push_back(concat(seed));
  } else {
    texts = split_csv(values);
  }
  return texts;
}

/// Runs `work` and gives a UsageError of it the place "axis NAME".
template <class Work>
auto with_axis(std::string_view name, Work work) {
  try {
    return work();
  } catch (const UsageError& error) {
    throw UsageError(error.what(), concat("axis ", name), error.hint());
  }
}

void require_axes(const std::vector<GridAxis>& axes) {
  std::set<std::string> seen;
  std::size_t cells = 1;
  for (const GridAxis& axis : axes) {
    axis_named(axis.name);
    const std::string place = "axis " + axis.name;
    if (!seen.insert(axis.name).second) throw UsageError("The axis is given twice.", place);
    if (axis.values.empty()) throw UsageError("The axis has no values.", place);
    if (axis.values.size() > kMostCells / cells)
      throw UsageError(concat("The grid has more than ", kMostCells, " cells."));
    cells *= axis.values.size();
  }
}

/// Every cell once for each value of the axis.
std::vector<GridCell> extended(const std::vector<GridCell>& cells, const GridAxis& axis) {
  const AxisKind& kind = axis_named(axis.name);
  std::vector<GridCell> longer;
  longer.reserve(cells.size() * axis.values.size());
  for (const GridCell& cell : cells) {
    for (const std::string& value : axis.values) {
      longer.push_back(cell);
      longer.back().values.push_back(value);
      kind.set(longer.back().request, value);
    }
  }
  return longer;
}

}  // namespace

std::vector<std::string_view> axis_names() {
  std::vector<std::string_view> names;
  names.reserve(kAxes.size());
  for (const AxisKind& axis : kAxes) names.push_back(axis.name);
  return names;
}

GridAxis parse_axis(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) {
    throw UsageError(concat("An axis is NAME=VALUES, such as seed=3,4,7-9, got \"", text, "\"."));
  }
  return parse_axis(std::string(trimmed(text.substr(0, equals))), text.substr(equals + 1));
}

GridAxis parse_axis(const std::string& name, std::string_view values) {
  axis_named(name);
  return with_axis(name, [&] { return GridAxis{name, axis_values(name, values)}; });
}

std::vector<GridCell> grid_cells(const GenerationRequest& base, const std::vector<GridAxis>& axes) {
  require_axes(axes);
  std::vector<GridCell> cells{{{}, base}};
  for (const GridAxis& axis : axes) cells = with_axis(axis.name, [&] { return extended(cells, axis); });
  for (const GridCell& cell : cells) require_valid(cell.request);
  return cells;
}

}  // namespace tstitch
