#include "core/trajectory/ratio_grid.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/text.h"
#include "core/request/names.h"
#include "core/request/option_text.h"
#include "core/request/request_json.h"

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

bool is_called(const ModelReference& model, std::string_view name) {
  return model.name == name || std::filesystem::path(model.name).stem() == name;
}

/// `0.7` for all LoRAs, `style:0.7` for the one of that name.
void set_lora(GenerationRequest& request, const std::string& text) {
  if (request.loras.empty()) throw UsageError("There is no LoRA whose strength could differ.", {}, "Add one.");
  const std::size_t colon = text.rfind(':');
  const bool is_named = colon != std::string::npos;
  const std::string name(is_named ? trimmed(std::string_view(text).substr(0, colon)) : std::string_view());
  const double strength = parse_number(is_named ? text.substr(colon + 1) : text, "strength");
  bool found = false;
  for (LoraChoice& lora : request.loras) {
    if (is_named && !is_called(lora.model, name)) continue;
    lora.strength = strength;
    found = true;
  }
  if (!found) throw UsageError(concat("No LoRA of this run is called \"", name, "\"."));
}

void set_control(GenerationRequest& request, const std::string& text) {
  if (request.controls.empty()) throw UsageError("There is no control whose scale could differ.", {}, "Add one.");
  const double scale = parse_number(text, "scale");
  for (ControlChoice& control : request.controls) control.scale = scale;
}

void set_strength(GenerationRequest& request, const std::string& text) {
  if (!request.source) {
    throw UsageError("There is no source picture whose strength could differ.", {}, "Give one with --image.");
  }
  request.source->strength = parse_number(text, "strength");
}

/// What the values of an axis are: whole numbers also count as `a-b`, decimal ones only as `a..b`.
enum class AxisValues { Ratios, Whole, Decimal, Words };

/// What a value of that axis does to a request. A pair is looked up elsewhere.
struct AxisKind {
  std::string_view name;
  AxisValues values;
  void (*set)(GenerationRequest& request, const std::string& text);
};

constexpr std::array kAxes{
    AxisKind{"ratio", AxisValues::Ratios, set_ratio},      AxisKind{"seed", AxisValues::Whole, set_seed},
    AxisKind{"steps", AxisValues::Whole, set_steps},       AxisKind{"sampler", AxisValues::Words, set_sampler},
    AxisKind{"spacing", AxisValues::Words, set_spacing},   AxisKind{"guidance", AxisValues::Decimal, set_guidance},
    AxisKind{"prompt", AxisValues::Words, set_prompt},     AxisKind{"class", AxisValues::Whole, set_class},
    AxisKind{"pair", AxisValues::Words, nullptr},          AxisKind{"lora", AxisValues::Decimal, set_lora},
    AxisKind{"control", AxisValues::Decimal, set_control}, AxisKind{"strength", AxisValues::Decimal, set_strength}};

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

/// The parts of `0..100 (+10)`; the step is empty where none is written.
struct Range {
  std::string_view from, to, step;
};

std::optional<Range> range_in(std::string_view item, AxisValues values) {
  std::size_t at = item.find("..");
  std::size_t width = 2;
  if (at == std::string_view::npos && values == AxisValues::Whole) {
    at = item.find('-', 1);
    width = 1;
  }
  if (at == std::string_view::npos) return std::nullopt;
  Range range{trimmed(item.substr(0, at)), trimmed(item.substr(at + width)), {}};
  const std::size_t open = range.to.find('(');
  if (open == std::string_view::npos) return range;
  range.step = trimmed(range.to.substr(open));
  range.to = trimmed(range.to.substr(0, open));
  if (!range.step.ends_with(')')) throw UsageError(concat("A bracket is not closed in \"", item, "\"."));
  range.step = trimmed(range.step.substr(1, range.step.size() - 2));
  if (range.step.starts_with('+')) range.step.remove_prefix(1);
  return range;
}

std::string_view without_percent(std::string_view text) {
  return text.ends_with('%') ? trimmed(text.substr(0, text.size() - 1)) : text;
}

template <class Number>
Number range_number(std::string_view text, std::string_view item) {
  if (const auto number = read_number<Number>(text)) return *number;
  throw UsageError(concat("\"", item, "\" is no range; one is 0..100 (+10)."));
}

int decimals_of(std::string_view text) {
  const std::size_t point = text.find('.');
  return point == std::string_view::npos ? 0 : static_cast<int>(text.size() - point - 1);
}

/// Whole numbers are counted exactly, seeds up to the largest.
std::vector<std::string> whole_range(const Range& range, std::string_view item) {
  const auto from = range_number<std::uint64_t>(range.from, item), to = range_number<std::uint64_t>(range.to, item);
  const auto step = range.step.empty() ? 1 : range_number<std::uint64_t>(range.step, item);
  if (step == 0 || to < from) throw UsageError(concat("The range \"", item, "\" does not count up."));
  if ((to - from) / step >= kMostCells)
    throw UsageError(concat("\"", item, "\" has more than ", kMostCells, " values."));
  std::vector<std::string> values;
  for (std::uint64_t i = 0; i <= (to - from) / step; ++i) values.push_back(concat(from + i * step));
  return values;
}

