#include "core/trajectory/prefix_forest.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "core/base/check.h"
#include "core/request/request_json.h"

namespace tstitch {

namespace {

using Cells = std::vector<std::size_t>;

/// Who answers one evaluation, how guided and to which text of its own; equal answers on an equal state give an equal
/// state. Words that change along the run are the same for all cells of a group.
using Answer = std::tuple<DenoiserName, std::optional<double>, std::optional<std::string>>;
using Step = std::vector<Answer>;

/// The trajectory step by step.
std::vector<Step> steps_of(const Trajectory& trajectory) {
  std::vector<Step> steps;
  int previous = -1;
  for (int i = 0; i < trajectory.evaluations(); ++i) {
    const int step = trajectory.schedule.evaluations[static_cast<std::size_t>(i)].step.value;
    if (step != previous) steps.emplace_back();
    previous = step;
    const Segment& segment = trajectory.segment_at(EvaluationIndex{i});
    steps.back().emplace_back(segment.denoiser, segment.guidance, segment.prompt);
  }
  return steps;
}

/// What two cells must have in common to share anything: all but the split.
std::string group_key(GenerationRequest request) {
  request.split = RatioSplit{};
  return to_json(request);
}

/// Splits cells by what they have in common, in order of first appearance.
template <class Key>
std::vector<Cells> partition(const Cells& cells, Key key) {
  std::vector<Cells> parts;
  std::map<decltype(key(std::size_t{})), std::size_t> known;
  for (const std::size_t cell : cells) {
    const auto [found, is_new] = known.try_emplace(key(cell), parts.size());
    if (is_new) parts.emplace_back();
    parts[found->second].push_back(cell);
  }
  return parts;
}

class Builder {
 public:
  explicit Builder(const std::vector<Trajectory>& trajectories) {
    for (const Trajectory& trajectory : trajectories) steps_.push_back(steps_of(trajectory));
  }

  /// The cells agree on everything before step `begin`, where they may part.
  void branch(const Cells& cells, std::size_t begin, std::optional<std::size_t> parent) {
    std::vector<Cells> parts = partition(cells, [&](std::size_t cell) { return steps_[cell][begin]; });
    std::stable_sort(parts.begin(), parts.end(), [](const Cells& a, const Cells& b) { return a.size() < b.size(); });
    for (const Cells& part : parts) run(part, begin, parent);
  }

  PrefixForest take() { return std::move(forest_); }

 private:
  /// The cells agree on step `begin`; runs on for as long as they do.
  void run(const Cells& cells, std::size_t begin, std::optional<std::size_t> parent) {
    const std::vector<Step>& steps = steps_[cells.front()];
    std::size_t end = begin + 1;
    const auto agree = [&](std::size_t cell) { return steps_[cell][end] == steps[end]; };
    while (end < steps.size() && std::all_of(cells.begin(), cells.end(), agree)) ++end;

    const std::size_t node = add_node(cells.front(), begin, end, parent);
    if (end == steps.size()) {
      forest_.nodes[node].finished = cells;
    } else {
      branch(cells, end, node);
    }
  }

  std::size_t add_node(std::size_t cell, std::size_t begin, std::size_t end, std::optional<std::size_t> parent) {
    const std::vector<Step>& steps = steps_[cell];
    PrefixNode node;
    node.parent = parent;
    node.cell = cell;
    node.first_step = StepIndex{static_cast<int>(begin)};
    node.end_step = StepIndex{static_cast<int>(end)};
    node.first_evaluation = EvaluationIndex{evaluations_before(steps, begin)};
    node.end_evaluation = EvaluationIndex{evaluations_before(steps, end)};
    if (parent) ++forest_.nodes[*parent].children;
    forest_.nodes.push_back(std::move(node));
    return forest_.nodes.size() - 1;
  }

  static int evaluations_before(const std::vector<Step>& steps, std::size_t end) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < end; ++i) count += steps[i].size();
    return static_cast<int>(count);
  }

  std::vector<std::vector<Step>> steps_;
  PrefixForest forest_;
};

}  // namespace

PrefixForest share_prefixes(const std::vector<GenerationRequest>& requests,
                            const std::vector<Trajectory>& trajectories) {
  TSTITCH_CHECK(requests.size() == trajectories.size(), requests.size(), " ", trajectories.size());
  Cells all(requests.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  Builder builder(trajectories);
  for (const Cells& group : partition(all, [&](std::size_t cell) { return group_key(requests[cell]); })) {
    builder.branch(group, 0, std::nullopt);
  }
  return builder.take();
}

StepIndex shared_steps(const Trajectory& a, const Trajectory& b) {
  const std::vector<Step> first = steps_of(a);
  const std::vector<Step> second = steps_of(b);
  const auto parting = std::mismatch(first.begin(), first.end(), second.begin(), second.end()).first;
  return StepIndex{static_cast<int>(parting - first.begin())};
}

std::map<DenoiserName, int> run_evaluations(const PrefixForest& forest, const std::vector<Trajectory>& trajectories) {
  std::map<DenoiserName, int> counts;
  for (const PrefixNode& node : forest.nodes) {
    for (int i = node.first_evaluation.value; i < node.end_evaluation.value; ++i) {
      ++counts[trajectories[node.cell].segment_at(EvaluationIndex{i}).denoiser];
    }
  }
  return counts;
}

}  // namespace tstitch
