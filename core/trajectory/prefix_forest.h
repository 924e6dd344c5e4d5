#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "core/trajectory/trajectory.h"

namespace tstitch {

/// Steps in a row that all cells below this node share, so that they are run once.
struct PrefixNode {
  std::optional<std::size_t> parent;  ///< whose final state this node starts from; none: from the noise
  std::size_t cell = 0;               ///< one of the cells; its request and trajectory are those to run
  StepIndex first_step;
  StepIndex end_step;  ///< one past the last
  EvaluationIndex first_evaluation;
  EvaluationIndex end_evaluation;
  std::vector<std::size_t> finished;  ///< cells whose trajectory ends with this node
  int children = 0;                   ///< how many nodes start from its final state
};

/// The cells of a grid as trees of shared prefixes. Nodes stand in the order of execution, parents before children and
/// each subtree in one piece; of several children the one with the most cells comes last, so a chain of ratios holds
/// one state at a time besides the running one.
struct PrefixForest {
  std::vector<PrefixNode> nodes;
};

/// Groups cells that share everything but their split; within a group, steps are shared up to the first step in which a
/// denoiser, its guidance or its text differs. `requests` and `trajectories` run in parallel; cells are indices into
/// them.
PrefixForest share_prefixes(const std::vector<GenerationRequest>& requests,
                            const std::vector<Trajectory>& trajectories);

/// How many steps two trajectories begin with that have the same denoisers, guidance and texts.
StepIndex shared_steps(const Trajectory& a, const Trajectory& b);

/// Evaluations that the forest really runs, per denoiser: 11 ratios of 100 steps are 550 large and 100 small.
std::map<DenoiserName, int> run_evaluations(const PrefixForest& forest, const std::vector<Trajectory>& trajectories);

}  // namespace tstitch
