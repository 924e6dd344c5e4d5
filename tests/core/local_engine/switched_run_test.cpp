#include "core/jobs/switched_run.h"

#include <gtest/gtest.h>

#include "core/image/image_file.h"
#include "core/jobs/picture_job.h"
#include "core/jobs/stored_request.h"
#include "core/local_engine/local_engine.h"
#include "core/request/names.h"
#include "tests/support/all_samplers.h"
#include "tests/support/small_pair.h"

namespace tstitch {
namespace {

class SwitchedRunTest : public ::testing::Test {
 protected:
  SwitchedRunTest() {
    LocalEngineOptions options;
    options.cache = pair_.folder() / "cache";
    options.keep_loaded = true;
    engine_ = make_local_engine(options);
  }

  Job job(SamplerKind sampler, const std::string& folder, int count = 1) const {
    Job job;
    job.request = pair_.request(84);
    job.request.steps = 6;
    job.request.sampler = sampler;
    job.count = count;
    job.settings.device = DeviceKind::Cpu;
    job.preview.kind = PreviewKind::None;
    job.output.path = pair_.folder() / folder / "";
    return job;
  }

  /// Asks for the change while that evaluation of the first picture runs.
  Outcome switched_during(const Job& job, int evaluation) {
    SwitchRequest request;
    told_.clear();
    saved_ = 0;
    counts_ = {};
    const EventSink sink = [&](const Event& event) {
      if (const auto* begun = std::get_if<StepBegun>(&event)) {
        told_.push_back(begun->denoiser);
        if (begun->evaluation.value == evaluation && told_.size() == static_cast<std::size_t>(evaluation) + 1) {
          request.ask();
        }
      }
      if (std::holds_alternative<ImageSaved>(event)) ++saved_;
      if (const auto* counts = std::get_if<EvaluationCounts>(&event)) counts_ = *counts;
    };
    return make_pictures(*engine_, job, {}, sink, &request);
  }

  Image scratch(const GenerationRequest& stored) {
    Job again = job(stored.sampler, "again");
    again.request = engine_->locate(stored);
    const Outcome outcome = make_pictures(*engine_, again, {}, [](const Event&) {});
    EXPECT_FALSE(report_of(outcome).images.empty());
    return report_of(outcome).images.empty() ? Image{} : *report_of(outcome).images.front().image;
  }

