#include "ui/run/grid_counts.h"

#include <map>
#include <tuple>

#include "core/base/text.h"
#include "core/jobs/grid_files.h"
#include "core/trajectory/prefix_forest.h"
#include "ui/generate/split_choice.h"

namespace tstitch::ui {
namespace {

int smallCount(const GenerationRequest& request, const RunShape& shape) {
  if (const auto* segments = std::get_if<SegmentSplit>(&request.split)) {
    int count = 0;
    for (const Segment& segment : segments->segments) count += segment.denoiser == "small" ? segment.evaluations : 0;
    return count;
  }
  const auto& ratio = std::get<RatioSplit>(request.split);
  SplitChoice choice;
  choice.setShape(shape);
  choice.setRule(ratio.rule);
  choice.setPercent(ratio.shares.empty() ? 0 : ratio.shares.front().value);
  return choice.smallCount();
}

/// What the other cell has where this one differs: "0 %".
std::string differingLabel(const WantedGrid& grid, std::size_t cell, std::size_t other) {
  std::vector<std::string> labels;
  for (std::size_t i = 0; i < grid.axes.size(); ++i) {
    const std::string& value = grid.cells[other].values[i];
    if (value != grid.cells[cell].values[i]) labels.push_back(axis_label(grid.axes[i].name, value));
  }
  return join(labels, ", ");
}

Trajectory trajectoryOf(const CellOrder& order) {
  Trajectory trajectory;
  trajectory.schedule.evaluations.resize(static_cast<std::size_t>(order.evaluations));
  for (int i = 0; i < order.evaluations; ++i) {
    trajectory.schedule.evaluations[static_cast<std::size_t>(i)].step = StepIndex{i};
  }
  if (order.small > 0) trajectory.segments.push_back({"small", order.small});
  if (order.small < order.evaluations) trajectory.segments.push_back({"large", order.evaluations - order.small});
  return trajectory;
}

}  // namespace

std::vector<CellOrder> cellOrders(const WantedGrid& grid, const ShapeOf& shapeOf) {
  std::vector<CellOrder> orders;
  std::vector<std::string> splits;
  std::map<std::tuple<SamplerKind, Spacing, int, double>, CellShape> shapes;
  for (const auto& cell : grid.cells) {
    const double strength = cell.request.source ? cell.request.source->strength : 1;
    const auto key = std::make_tuple(cell.request.sampler, cell.request.spacing, cell.request.steps, strength);
    auto known = shapes.find(key);
    if (known == shapes.end()) known = shapes.emplace(key, shapeOf(cell.request)).first;
    const auto& [shape, second] = known->second;
    CellOrder order{smallCount(cell.request, shape), shape.evaluations};
    if (second) order.second = secondCounts(*second, cell.request.split);
    const bool isRatio = std::holds_alternative<RatioSplit>(cell.request.split);
    splits.push_back(isRatio ? concat(order.small, '/', order.evaluations, ' ', order.second.small) : std::string());
    orders.push_back(std::move(order));
  }
  const auto equal = equal_cells(grid.cells, splits);
  for (std::size_t i = 0; i < orders.size(); ++i) {
    if (!equal[i]) continue;
    orders[i].note =
        concat(orders[i].small, " of ", orders[i].evaluations, ", same as ", differingLabel(grid, i, *equal[i]));
  }
  return orders;
}

std::optional<double> secondsOf(const WantedGrid& grid, const std::vector<CellOrder>& orders,
                                const MeasuredSeconds& measured, const MeasuredSeconds& second) {
  std::vector<GenerationRequest> requests;
  std::vector<Trajectory> trajectories;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    if (orders[i].evaluations <= 0) return std::nullopt;
    requests.push_back(grid.cells[i].request);
    trajectories.push_back(trajectoryOf(orders[i]));
  }
  double seconds = static_cast<double>(orders.size()) * measured.decode.value_or(0);
  for (const CellOrder& order : orders) {
    if (order.second.evaluations == 0 || !order.note.empty()) continue;
    const auto own = predict(second, order.second.small, order.second.evaluations);
    if (!own) return std::nullopt;
    seconds += own->seconds;
  }
  for (const auto& [name, count] : run_evaluations(share_prefixes(requests, trajectories), trajectories)) {
    const auto each = measured.evaluation.find(name);
    if (count > 0 && each == measured.evaluation.end()) return std::nullopt;
    if (count > 0) seconds += count * each->second;
  }
  return seconds;
}

}  // namespace tstitch::ui
