#include "core/trajectory/ratio_grid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/plan_fixtures.h"

namespace tstitch {
namespace {

using test::pair_request;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

template <class Work>
std::string refusal(Work work) {
  try {
    work();
  } catch (const UsageError& error) {
    return error.sentence();
  }
  return "accepted";
}

TEST(ParseAxis, WritesRatiosAndSeedsOneByOne) {
  EXPECT_EQ(parse_axis("ratio=0,20%,0.4"), (GridAxis{"ratio", {"0%", "20%", "40%"}}));
  EXPECT_EQ(parse_axis("seed", "3,4,7-9"), (GridAxis{"seed", {"3", "4", "7", "8", "9"}}));
}

TEST(ParseAxis, KeepsCommasInQuotes) {
  EXPECT_EQ(parse_axis(R"(prompt="a fox, red", a cat ,"say ""hi""",x=>y)"),
            (GridAxis{"prompt", {"a fox, red", "a cat", "say \"hi\"", "x=>y"}}));
}

TEST(ParseAxis, NamesTheAxisItRefuses) {
  EXPECT_THAT(refusal([] { parse_axis("ratio=0.405"); }), HasSubstr("axis ratio: "));
  EXPECT_THAT(refusal([] { parse_axis("colour=red"); }), AllOf(HasSubstr("colour"), HasSubstr("ratio, seed, steps")));
  EXPECT_THAT(refusal([] { parse_axis("seed"); }), HasSubstr("NAME=VALUES"));
  EXPECT_THAT(refusal([] { parse_axis("prompt=\"a"); }), HasSubstr("quote"));
}

TEST(GridCells, AreRowMajorWithTheFirstAxisSlowest) {
  const auto cells = grid_cells(pair_request(), {{"seed", {"3", "4"}}, {"ratio", {"0%", "50%", "100%"}}});
  ASSERT_THAT(cells, SizeIs(6));
  EXPECT_THAT(cells[4].values, ElementsAre("4", "50%"));
  EXPECT_EQ(cells[4].request.seed, 4U);
  EXPECT_EQ(std::get<RatioSplit>(cells[4].request.split).shares, std::vector{Percent{50}});
  EXPECT_EQ(cells[2].request.seed, 3U);
}

TEST(GridCells, OfNoAxisAreTheRequest) {
  const auto cells = grid_cells(pair_request(), {});
  ASSERT_THAT(cells, SizeIs(1));
  EXPECT_EQ(cells[0].request, pair_request());
}

TEST(GridCells, EveryAxisSetsItsField) {
  const auto only = [](const std::string& name, const std::string& value) {
    return grid_cells(pair_request(), {{name, {value}}}).at(0).request;
  };
  EXPECT_EQ(only("steps", "50").steps, 50);
  EXPECT_EQ(only("sampler", "euler-a").sampler, SamplerKind::EulerAncestral);
  EXPECT_EQ(only("spacing", "karras").spacing, Spacing::Karras);
  EXPECT_EQ(only("guidance", "3.5").guidance_scale, 3.5);
  EXPECT_EQ(only("seed", "18446744073709551615").seed, 18446744073709551615U);
  EXPECT_EQ(only("prompt", "a cat").prompt, "a cat");
  EXPECT_EQ(only("prompt", "fox=>owl").prompt, "3d owl");
}

TEST(GridCells, ReplaceEveryOccurrence) {
  GenerationRequest request = pair_request();
  request.prompt = "fox and fox";
  const auto cells = grid_cells(request, {{"prompt", {"fox=>", "fox=>foxfox"}}});
  EXPECT_EQ(cells[0].request.prompt, " and ");
  EXPECT_EQ(cells[1].request.prompt, "foxfox and foxfox");
}

TEST(GridCells, ARatioKeepsTheRuleAndReplacesSegments) {
  GenerationRequest request = pair_request();
  request.split = RatioSplit{{Percent{10}}, SplitRule::Round};
  EXPECT_EQ(std::get<RatioSplit>(grid_cells(request, {{"ratio", {"0.2"}}})[0].request.split),
            (RatioSplit{{Percent{20}}, SplitRule::Round}));
  request.split = SegmentSplit{{{"small", 25, std::nullopt}}};
  EXPECT_EQ(std::get<RatioSplit>(grid_cells(request, {{"ratio", {"0.2"}}})[0].request.split),
            (RatioSplit{{Percent{20}}, SplitRule::Floor}));
}

TEST(GridCells, NameTheAxisAndTheValueTheyRefuse) {
  const auto cells = [](std::vector<GridAxis> axes) { return refusal([&] { grid_cells(pair_request(), axes); }); };
  EXPECT_THAT(cells({{"sampler", {"plms"}}}), AllOf(HasSubstr("axis sampler"), HasSubstr("\"plms\"")));
  EXPECT_THAT(cells({{"steps", {"x"}}}), AllOf(HasSubstr("axis steps"), HasSubstr("\"x\"")));
  EXPECT_THAT(cells({{"steps", {"0"}}}), HasSubstr("steps: 0 is not in 1..1000"));
  EXPECT_THAT(cells({{"guidance", {"-1"}}}), HasSubstr("guidance_scale"));
  EXPECT_THAT(cells({{"prompt", {"owl=>cat"}}}), HasSubstr("\"owl\" does not occur"));
  EXPECT_THAT(cells({{"prompt", {"=>cat"}}}), HasSubstr("does not occur"));
  EXPECT_THAT(cells({{"seed", {"1"}}, {"seed", {"2"}}}), HasSubstr("axis seed: The axis is given twice"));
  EXPECT_THAT(cells({{"seed", {}}}), HasSubstr("no values"));
  EXPECT_THAT(cells({{"colour", {"red"}}}), HasSubstr("\"colour\" is no axis"));
}

TEST(GridCells, AreBounded) {
  const std::vector<std::string> many(101, "x");
  EXPECT_THAT(refusal([&] {
                grid_cells(pair_request(), {{"prompt", many}, {"steps", many}});
              }),
              HasSubstr("more than 10000 cells"));
}

}  // namespace
}  // namespace tstitch
