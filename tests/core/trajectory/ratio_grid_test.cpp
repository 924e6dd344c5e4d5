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

TEST(ParseAxis, CountsRangesUp) {
  EXPECT_EQ(parse_axis("ratio", "0..100 (+50)", BareRatio::AsPercent), (GridAxis{"ratio", {"0%", "50%", "100%"}}));
  EXPECT_EQ(parse_axis("ratio", "0%..100% (+50%)"), (GridAxis{"ratio", {"0%", "50%", "100%"}}));
  EXPECT_EQ(parse_axis("ratio", "0..0.2 (+0.1)"), (GridAxis{"ratio", {"0%", "10%", "20%"}}));
  EXPECT_THAT(parse_axis("ratio", "0..100", BareRatio::AsPercent).values, SizeIs(11));
  EXPECT_THAT(parse_axis("ratio", "0..1").values, SizeIs(11));
  EXPECT_EQ(parse_axis("steps", "10..30 (+10), 4-6"), (GridAxis{"steps", {"10", "20", "30", "4", "5", "6"}}));
  EXPECT_EQ(parse_axis("guidance", "2..4 (+0.5), 9"), (GridAxis{"guidance", {"2.0", "2.5", "3.0", "3.5", "4.0", "9"}}));
  EXPECT_EQ(parse_axis("guidance", "1..3"), (GridAxis{"guidance", {"1", "2", "3"}}));
  EXPECT_EQ(parse_axis("seed", "18446744073709551614..18446744073709551615").values.back(), "18446744073709551615");
}

TEST(ParseAxis, RefusesRangesThatEndNowhere) {
  for (const char* range : {"5..1", "1..5 (+0)", "1..5 (+x)", "1..", "0..1e9", "1..5 (+1", "a..b"}) {
    EXPECT_THAT(refusal([&] { parse_axis("guidance", range); }), HasSubstr("axis guidance: ")) << range;
    EXPECT_THAT(refusal([&] { parse_axis("steps", range); }), HasSubstr("axis steps: ")) << range;
  }
  EXPECT_THAT(refusal([] { parse_axis("seed", "0..18446744073709551615"); }), HasSubstr("more than"));
}

TEST(GridCells, WeighLorasAndControls) {
  GenerationRequest request = pair_request();
  EXPECT_THAT(refusal([&] { grid_cells(request, {{"lora", {"0.5"}}}); }), HasSubstr("no LoRA"));
  EXPECT_THAT(refusal([&] { grid_cells(request, {{"control", {"0.5"}}}); }), HasSubstr("no control"));
  request.loras = {{{"style.safetensors", {}, {}, {}}, 1, {}}, {{"light", {}, {}, {}}, 1, {}}};
  request.controls.emplace_back().picture.name = "edges.png";
  request.controls[0].model.name = "canny";
  const auto cells = grid_cells(request, {{"lora", {"0.25", "style:0.5"}}, {"control", {"0.75"}}});
  ASSERT_THAT(cells, SizeIs(2));
  EXPECT_EQ(cells[0].request.loras[0].strength, 0.25);
  EXPECT_EQ(cells[0].request.loras[1].strength, 0.25);
  EXPECT_EQ(cells[1].request.loras[0].strength, 0.5);
  EXPECT_EQ(cells[1].request.loras[1].strength, 1);
  EXPECT_EQ(cells[1].request.controls[0].scale, 0.75);
  EXPECT_THAT(refusal([&] { grid_cells(request, {{"lora", {"other:1"}}}); }), HasSubstr("\"other\""));
}

TEST(GridCells, ChangeTheSourceAsFarAsTheirStrengthSays) {
  GenerationRequest request = pair_request();
  EXPECT_THAT(refusal([&] { grid_cells(request, {{"strength", {"0.5"}}}); }), HasSubstr("no source picture"));
  request.source = SourceChoice{{"photo.png", {}, {}}, 1, {}, 0};
  const auto cells = grid_cells(request, {parse_axis("strength=0.25..0.75 (+0.25)"), {"ratio", {"0%", "40%"}}});
  ASSERT_THAT(cells, SizeIs(6));
  EXPECT_EQ(cells[2].request.source->strength, 0.5);
  EXPECT_THAT(refusal([&] { grid_cells(request, {{"strength", {"0"}}}); }), HasSubstr("strength"));
}

TEST(GridCells, TakeThePairOfThatName) {
  const auto known = [](const std::string& name) -> std::vector<DenoiserChoice> {
    if (name != "mini") throw UsageError("no such pair.");
    return {{"large", {"mini-large", {}, {}, {}}, {}}};
  };
  const auto cells = grid_cells(pair_request(), {{"pair", {"mini"}}}, known);
  EXPECT_EQ(cells.at(0).request.denoisers[0].model.name, "mini-large");
  EXPECT_THAT(refusal([&] { grid_cells(pair_request(), {{"pair", {"x"}}}, known); }), HasSubstr("axis pair: "));
  EXPECT_THAT(refusal([&] { grid_cells(pair_request(), {{"pair", {"mini"}}}); }), HasSubstr("axis pair: "));
}

TEST(EqualCells, AreThoseWithOneSplitAndOneRest) {
  const auto cells = grid_cells(pair_request(), {{"ratio", {"0%", "10%", "40%"}}, {"seed", {"1", "2"}}});
  const auto equal = equal_cells(cells, {"0", "0", "0", "0", "1", "1"});
  EXPECT_THAT(equal, ElementsAre(std::nullopt, std::nullopt, 0U, 1U, std::nullopt, std::nullopt));
  EXPECT_THAT(equal_cells(cells, std::vector<std::string>(6)), testing::Each(std::nullopt));
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