  test::SmallPair pair_{TSTITCH_GOLDEN_DIR};
  std::unique_ptr<Engine> engine_;
  std::vector<DenoiserName> told_;
  int saved_ = 0;
  EvaluationCounts counts_;
};

TEST_F(SwitchedRunTest, isThePictureOfThoseSegmentsWithEverySampler) {
  for (const SamplerKind sampler : test::all_samplers()) {
    SCOPED_TRACE(name_of(sampler));
    const Outcome outcome = switched_during(job(sampler, std::string(name_of(sampler))), 1);
    ASSERT_TRUE(std::holds_alternative<Finished>(outcome));
    const RunReport& report = report_of(outcome);
    ASSERT_EQ(report.images.size(), 1U);
    EXPECT_EQ(saved_, 1);
    const GenerationRequest stored = stored_request(report.images[0].file).request;
    const auto* split = std::get_if<SegmentSplit>(&stored.split);
    ASSERT_NE(split, nullptr);
    ASSERT_EQ(split->segments.size(), 2U);
    EXPECT_EQ(split->segments[0].denoiser, "small");
    EXPECT_GE(split->segments[0].evaluations, 2);
    EXPECT_LE(split->segments[0].evaluations, 4) << "at the next place where a seam may lie";
    EXPECT_EQ(static_cast<int>(told_.size()), split->segments[0].evaluations + split->segments[1].evaluations);
    EXPECT_EQ(counts_.evaluations.at("small"), split->segments[0].evaluations);
    EXPECT_EQ(stored_request(report.images[0].file).made.seconds.size(), 2U);
    EXPECT_EQ(scratch(stored), *report.images[0].image);
  }
}

TEST_F(SwitchedRunTest, changesOnlyTheRunningPicture) {
  const Outcome outcome = switched_during(job(SamplerKind::Ddim, "two", 2), 2);
  const RunReport& report = report_of(outcome);
  ASSERT_EQ(report.images.size(), 2U);
  const GenerationRequest first = stored_request(report.images[0].file).request;
  const GenerationRequest second = stored_request(report.images[1].file).request;
  EXPECT_EQ(std::get<SegmentSplit>(first.split).segments.front().evaluations, 3);
  EXPECT_EQ(std::get<RatioSplit>(second.split), std::get<RatioSplit>(job(SamplerKind::Ddim, "").request.split));
  EXPECT_EQ(counts_.evaluations.at("small"), 3 + 5);
}

/// A second pass without a ratio of its own is made by whoever ends the first.
TEST_F(SwitchedRunTest, countsWhatItMakesOfTheSecondPass) {
  Job two = job(SamplerKind::Ddim, "passes");
  two.request.second_pass = SecondPass{1.5, Upscale::Latent, 0.5, {}, {}};
  const Outcome outcome = switched_during(two, 1);
  ASSERT_TRUE(std::holds_alternative<Finished>(outcome));
  std::map<DenoiserName, int> made;
  for (const SegmentTime& segment : report_of(outcome).segments) made[segment.denoiser] += segment.evaluations;
  EXPECT_EQ(counts_.evaluations, made);
}

TEST_F(SwitchedRunTest, goesOnWithTheKeptTrail) {
  Job kept = job(SamplerKind::Dpmpp2M, "kept");
  kept.trail = StateTrail{5000, false};
  switched_during(kept, 3);
  Job less = job(SamplerKind::Dpmpp2M, "less");
  less.request.split = RatioSplit{{Percent{50}}, SplitRule::Floor};
  less.trail = StateTrail{5000, true};
  const Outcome outcome = make_pictures(*engine_, less, {}, [](const Event&) {});
  ASSERT_EQ(report_of(outcome).segments.size(), 1U);
  EXPECT_EQ(report_of(outcome).segments[0].denoiser, "large");
}

TEST_F(SwitchedRunTest, aReadyPictureIsSavedAsIfItWereMadeNow) {
  PictureRun run;
  run.request = job(SamplerKind::Ddim, "").request;
  run.settings.device = DeviceKind::Cpu;
  run.preview.kind = PreviewKind::None;
  const Outcome made = engine_->make(run, {}, [](const Event&) {});
  Job ready = job(SamplerKind::Ddim, "ready");
  ready.ready = std::make_shared<const MadePicture>(*report_of(made).picture);
  const Outcome outcome = make_pictures(*engine_, ready, {}, [](const Event&) {});
  ASSERT_EQ(report_of(outcome).images.size(), 1U);
  EXPECT_TRUE(report_of(outcome).segments.empty()) << "nothing was computed";
  const auto file = report_of(outcome).images[0].file;
  EXPECT_EQ(read_picture(file).image, *report_of(made).picture->image);
  EXPECT_EQ(stored_request(file).made.seconds, report_of(made).picture->made.seconds);
}

TEST(SwitchedSplit, keepsWhatWasAskedUntilThere) {
  GenerationRequest request;
  request.denoisers = {{"small", {}, {}}, {"middle", {}, {}}, {"large", {}, {}}};
  const std::vector<Segment> asked{{"small", 4, 3.0, {}}, {"middle", 4}, {"large", 2, 9.0, "a fox"}};
  request.split = SegmentSplit{asked};
  EXPECT_EQ(switched_split(request, asked, 3).segments,
            (std::vector<Segment>{{"small", 3, 3.0, {}}, {"large", 7, 9.0, "a fox"}}));
  EXPECT_EQ(switched_split(request, asked, 6).segments,
            (std::vector<Segment>{{"small", 4, 3.0, {}}, {"middle", 2}, {"large", 4, 9.0, "a fox"}}));
  request.split = RatioSplit{{Percent{100}}, SplitRule::Floor};
  EXPECT_EQ(switched_split(request, {{"small", 10, 7.5, {}}}, 4).segments,
            (std::vector<Segment>{{"small", 4}, {"large", 6}}));
}

}  // namespace
}  // namespace tstitch
