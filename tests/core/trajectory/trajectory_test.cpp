#include "core/trajectory/trajectory.h"

#include <cmath>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/check.h"
#include "core/base/error.h"
#include "tests/support/plan_fixtures.h"

namespace tstitch {
namespace {

using test::heun_schedule;
using test::pair_request;
using test::plain_schedule;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

GenerationRequest with_ratio(int percent, SplitRule rule = SplitRule::Floor) {
  GenerationRequest request = pair_request();
  request.split = RatioSplit{{Percent{percent}}, rule};
  return request;
}

GenerationRequest with_segments(std::vector<Segment> segments) {
  GenerationRequest request = pair_request();
  request.split = SegmentSplit{std::move(segments)};
  return request;
}

/// PNDM with skip_prk_steps: a second look at the second level, a step of its own. Without: four calls in each of the
/// first three steps.
SigmaSchedule pndm_schedule(int steps, bool skip_prk_steps) {
  SigmaSchedule schedule = plain_schedule(skip_prk_steps ? steps + 1 : steps);
  schedule.sampler = SamplerKind::Pndm;
  schedule.asked_steps = steps;
  if (skip_prk_steps) return schedule;
  schedule.evaluations.clear();
  for (int i = 0; i < steps; ++i) {
    const NoiseLevel& level = schedule.levels[static_cast<std::size_t>(i)];
    schedule.evaluations.insert(schedule.evaluations.end(), i < 3 ? 4 : 1, Evaluation{StepIndex{i}, level});
  }
  return schedule;
}

template <class Make>
std::string refusal(Make make) {
  try {
    make();
  } catch (const UsageError& error) {
    return error.sentence();
  }
  return "accepted";
}

TEST(MakeTrajectory, TurnsARatioIntoTwoSegments) {
  const Trajectory trajectory = make_trajectory(with_ratio(40), plain_schedule(25));
  EXPECT_THAT(trajectory.segments, ElementsAre(Segment{"small", 10, 7.5}, Segment{"large", 15, 7.5}));
  EXPECT_EQ(trajectory.evaluations(), 25);
  EXPECT_THAT(trajectory.denoisers(), ElementsAre("small", "large"));
  EXPECT_THAT(trajectory.seams(), ElementsAre(EvaluationIndex{10}));
}

TEST(MakeTrajectory, UsesOneDenoiserAtBothEnds) {
  EXPECT_THAT(make_trajectory(with_ratio(0), plain_schedule(25)).segments, ElementsAre(Segment{"large", 25, 7.5}));
  const Trajectory all_small = make_trajectory(with_ratio(100), plain_schedule(25));
  EXPECT_THAT(all_small.segments, ElementsAre(Segment{"small", 25, 7.5}));
  EXPECT_THAT(all_small.denoisers(), ElementsAre("small"));
  EXPECT_THAT(all_small.seams(), IsEmpty());
}

TEST(MakeTrajectory, GivesASingleDenoiserEverything) {
  GenerationRequest request = with_ratio(40);
  request.denoisers.pop_back();
  EXPECT_THAT(make_trajectory(request, plain_schedule(4)).segments, ElementsAre(Segment{"small", 4, 7.5}));
}

TEST(MakeTrajectory, KnowsWhoAnswers) {
  const Trajectory trajectory = make_trajectory(with_ratio(40), plain_schedule(10));
  EXPECT_EQ(trajectory.segment_at(EvaluationIndex{0}).denoiser, "small");
  EXPECT_EQ(trajectory.segment_at(EvaluationIndex{3}).denoiser, "small");
  EXPECT_EQ(trajectory.segment_at(EvaluationIndex{4}).denoiser, "large");
  EXPECT_EQ(trajectory.segment_at(EvaluationIndex{9}).denoiser, "large");
  EXPECT_THROW(static_cast<void>(trajectory.segment_at(EvaluationIndex{10})), LogicError);
  EXPECT_THROW(static_cast<void>(trajectory.segment_at(EvaluationIndex{-1})), LogicError);
}

TEST(MakeTrajectory, ResolvesGuidanceFromTheNearest) {
  GenerationRequest request =
      with_segments({{"small", 1, std::nullopt}, {"small", 1, 2.0}, {"large", 2, std::nullopt}});
  request.guidance_scale = 5;
  request.denoisers[0].guidance = 3;
  EXPECT_THAT(make_trajectory(request, plain_schedule(4)).segments,
              ElementsAre(Segment{"small", 1, 3.0}, Segment{"small", 1, 2.0}, Segment{"large", 2, 5.0}));
}

TEST(MakeTrajectory, JoinsNeighboursThatDoNotDiffer) {
  const auto request = with_segments({{"small", 1, 7.5}, {"small", 2, std::nullopt}, {"large", 1, std::nullopt}});
  EXPECT_THAT(make_trajectory(request, plain_schedule(4)).segments,
              ElementsAre(Segment{"small", 3, 7.5}, Segment{"large", 1, 7.5}));
}

TEST(MakeTrajectory, KeepsSegmentsOfDifferentTextsApart) {
  const auto request = with_segments({{"large", 1, 7.5, "a cat"}, {"large", 2, 7.5, "a dog"}, {"large", 1, 7.5}});
  EXPECT_EQ(make_trajectory(request, plain_schedule(4)).segments.size(), 3U);
}

TEST(MakeTrajectory, TakesSegmentsInAnyOrder) {
  const auto request =
      with_segments({{"large", 3, std::nullopt}, {"small", 20, std::nullopt}, {"large", 2, std::nullopt}});
  const Trajectory trajectory = make_trajectory(request, plain_schedule(25));
  EXPECT_THAT(trajectory.denoisers(), ElementsAre("large", "small"));
  EXPECT_THAT(trajectory.seams(), ElementsAre(EvaluationIndex{3}, EvaluationIndex{23}));
}

TEST(MakeTrajectory, KeepsSegmentsApartThatHaveOtherTexts) {
  const auto request =
      with_segments({{"small", 5, std::nullopt, "a"}, {"small", 5, std::nullopt, "b"}, {"small", 5}, {"small", 10}});
  EXPECT_THAT(make_trajectory(request, plain_schedule(25)).segments,
              ElementsAre(Segment{"small", 5, 7.5, "a"}, Segment{"small", 5, 7.5, "b"}, Segment{"small", 15, 7.5}));
}

TEST(MakeTrajectory, SharesAmongThreeDenoisers) {
  GenerationRequest request = pair_request();
  request.denoisers.push_back({"huge", {}, std::nullopt});
  for (const SplitRule rule : {SplitRule::Floor, SplitRule::Round, SplitRule::DitMulti}) {
    request.split = RatioSplit{{Percent{50}, Percent{30}, Percent{20}}, rule};
    SigmaSchedule schedule = plain_schedule(100);
    for (int i = 0; i < 100; ++i) {
      schedule.evaluations[static_cast<std::size_t>(i)].level.timestep = Timestep{std::nearbyint(999 - i * 999.0 / 99)};
    }
    EXPECT_THAT(make_trajectory(request, schedule).segments,
                ElementsAre(Segment{"small", 50, 7.5}, Segment{"huge", 30, 7.5}, Segment{"large", 20, 7.5}))
        << "the large one comes last, wherever the request names it";
  }
}

/// three-models: what `--ratio` says of the pairs `dit-xl-b-s` and `sdxl-ssd-1b-vega`.
TEST(MakeTrajectory, OneShareOfThreeIsForSmallAndLarge) {
  GenerationRequest request = pair_request();
  request.denoisers.insert(request.denoisers.begin() + 1, {"middle", {}, std::nullopt});
  const auto segments = [&](int percent, SplitRule rule, int steps) {
    request.split = RatioSplit{{Percent{percent}}, rule};
    return make_trajectory(request, plain_schedule(steps)).segments;
  };
  for (const SplitRule rule :
       {SplitRule::Floor, SplitRule::Dit, SplitRule::DitMulti, SplitRule::Ldm, SplitRule::Lcm, SplitRule::Round}) {
    EXPECT_THAT(segments(0, rule, 25), ElementsAre(Segment{"large", 25, 7.5}));
    EXPECT_THAT(segments(100, rule, 25), ElementsAre(Segment{"small", 25, 7.5}));
  }
  EXPECT_THAT(segments(40, SplitRule::Floor, 25), ElementsAre(Segment{"small", 10, 7.5}, Segment{"large", 15, 7.5}));
}

/// core/trajectory/README.md, `dit`: 25 steps of the respaced list.
TEST(MakeTrajectory, ReadsOneShareOfDitMultiAsDit) {
  GenerationRequest request = pair_request();
  request.denoisers.insert(request.denoisers.begin() + 1, {"middle", {}, std::nullopt});
  SigmaSchedule schedule = plain_schedule(25);
  for (std::size_t i = 0; i < 25; ++i) {
    schedule.evaluations[i].level.timestep = Timestep{std::nearbyint(999.0 - static_cast<double>(i) * 999.0 / 24)};
  }
  const std::vector<int> expected{0, 3, 5, 8, 10, 13, 15, 17, 20, 22, 25};
  for (std::size_t tenth = 0; tenth <= 10; ++tenth) {
    request.split = RatioSplit{{Percent{10 * static_cast<int>(tenth)}}, SplitRule::DitMulti};
    std::map<DenoiserName, int> counts;
    for (const Segment& segment : make_trajectory(request, schedule).segments) {
      counts[segment.denoiser] += segment.evaluations;
    }
    EXPECT_EQ(counts["small"], expected[tenth]) << tenth;
    EXPECT_EQ(counts["large"], 25 - expected[tenth]) << tenth;
    EXPECT_EQ(counts["middle"], 0) << tenth;
  }
}

TEST(NamesByCost, PutSmallFirstAndLargeLast) {
  const auto names = [](const std::vector<const char*>& given) {
    std::vector<DenoiserChoice> denoisers;
    for (const char* name : given) denoisers.push_back({name, {}, std::nullopt});
    return names_by_cost(denoisers);
  };
  EXPECT_THAT(names({"small", "large", "a", "b"}), ElementsAre("small", "a", "b", "large"));
  EXPECT_THAT(names({"small", "middle", "large"}), ElementsAre("small", "middle", "large"));
  EXPECT_THAT(names({"large", "a", "b"}), ElementsAre("a", "b", "large")) << "the first takes the small one's part";
  EXPECT_THAT(names({"a", "small", "b"}), ElementsAre("small", "a", "b")) << "the last takes the large one's part";
  EXPECT_THAT(names({"a", "b", "c"}), ElementsAre("a", "b", "c"));
  EXPECT_THAT(names({"large"}), ElementsAre("large"));
}

TEST(MakeTrajectory, OneShareLeavesFurtherDenoisersOut) {
  GenerationRequest request = with_ratio(50);
  request.denoisers.push_back({"huge", {}, std::nullopt});
  EXPECT_THAT(make_trajectory(request, plain_schedule(4)).denoisers(), ElementsAre("small", "large"));
}

TEST(MakeTrajectory, CountsPndmsExtraEvaluation) {
  const SigmaSchedule schedule = pndm_schedule(50, true);
  ASSERT_EQ(schedule.evaluations.size(), 51U);
  EXPECT_THAT(make_trajectory(with_ratio(40), schedule).segments,
              ElementsAre(Segment{"small", 20, 7.5}, Segment{"large", 31, 7.5}));
  EXPECT_THAT(make_trajectory(with_ratio(100), schedule).segments, ElementsAre(Segment{"small", 51, 7.5}));
}

TEST(MakeTrajectory, LetsASeamFallBetweenPndmsDoubledTimestep) {
  std::string note;
  const Trajectory trajectory = make_trajectory(with_ratio(2), pndm_schedule(50, true), &note);
  EXPECT_THAT(trajectory.seams(), ElementsAre(EvaluationIndex{1}));
  EXPECT_EQ(note, "");
}

TEST(MakeTrajectory, MovesASeamOutOfAHeunStep) {
  // 10 steps make 19 evaluations; 40 % are 7, inside the fourth step (evaluations 6 and 7).
  std::string note;
  const Trajectory trajectory = make_trajectory(with_ratio(40), heun_schedule(10), &note);
  EXPECT_THAT(trajectory.segments, ElementsAre(Segment{"small", 6, 7.5}, Segment{"large", 13, 7.5}));
  EXPECT_EQ(note, "The seam moved from evaluation 7 to 6, the start of step 4: heun makes a step with one denoiser.");
}

TEST(MakeTrajectory, TellsOfEverySeamThatMoved) {
  GenerationRequest request = pair_request();
  request.denoisers.push_back({"huge", {}, std::nullopt});
  request.split = RatioSplit{{Percent{40}, Percent{40}, Percent{20}}, SplitRule::Floor};
  std::string note = "what was there before";
  make_trajectory(request, heun_schedule(10), &note);
  EXPECT_THAT(note, AllOf(testing::StartsWith("The seam moved from evaluation 7 to 6"),
                          HasSubstr(" The seam moved from evaluation 15 to 14")));
}

TEST(MakeTrajectory, LeavesASeamBetweenHeunStepsAlone) {
  std::string note;
  const Trajectory trajectory = make_trajectory(with_ratio(32), heun_schedule(10), &note);
  EXPECT_THAT(trajectory.seams(), ElementsAre(EvaluationIndex{6}));
  EXPECT_EQ(note, "");
  EXPECT_THAT(make_trajectory(with_ratio(100), heun_schedule(10)).segments, ElementsAre(Segment{"small", 19, 7.5}));
}

TEST(MakeTrajectory, MovesASeamOutOfTheRungeKuttaStart) {
  std::string note;
  const SigmaSchedule schedule = pndm_schedule(10, false);
  ASSERT_EQ(schedule.evaluations.size(), 19U);
  EXPECT_THAT(make_trajectory(with_ratio(40), schedule, &note).seams(), ElementsAre(EvaluationIndex{4}));
  EXPECT_THAT(note, HasSubstr("from evaluation 7 to 4, the start of step 2"));
  EXPECT_THAT(make_trajectory(with_ratio(10), schedule, &note).segments, ElementsAre(Segment{"large", 19, 7.5}));
}

TEST(MakeTrajectory, RefusesSegmentsThatDoNotAddUp) {
  const auto make = [] {
    make_trajectory(with_segments({{"small", 20, {}}, {"large", 30, {}}}), pndm_schedule(50, true));
  };
  EXPECT_THAT(refusal(make), AllOf(HasSubstr("add up to 50 evaluations"), HasSubstr("50 steps of pndm make 51")));
}

TEST(MakeTrajectory, RefusesUnknownDenoisers) {
  EXPECT_THAT(refusal([] {
                make_trajectory(with_segments({{"medium", 4, {}}}), plain_schedule(4));
              }),
              HasSubstr("\"medium\" is not a denoiser"));
}

TEST(MakeTrajectory, RefusesASegmentThatEndsInsideAStepWithTheNearestCounts) {
  EXPECT_THAT(refusal([] {
                make_trajectory(with_segments({{"small", 7, {}}, {"large", 12, {}}}), heun_schedule(10));
              }),
              AllOf(HasSubstr("small:7 ends inside a step of heun"), HasSubstr("6 or 8 evaluations")));
  const auto second = [] {
    make_trajectory(with_segments({{"small", 2, {}}, {"large", 3, {}}, {"small", 14, {}}}), heun_schedule(10));
  };
  EXPECT_THAT(refusal(second), AllOf(HasSubstr("large:3"), HasSubstr("2 or 4 evaluations")));
  EXPECT_THAT(refusal([] {
                make_trajectory(with_segments({{"small", 5, {}}, {"large", 14, {}}}), pndm_schedule(10, false));
              }),
              HasSubstr("4 or 8 evaluations"));
}

TEST(MakeTrajectory, RefusesABadRequest) {
  EXPECT_THROW(make_trajectory(with_ratio(101), plain_schedule(4)), UsageError);
}

TEST(SeamPlaces, AreTheStartsOfSteps) {
  EXPECT_THAT(seam_places(plain_schedule(3)), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(seam_places(heun_schedule(3)), ElementsAre(0, 2, 4, 5));
  EXPECT_THAT(seam_places(heun_schedule(1)), ElementsAre(0, 1));
  EXPECT_THAT(seam_places(pndm_schedule(4, true)), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(seam_places(pndm_schedule(4, false)), ElementsAre(0, 4, 8, 12, 13));
}

TEST(RealSchedules, KeepTheirStepsWhole) {
  SchedulerConfig config;
  config.skip_prk_steps = true;
  const SigmaSchedule heun = make_sigma_schedule(SamplerKind::Heun, Spacing::Default, 10, config);
  EXPECT_EQ(heun.evaluations.size(), 19U);
  EXPECT_THAT(seam_places(heun), ElementsAre(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 19));
  const SigmaSchedule plms = make_sigma_schedule(SamplerKind::Pndm, Spacing::Default, 50, config);
  EXPECT_EQ(seam_places(plms).size(), 52U);
  config.skip_prk_steps = false;
  const SigmaSchedule prk = make_sigma_schedule(SamplerKind::Pndm, Spacing::Default, 10, config);
  EXPECT_THAT(seam_places(prk), ElementsAre(0, 4, 8, 12, 13, 14, 15, 16, 17, 18, 19));
}

}  // namespace
}  // namespace tstitch
