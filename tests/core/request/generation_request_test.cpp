#include "core/request/generation_request.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/request/limits.h"
#include "tests/support/plan_fixtures.h"

namespace tstitch {
namespace {

using test::pair_request;
using testing::ElementsAre;
using testing::HasSubstr;

/// The fields that validate() complains about after `change`.
template <class Change>
std::vector<std::string> bad_fields(Change change) {
  GenerationRequest request = pair_request();
  change(request);
  std::vector<std::string> fields;
  for (const Problem& problem : validate(request)) fields.push_back(problem.field);
  return fields;
}

TEST(Validate, AcceptsAnOrdinaryRequest) {
  EXPECT_TRUE(validate(pair_request()).empty());
  EXPECT_NO_THROW(require_valid(pair_request()));
}

TEST(Validate, NamesEveryBadFieldAtOnce) {
  GenerationRequest request = pair_request();
  request.prompt = "\xFF";
  request.negative_prompt = std::string("a\0b", 3);
  request.steps = 0;
  request.extent = {500, 512};
  request.guidance_scale = -1;
  request.eta = 1.5;
  request.split = RatioSplit{{Percent{101}}, SplitRule::Floor};
  std::vector<std::string> fields;
  for (const Problem& problem : validate(request)) fields.push_back(problem.field);
  EXPECT_THAT(fields,
              ElementsAre("prompt", "negative_prompt", "split.shares", "size", "steps", "eta", "guidance_scale"));
}

TEST(Validate, ThrowsOneUsageErrorWithEverySentence) {
  GenerationRequest request = pair_request();
  request.steps = 1001;
  request.extent = {16392, 512};
  try {
    require_valid(request);
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "size: width and height must be multiples of 8 from 8 to 16384, got 16392x512; "
                 "steps: 1001 is not in 1..1000.");
  }
}

TEST(Validate, TakesTheEdgesOfEveryRange) {
  EXPECT_THAT(bad_fields([](auto& r) { r.steps = 1; }), ElementsAre());
  EXPECT_THAT(bad_fields([](auto& r) { r.steps = 1000; }), ElementsAre());
  EXPECT_THAT(bad_fields([](auto& r) { r.extent = {8, 16384}; }), ElementsAre());
  EXPECT_THAT(bad_fields([](auto& r) { r.extent = {0, 512}; }), ElementsAre("size"));
  EXPECT_THAT(bad_fields([](auto& r) { r.extent = {-8, 512}; }), ElementsAre("size"));
  EXPECT_THAT(bad_fields([](auto& r) { r.eta = 0; }), ElementsAre());
  EXPECT_THAT(bad_fields([](auto& r) { r.eta = 1; }), ElementsAre());
  EXPECT_THAT(bad_fields([](auto& r) { r.guidance_scale = 0; }), ElementsAre());
  EXPECT_THAT(bad_fields([](auto& r) { r.prompt.clear(); }), ElementsAre());
}

TEST(Validate, WantsFiniteNumbers) {
  const double nan = std::nan("");
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_THAT(bad_fields([&](auto& r) { r.guidance_scale = nan; }), ElementsAre("guidance_scale"));
  EXPECT_THAT(bad_fields([&](auto& r) { r.guidance_scale = infinity; }), ElementsAre("guidance_scale"));
  EXPECT_THAT(bad_fields([](auto& r) { r.guidance_scale = kMostGuidance; }), ElementsAre());
  EXPECT_THAT(bad_fields([](auto& r) { r.guidance_scale = kMostGuidance + 1; }), ElementsAre("guidance_scale"));
  EXPECT_THAT(bad_fields([&](auto& r) { r.eta = nan; }), ElementsAre("eta"));
  EXPECT_THAT(bad_fields([&](auto& r) { r.denoisers[1].guidance = -infinity; }), ElementsAre("denoisers[1].guidance"));
}

TEST(Validate, WantsNamedDistinctDenoisers) {
  EXPECT_THAT(bad_fields([](auto& r) { r.denoisers.clear(); }), ElementsAre("denoisers"));
  EXPECT_THAT(bad_fields([](auto& r) { r.denoisers[1].name = "small"; }), ElementsAre("denoisers[1].name"));
  EXPECT_THAT(bad_fields([](auto& r) { r.denoisers[0].name = ""; }), ElementsAre("denoisers[0].name"));
  EXPECT_THAT(bad_fields([](auto& r) { r.denoisers[0].name = "a:b"; }), ElementsAre("denoisers[0].name"));
}

TEST(Validate, WantsHexadecimalHashes) {
  const auto with_hash = [](const std::string& hash) {
    return bad_fields([&](auto& r) { r.denoisers[0].model.files = {{"unet", hash}}; });
  };
  EXPECT_THAT(with_hash(std::string(64, 'a')), ElementsAre());
  EXPECT_THAT(with_hash(std::string(64, 'A')), ElementsAre("denoisers[0].model.files"));
  EXPECT_THAT(with_hash("abc"), ElementsAre("denoisers[0].model.files"));
}

TEST(Validate, CountsTheShares) {
  const auto with_shares = [](std::vector<Percent> shares, SplitRule rule) {
    return bad_fields([&](auto& r) { r.split = RatioSplit{std::move(shares), rule}; });
  };
  EXPECT_THAT(with_shares({Percent{0}}, SplitRule::Floor), ElementsAre());
  EXPECT_THAT(with_shares({Percent{40}, Percent{60}}, SplitRule::Floor), ElementsAre());
  EXPECT_THAT(with_shares({Percent{40}}, SplitRule::DitMulti), ElementsAre());
  EXPECT_THAT(with_shares({Percent{40}, Percent{50}}, SplitRule::DitMulti), ElementsAre("split.shares"));
  EXPECT_THAT(with_shares({Percent{40}, Percent{40}, Percent{20}}, SplitRule::DitMulti), ElementsAre("split.shares"));
  EXPECT_THAT(with_shares({}, SplitRule::Floor), ElementsAre("split.shares"));
  EXPECT_THAT(with_shares({Percent{-1}}, SplitRule::Floor), ElementsAre("split.shares"));
}

TEST(Validate, DitMultiTakesOneShareOrOneForEachOfThree) {
  const auto with_shares = [](std::vector<Percent> shares) {
    return bad_fields([&](auto& r) {
      r.denoisers.push_back({"medium", {}, std::nullopt});
      r.split = RatioSplit{std::move(shares), SplitRule::DitMulti};
    });
  };
  EXPECT_THAT(with_shares({Percent{50}, Percent{30}, Percent{20}}), ElementsAre());
  EXPECT_THAT(with_shares({Percent{50}}), ElementsAre());
  EXPECT_THAT(with_shares({Percent{50}, Percent{50}}), ElementsAre("split.shares"));
  EXPECT_THAT(with_shares({Percent{30}, Percent{30}, Percent{30}}), ElementsAre("split.shares"));
}

TEST(Validate, WantsPositiveSegmentsOfKnownDenoisers) {
  const auto with_segments = [](std::vector<Segment> segments) {
    return bad_fields([&](auto& r) { r.split = SegmentSplit{std::move(segments)}; });
  };
  EXPECT_THAT(with_segments({{"small", 3, {}}, {"large", 2, 5.0}, {"small", 1, {}}}), ElementsAre());
  EXPECT_THAT(with_segments({}), ElementsAre("split.segments"));
  EXPECT_THAT(with_segments({{"small", 0, {}}}), ElementsAre("split.segments[0]"));
  EXPECT_THAT(with_segments({{"small", 3, {}}, {"medium", 2, {}}}), ElementsAre("split.segments[1]"));
  EXPECT_THAT(with_segments({{"small", 3, -1.0}}), ElementsAre("split.segments[0].guidance"));
}

TEST(ModelReferenceComparison, LeavesOutTheLocation) {
  ModelReference a{"name", "sd1", {}, "here"};
  ModelReference b{"name", "sd1", {}, "there"};
  EXPECT_EQ(a, b);
  b.family = "sd2";
  EXPECT_NE(a, b);
}

TEST(ValidateControls, ChecksRangesAndDenoisers) {
  GenerationRequest request = test::pair_request();
  const auto problems_of = [&](const ControlChoice& control) {
    request.controls = {control};
    return validate(request).size();
  };
  EXPECT_EQ(problems_of({}), 0U);
  ControlChoice control;
  control.start = 0.5;
  control.end = 0.5;
  EXPECT_EQ(problems_of(control), 1U);
  control = {};
  control.end = 1.01;
  EXPECT_EQ(problems_of(control), 1U);
  control = {};
  control.scale = std::nan("");
  EXPECT_EQ(problems_of(control), 1U);
  control = {};
  control.denoiser = "other";
  EXPECT_EQ(problems_of(control), 1U);
  control = {};
  control.picture.sha256 = "beef";
  EXPECT_EQ(problems_of(control), 1U);
  control = {};
  control.thresholds = {-1, 200};
  EXPECT_EQ(problems_of(control), 1U);
  control.thresholds = {0, 10000};
  EXPECT_EQ(problems_of(control), 0U);
  control.kind = ControlKind::Depth;
  EXPECT_EQ(problems_of(control), 1U) << "depth has no thresholds";
  control.thresholds = {};
  control.annotator = ModelReference{"dpt", {}, {}, {}};
  EXPECT_EQ(problems_of(control), 0U);
  control.is_map = true;
  EXPECT_EQ(problems_of(control), 1U) << "a map needs no annotator";
}

TEST(Validate, ChecksTheSourceAndTheSecondPass) {
  GenerationRequest request = test::pair_request();
  const auto fields = [&] {
    std::vector<std::string> names;
    for (const Problem& problem : validate(request)) names.push_back(problem.field);
    return names;
  };
  request.source = SourceChoice{{"a.png", {}, {}}, 1, PictureReference{"b.png", {}, {}}, 1024};
  request.second_pass = SecondPass{8, Upscale::Latent, 1, 1000, Percent{100}};
  EXPECT_THAT(fields(), testing::IsEmpty());
  request.source = SourceChoice{{"a.png", "beef", {}}, std::nan(""), {}, 3};
  EXPECT_THAT(fields(), testing::ElementsAre("source.picture.sha256", "source.strength", "source.mask_feather"));
  request.source = SourceChoice{{}, 1.01, PictureReference{"b.png", "beef", {}}, -1};
  EXPECT_THAT(fields(), testing::ElementsAre("source.strength", "source.mask.sha256", "source.mask_feather"));
  request.source.reset();
  request.second_pass = SecondPass{0.5, Upscale::Latent, 0, 0, Percent{101}};
  EXPECT_THAT(fields(), testing::ElementsAre("second_pass.scale", "second_pass.strength", "second_pass.steps",
                                             "second_pass.share"));
}

TEST(Validate, ChecksClipSkipAndEmbeddings) {
  GenerationRequest request = test::pair_request();
  request.clip_skip = 1;
  request.embeddings = {{{"mascot", "embedding", {}, {}}, "mascot"}};
  EXPECT_THAT(validate(request), testing::IsEmpty());
  request.clip_skip = 0;
  request.embeddings[0].word = " ";
  request.embeddings.push_back({{"\xFF", "embedding", {}, {}}, "\xFF"});
  std::vector<std::string> fields;
  for (const Problem& problem : validate(request)) fields.push_back(problem.field);
  EXPECT_THAT(fields, testing::ElementsAre("clip_skip", "embeddings[0].word", "embeddings[1].model.name",
                                           "embeddings[1].word"));
}

TEST(ValidateLoras, ChecksStrengthAndDenoiser) {
  GenerationRequest request = test::pair_request();
  request.loras = {{{}, -2, "small"}};
  EXPECT_TRUE(validate(request).empty());
  request.loras = {{{}, 101, "other"}};
  EXPECT_EQ(validate(request).size(), 2U);
}

}  // namespace
}  // namespace tstitch
