#include "core/trajectory/prefix_forest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/check.h"
#include "core/trajectory/ratio_grid.h"
#include "tests/support/plan_fixtures.h"

namespace tstitch {
namespace {

using test::heun_schedule;
using test::pair_request;
using test::plain_schedule;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

const GridAxis kTenths{"ratio", {"0%", "10%", "20%", "30%", "40%", "50%", "60%", "70%", "80%", "90%", "100%"}};

struct Planned {
  std::vector<GenerationRequest> requests;
  std::vector<Trajectory> trajectories;

  [[nodiscard]] PrefixForest forest() const { return share_prefixes(requests, trajectories); }
  [[nodiscard]] std::map<DenoiserName, int> evaluations() const { return run_evaluations(forest(), trajectories); }
};

Planned planned(const GenerationRequest& base, const std::vector<GridAxis>& axes, const SigmaSchedule& schedule) {
  Planned grid;
  for (const GridCell& cell : grid_cells(base, axes)) {
    grid.requests.push_back(cell.request);
    grid.trajectories.push_back(make_trajectory(cell.request, schedule));
  }
  return grid;
}

/// The nodes from the noise to the end of the cell that `last` finishes.
std::vector<PrefixNode> path_to(const PrefixForest& forest, std::size_t last) {
  std::vector<PrefixNode> path;
  for (std::optional<std::size_t> at = last; at; at = forest.nodes[*at].parent) {
    path.insert(path.begin(), forest.nodes[*at]);
    const auto parent = forest.nodes[*at].parent;
    EXPECT_TRUE(!parent || *parent < *at) << "a parent runs before its children";
  }
  return path;
}

/// Who answers each evaluation along the path.
std::vector<Segment> answers(const std::vector<PrefixNode>& path, const std::vector<Trajectory>& trajectories) {
  std::vector<Segment> segments;
  for (const PrefixNode& node : path) {
    EXPECT_EQ(node.first_evaluation.value, static_cast<int>(segments.size())) << "nodes follow without a gap";
    for (int i = node.first_evaluation.value; i < node.end_evaluation.value; ++i) {
      segments.push_back(trajectories[node.cell].segment_at(EvaluationIndex{i}));
      segments.back().evaluations = 1;
    }
  }
  return segments;
}

/// The same from the cell's own trajectory.
std::vector<Segment> answers(const Trajectory& trajectory) {
  std::vector<Segment> segments;
  for (int i = 0; i < trajectory.evaluations(); ++i) {
    segments.push_back(trajectory.segment_at(EvaluationIndex{i}));
    segments.back().evaluations = 1;
  }
  return segments;
}

/// Every cell is finished once, and its path through the forest asks just the denoisers of its own trajectory.
void expect_every_cell_is_made(const Planned& grid) {
  const PrefixForest forest = grid.forest();
  std::vector<int> finished(grid.requests.size(), 0);
  for (std::size_t i = 0; i < forest.nodes.size(); ++i) {
    for (const std::size_t cell : forest.nodes[i].finished) {
      ++finished[cell];
      EXPECT_EQ(answers(path_to(forest, i), grid.trajectories), answers(grid.trajectories[cell]));
    }
  }
  EXPECT_THAT(finished, testing::Each(1));
}

TEST(PrefixForest, RunsTheSmallPrefixOfElevenRatiosOnce) {
  const Planned grid = planned(pair_request(), {kTenths}, plain_schedule(100));
  EXPECT_THAT(grid.evaluations(), UnorderedElementsAre(Pair("large", 550), Pair("small", 100)));
  expect_every_cell_is_made(grid);
}

TEST(PrefixForest, SharesNothingAcrossSeeds) {
  const Planned grid = planned(pair_request(), {{"seed", {"3", "4"}}, kTenths}, plain_schedule(100));
  EXPECT_THAT(grid.evaluations(), UnorderedElementsAre(Pair("large", 1100), Pair("small", 200)));
  expect_every_cell_is_made(grid);
}

TEST(PrefixForest, OfOneCellIsOneNode) {
  const Planned grid = planned(pair_request(), {}, plain_schedule(25));
  const PrefixForest forest = grid.forest();
  ASSERT_THAT(forest.nodes, SizeIs(1));
  EXPECT_EQ(forest.nodes[0].end_step, StepIndex{25});
  EXPECT_THAT(forest.nodes[0].finished, ElementsAre(0));
  EXPECT_EQ(forest.nodes[0].children, 0);
}

TEST(PrefixForest, OfNothingIsEmpty) {
  EXPECT_THAT(share_prefixes({}, {}).nodes, IsEmpty());
}

TEST(PrefixForest, MakesCellsOfOneTrajectoryOnce) {
  // 0 % and 1 % of 10 steps are both all large.
  const Planned grid = planned(pair_request(), {{"ratio", {"0%", "1%"}}}, plain_schedule(10));
  const PrefixForest forest = grid.forest();
  ASSERT_THAT(forest.nodes, SizeIs(1));
  EXPECT_THAT(forest.nodes[0].finished, ElementsAre(0, 1));
}

TEST(PrefixForest, RunsTailsBeforeTheChainGoesOn) {
  const Planned grid = planned(pair_request(), {{"ratio", {"100%", "40%", "20%", "0%"}}}, plain_schedule(10));
  const PrefixForest forest = grid.forest();
  ASSERT_THAT(forest.nodes, SizeIs(6));
  EXPECT_THAT(forest.nodes[0].finished, ElementsAre(3));  // all large, from the noise
  EXPECT_FALSE(forest.nodes[1].parent.has_value());       // small steps 0 and 1
  EXPECT_EQ(forest.nodes[1].end_step, StepIndex{2});
  EXPECT_EQ(forest.nodes[1].children, 2);
  EXPECT_THAT(forest.nodes[2].finished, ElementsAre(2));  // the tail of 20 %
  EXPECT_EQ(forest.nodes[3].parent, 1U);                  // small steps 2 and 3
  EXPECT_EQ(forest.nodes[3].end_step, StepIndex{4});
  EXPECT_EQ(forest.nodes[4].parent, 3U);
  EXPECT_EQ(forest.nodes[5].parent, 3U);
  expect_every_cell_is_made(grid);
}

TEST(PrefixForest, SharesWholeStepsOnly) {
  const Planned grid = planned(pair_request(), {{"ratio", {"0%", "30%", "60%", "100%"}}}, heun_schedule(10));
  // Seams at evaluations 4 and 10 of 19.
  EXPECT_THAT(grid.evaluations(), UnorderedElementsAre(Pair("large", 19 + 15 + 9), Pair("small", 19)));
  expect_every_cell_is_made(grid);
}

TEST(PrefixForest, CountsEvaluationsWhereStepsHaveSeveral) {
  const Planned grid = planned(pair_request(), {{"ratio", {"40%", "60%"}}}, heun_schedule(5));
  const PrefixForest forest = grid.forest();
  ASSERT_THAT(forest.nodes, SizeIs(3));
  EXPECT_EQ(forest.nodes[0].end_step, StepIndex{1});
  EXPECT_EQ(forest.nodes[0].end_evaluation, EvaluationIndex{2});
  EXPECT_EQ(forest.nodes[1].first_evaluation, EvaluationIndex{2});
  EXPECT_EQ(forest.nodes[1].end_evaluation, EvaluationIndex{9});
}

TEST(PrefixForest, TellsGuidanceApart) {
  Planned grid;
  for (const double guidance : {2.0, 2.0, 3.0}) {
    GenerationRequest request = pair_request();
    request.split = SegmentSplit{{{"small", 4, 1.0}, {"large", 6, guidance}}};
    grid.requests.push_back(request);
    grid.trajectories.push_back(make_trajectory(request, plain_schedule(10)));
  }
  EXPECT_THAT(grid.evaluations(), UnorderedElementsAre(Pair("small", 4), Pair("large", 12)));
  expect_every_cell_is_made(grid);
}

TEST(PrefixForest, TellsTextsApart) {
  Planned grid;
  for (const char* text : {"a cat", "a cat", "a dog"}) {
    GenerationRequest request = pair_request();
    request.split = SegmentSplit{{{"small", 4, 1.0}, {"large", 6, 1.0, text}}};
    grid.requests.push_back(request);
    grid.trajectories.push_back(make_trajectory(request, plain_schedule(10)));
  }
  EXPECT_THAT(grid.evaluations(), UnorderedElementsAre(Pair("small", 4), Pair("large", 12)));
}

TEST(PrefixForest, SharesAmongAnyOrderOfDenoisers) {
  Planned grid;
  const std::vector<std::vector<Segment>> splits{{{"large", 3, {}}, {"small", 7, {}}},
                                                 {{"large", 3, {}}, {"small", 5, {}}, {"large", 2, {}}},
                                                 {{"large", 3, {}}, {"huge", 7, {}}}};
  for (const std::vector<Segment>& segments : splits) {
    GenerationRequest request = pair_request();
    request.denoisers.push_back({"huge", {}, std::nullopt});
    request.split = SegmentSplit{segments};
    grid.requests.push_back(request);
    grid.trajectories.push_back(make_trajectory(request, plain_schedule(10)));
  }
  EXPECT_THAT(grid.evaluations(), UnorderedElementsAre(Pair("large", 3 + 2), Pair("small", 5 + 2), Pair("huge", 7)));
  expect_every_cell_is_made(grid);
}

TEST(PrefixForest, WantsATrajectoryForEachRequest) {
  EXPECT_THROW(share_prefixes({pair_request()}, {}), LogicError);
}

TEST(PrefixForest, PartsWhereTextsOfSegmentsDiffer) {
  Planned grid;
  for (const char* text : {"a red fox", "a blue fox"}) {
    GenerationRequest request = pair_request();
    request.split = SegmentSplit{{{"small", 10}, {"large", 15, std::nullopt, text}}};
    grid.requests.push_back(request);
    grid.trajectories.push_back(make_trajectory(request, plain_schedule(25)));
  }
  EXPECT_THAT(grid.evaluations(), UnorderedElementsAre(Pair("small", 10), Pair("large", 30)));
}

}  // namespace
}  // namespace tstitch