/// Decimals come out with as many digits as were written, so that 0.1 stays 0.1.
std::vector<std::string> decimal_range(const Range& range, std::string_view item, const std::string& usual_step) {
  const std::string_view step_text = range.step.empty() ? std::string_view(usual_step) : without_percent(range.step);
  const std::string_view from_text = without_percent(range.from);
  const auto from = range_number<double>(from_text, item), to = range_number<double>(without_percent(range.to), item);
  const auto step = range_number<double>(step_text, item);
  if (!(step > 0) || to < from) throw UsageError(concat("The range \"", item, "\" does not count up."));
  const double count = std::floor((to - from) / step + 1e-9);
  if (count >= double(kMostCells)) throw UsageError(concat("\"", item, "\" has more than ", kMostCells, " values."));
  constexpr int kMostDecimals = 9;
  const int decimals = std::min(kMostDecimals, std::max(decimals_of(from_text), decimals_of(step_text)));
  std::vector<std::string> values;
  for (int i = 0; i <= static_cast<int>(count); ++i) values.push_back(fixed_text(from + i * step, decimals));
  return values;
}

std::vector<std::string> expanded(const std::string& item, AxisValues values, BareRatio bare) {
  const auto range = values == AxisValues::Words ? std::nullopt : range_in(item, values);
  if (!range) return {item};
  if (values == AxisValues::Whole) return whole_range(*range, item);
  const bool percents = item.find('%') != std::string::npos;
  const bool fractions = values == AxisValues::Ratios && !percents && bare == BareRatio::AsFraction;
  const std::string usual_step = values == AxisValues::Decimal ? "1" : fractions ? "0.1" : "10";
  std::vector<std::string> texts = decimal_range(*range, item, usual_step);
  if (values != AxisValues::Ratios || fractions) return texts;
  for (std::string& text : texts) text += '%';
  return texts;
}

std::vector<std::string> axis_values(const AxisKind& kind, std::string_view values, BareRatio bare) {
  std::vector<std::string> items;
  for (const std::string& item : split_csv(values)) {
    for (std::string& value : expanded(item, kind.values, bare)) items.push_back(std::move(value));
  }
  std::vector<std::string> texts;
  if (kind.name == "ratio") {
    const std::string list = join(items, ",");
    const bool percents = bare == BareRatio::AsPercent;
    for (const Percent ratio : percents ? parse_percent_list(list) : parse_ratio_list(list))
      texts.push_back(text_of(ratio));
  } else if (kind.name == "seed") {
    for (const std::uint64_t seed : parse_seed_list(join(items, ","))) texts.push_back(concat(seed));
  } else {
    texts = std::move(items);
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

void set_pair(GenerationRequest& request, const PairDenoisers& pair_denoisers, const std::string& name) {
  if (!pair_denoisers) throw UsageError("No pair is known here.");
  request.denoisers = pair_denoisers(name);
}

/// Every cell once for each value of the axis.
std::vector<GridCell> extended(const std::vector<GridCell>& cells, const GridAxis& axis,
                               const PairDenoisers& pair_denoisers) {
  const AxisKind& kind = axis_named(axis.name);
  std::vector<GridCell> longer;
  longer.reserve(cells.size() * axis.values.size());
  for (const GridCell& cell : cells) {
    for (const std::string& value : axis.values) {
      longer.push_back(cell);
      longer.back().values.push_back(value);
      GenerationRequest& request = longer.back().request;
      kind.set == nullptr ? set_pair(request, pair_denoisers, value) : kind.set(request, value);
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

GridAxis parse_axis(const std::string& name, std::string_view values, BareRatio bare) {
  const AxisKind& kind = axis_named(name);
  return with_axis(name, [&] { return GridAxis{name, axis_values(kind, values, bare)}; });
}

std::vector<GridCell> grid_cells(const GenerationRequest& base, const std::vector<GridAxis>& axes,
                                 const PairDenoisers& pair_denoisers) {
  require_axes(axes);
  std::vector<GridCell> cells{{{}, base}};
  for (const GridAxis& axis : axes) {
    cells = with_axis(axis.name, [&] { return extended(cells, axis, pair_denoisers); });
  }
  for (const GridCell& cell : cells) require_valid(cell.request);
  return cells;
}

std::vector<GridCell> grid_cells(const GenerationRequest& base, const std::vector<GridAxis>& axes) {
  return grid_cells(base, axes, {});
}

std::vector<std::optional<std::size_t>> equal_cells(const std::vector<GridCell>& cells,
                                                    const std::vector<std::string>& splits) {
  std::map<std::string, std::size_t> first;
  std::vector<std::optional<std::size_t>> equal(cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (splits[i].empty()) continue;
    GenerationRequest rest = cells[i].request;
    rest.split = RatioSplit{};
    const auto [found, is_new] = first.emplace(to_json(rest, RequestForm::Local) + splits[i], i);
    if (!is_new) equal[i] = found->second;
  }
  return equal;
}

}  // namespace tstitch
