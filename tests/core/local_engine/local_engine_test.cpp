#include "core/local_engine/local_engine.h"

#include <algorithm>
#include <fstream>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "core/image/image_file.h"
#include "core/jobs/grid_job.h"
#include "core/jobs/picture_job.h"
#include "core/models/model_index.h"
#include "tests/support/runs/golden_run.h"
#include "tests/support/tensor_near.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

/// An engine over the bundled pair, with a scratch folder for pictures and caches.
class BundledPair : public ::testing::Test {
 protected:
  BundledPair() {
    std::string pattern = (fs::temp_directory_path() / "tstitch-engine-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    LocalEngineOptions options;
    options.model_roots = {fs::path(TSTITCH_SOURCE_DIR) / "models"};
    options.cache = folder_ / "cache";
    options.keep_loaded = true;
    engine_ = make_local_engine(options);
  }
  ~BundledPair() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  Job job(int ratio, const std::string& output) {
    Job job;
    job.request = engine_->pairs().front().defaults;
    job.request.prompt = "3d fox";
    job.request.steps = 6;
    job.request.seed = 11;
    job.request.split = RatioSplit{{Percent{ratio}}, SplitRule::Floor};
    job.settings.device = DeviceKind::Cpu;
    job.preview.kind = PreviewKind::None;
    job.output.path = folder_ / output;
    return job;
  }

  RunReport finished(
      const Job& job, const EventSink& sink = [](const Event&) {}) {
    const Outcome outcome = make_pictures(*engine_, job, {}, sink);
    if (const auto* failed = std::get_if<Failed>(&outcome)) {
      ADD_FAILURE() << failed->where << ": " << failed->what;
    }
    EXPECT_TRUE(std::holds_alternative<Finished>(outcome));
    return report_of(outcome);
  }

  fs::path folder_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(BundledPair, tellsStagesStepsAndTheSavedPictureInOrder) {
  std::vector<Stage> stages;
  int steps = 0;
  bool saved_last = false;
  const RunReport report = finished(job(50, "a.png"), [&](const Event& event) {
    if (const auto* stage = std::get_if<StageChanged>(&event)) stages.push_back(stage->stage);
    steps += std::holds_alternative<StepDone>(event) ? 1 : 0;
    saved_last = std::holds_alternative<ImageSaved>(event);
    if (const auto* saved = std::get_if<ImageSaved>(&event)) {
      EXPECT_TRUE(fs::exists(saved->image.file));
    }
  });
  EXPECT_EQ(steps, 6);
  EXPECT_TRUE(saved_last);
  EXPECT_EQ(stages.back(), Stage::Saving);
  ASSERT_EQ(report.segments.size(), 2U);
  EXPECT_EQ(report.segments[0].evaluations, 3);
  EXPECT_EQ(report.request.sampler, SamplerKind::Ddim);
  EXPECT_FALSE(report.request.denoisers[0].model.files.empty());
}

TEST_F(BundledPair, loadsOneDenoiserAtBothEnds) {
  for (const int ratio : {0, 100}) {
    LocalEngineOptions options;
    options.model_roots = {fs::path(TSTITCH_SOURCE_DIR) / "models"};
    options.cache = folder_ / "cache";
    const auto engine = make_local_engine(options);
    std::int64_t loaded = 0;
    int complete = 0;
    const Outcome outcome =
        make_pictures(*engine, job(ratio, std::to_string(ratio) + ".png"), {}, [&](const Event& event) {
          const auto* progress = std::get_if<LoadProgress>(&event);
          if (progress == nullptr) return;
          loaded = std::max(loaded, progress->of);
          complete += progress->bytes == progress->of ? 1 : 0;
        });
    EXPECT_LE(complete, 1) << "everything was there before the last weight";
    ASSERT_TRUE(std::holds_alternative<Finished>(outcome));
    const auto facts = engine->inspect(ratio == 0 ? "miniature/small/unet" : "miniature/large");
    const auto used = engine->inspect(ratio == 0 ? "miniature/large" : "miniature/small/unet");
    EXPECT_EQ(report_of(outcome).segments.size(), 1U);
    EXPECT_EQ(loaded, used.network_bytes_fp32 + engine->inspect("miniature/large").other_bytes_fp32);
    EXPECT_GT(facts.network_bytes_fp32, 0);
  }
}

TEST_F(BundledPair, changesNetworksAtTheSeamWhereMemoryIsShort) {
  Job roomy = job(50, "roomy.png");
  finished(roomy);
  const ResidencyPlan side_by_side = engine_->plan(roomy.request, roomy.settings).residency;
  ASSERT_FALSE(side_by_side.one_at_a_time);
  Job tight = job(50, "tight.png");
  tight.settings.memory_limit = side_by_side.peak_bytes() - 1;
  EXPECT_TRUE(engine_->plan(tight.request, tight.settings).residency.one_at_a_time);
  std::vector<std::string> order;
  const RunReport report = finished(tight, [&](const Event& event) {
    if (const auto* stage = std::get_if<StageChanged>(&event); stage != nullptr && stage->stage == Stage::Loading) {
      order.emplace_back("loading");
    }
    if (const auto* step = std::get_if<StepDone>(&event);
        step != nullptr && (order.empty() || order.back() != step->denoiser)) {
      order.push_back(step->denoiser);
    }
  });
  EXPECT_THAT(order, testing::IsSupersetOf({"small", "large"}));
  EXPECT_THAT(std::vector(order.end() - 4, order.end()), testing::ElementsAre("loading", "small", "loading", "large"));
  EXPECT_EQ(read_picture(folder_ / "tight.png").image.rgb, read_picture(folder_ / "roomy.png").image.rgb);
  EXPECT_GE(report.seconds.sample, 0);

  Job impossible = job(50, "never.png");
  impossible.settings.memory_limit = 1000;
  const Outcome outcome = make_pictures(*engine_, impossible, {}, [](const Event&) {});
  ASSERT_TRUE(std::holds_alternative<Failed>(outcome));
  EXPECT_EQ(std::get<Failed>(outcome).code, ExitCode::OutOfMemory);
}

/// What a session made in one precision is not taken for another's.
TEST_F(BundledPair, encodesTheTextAnewInAnotherPrecision) {
  const auto latents_in = [&](Engine& engine, Precision precision) {
    Job one = test::golden_job(job(50, "any.png").request, folder_);
    one.tensors.initial_latents.reset();
    one.settings.precision = precision;
    return test::final_latents(engine, one);
  };
  ASSERT_TRUE(latents_in(*engine_, Precision::Bf16).defined());
  const at::Tensor later = latents_in(*engine_, Precision::Fp32);
  LocalEngineOptions options;
  options.cache = folder_ / "cache";
  const at::Tensor alone = latents_in(*make_local_engine(options), Precision::Fp32);
  ASSERT_TRUE(later.defined() && alone.defined());
  EXPECT_TENSOR_NEAR_RELATIVE(later, alone, 0.0);
}

TEST_F(BundledPair, showsAPreviewAfterEveryEvaluation) {
  Job with_previews = job(50, "p.png");
  with_previews.preview.kind = PreviewKind::Linear;
  std::vector<int> seen;
  finished(with_previews, [&](const Event& event) {
    if (const auto* preview = std::get_if<PreviewReady>(&event)) {
      seen.push_back(preview->evaluation.value);
      EXPECT_EQ(preview->image->width, 16);
    }
  });
  EXPECT_EQ(seen, (std::vector<int>{0, 1, 2, 3, 4, 5}));
}

TEST_F(BundledPair, previewsChangeNoPixel) {
  finished(job(50, "a.png"));
  Job with_previews = job(50, "b.png");
  with_previews.preview.kind = PreviewKind::Full;
  finished(with_previews);
  EXPECT_EQ(read_picture(folder_ / "a.png").image.rgb, read_picture(folder_ / "b.png").image.rgb);
}

TEST_F(BundledPair, row3APreviewSettingNeverFailsARun) {
  Job tiny = job(50, "t/");
  tiny.preview.kind = PreviewKind::Tiny;
  tiny.count = 2;
  std::vector<std::string> lines;
  int seen = 0;
  finished(tiny, [&](const Event& event) {
    if (const auto* warning = std::get_if<Warning>(&event)) lines.push_back(warning->text);
    seen += std::holds_alternative<PreviewReady>(event) ? 1 : 0;
  });
  EXPECT_EQ(seen, 12);
  EXPECT_EQ(lines, std::vector<std::string>{"the pair has no tiny decoder; its previews are linear."});
}

TEST_F(BundledPair, cancelsWithinARun) {
  Job longer = job(50, "never.png");
  longer.request.steps = 500;
  std::stop_source stop;
  const Outcome outcome = make_pictures(*engine_, longer, stop.get_token(), [&](const Event& event) {
    if (std::holds_alternative<StepDone>(event)) stop.request_stop();
  });
  ASSERT_TRUE(std::holds_alternative<Cancelled>(outcome));
  EXPECT_EQ(report_of(outcome).segments.at(0).evaluations, 1);
  EXPECT_FALSE(fs::exists(folder_ / "never.png"));
}

TEST_F(BundledPair, makesGridCellsBitEqualToSeparateRuns) {
  GridJob grid;
  grid.base = job(0, "grid");
  grid.axes = {parse_axis("seed", "11"), parse_axis("ratio", "0%,50%,100%")};
  const GridReport report = make_grid(*engine_, grid, {}, [](const Event&) {});
  ASSERT_EQ(report.cells.size(), 3U);
  EXPECT_EQ(report.evaluations.at("small"), 6);
  EXPECT_EQ(report.evaluations.at("large"), 9);
  for (std::size_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(report.cells[i].error.empty()) << report.cells[i].error;
    const std::string name = "single-" + std::to_string(i) + ".png";
    finished(job(static_cast<int>(i) * 50, name));
    EXPECT_EQ(read_picture(report.cells[i].file).image.rgb, read_picture(folder_ / name).image.rgb) << i;
  }
  EXPECT_TRUE(fs::exists(report.composite));
}

/// A grid leaves measured times behind.
TEST_F(BundledPair, keepsTheTimesOfAGrid) {
  GridJob grid;
  grid.base = job(0, "grid");
  grid.axes = {parse_axis("ratio", "0%,50%")};
  EXPECT_TRUE(engine_->plan(grid.base.request, grid.base.settings).measured.evaluation.empty());
  ASSERT_EQ(make_grid(*engine_, grid, {}, [](const Event&) {}).cells.size(), 2U);
  const MeasuredSeconds measured = engine_->plan(grid.base.request, grid.base.settings).measured;
  EXPECT_EQ(measured.evaluation.size(), 2U);
  EXPECT_TRUE(measured.text.has_value());
  EXPECT_TRUE(measured.decode.has_value());
}

/// Neighbouring evaluations of one denoiser are one entry, over all pictures of a run.
TEST_F(BundledPair, tellsSegmentsOverAllPicturesInOrder) {
  const auto told = [&](int ratio, const char* output) {
    Job two = job(ratio, output);
    two.count = 2;
    std::vector<std::pair<DenoiserName, int>> segments;
    for (const SegmentTime& time : finished(two).segments) segments.emplace_back(time.denoiser, time.evaluations);
    return segments;
  };
  using testing::ElementsAre;
  using testing::Pair;
  EXPECT_THAT(told(50, "a/"), ElementsAre(Pair("small", 3), Pair("large", 3), Pair("small", 3), Pair("large", 3)));
  EXPECT_THAT(told(0, "b/"), ElementsAre(Pair("large", 12)));
}

TEST_F(BundledPair, goesOnWithAStoppedGrid) {
  GridJob grid;
  grid.base = job(0, "grid");
  grid.axes = {parse_axis("ratio", "0%,50%,100%")};
  std::stop_source stop;
  const GridReport first = make_grid(*engine_, grid, stop.get_token(), [&](const Event& event) {
    if (std::holds_alternative<CellEnded>(event)) stop.request_stop();
  });
  EXPECT_TRUE(first.cancelled);
  int steps = 0;
  const GridReport second = make_grid(
      *engine_, grid, {}, [&](const Event& event) { steps += std::holds_alternative<StepDone>(event) ? 1 : 0; });
  EXPECT_FALSE(second.cancelled);
  for (const CellEnded& cell : second.cells) EXPECT_FALSE(cell.file.empty());
  EXPECT_LT(steps, 15);
  std::ifstream in(folder_ / "grid" / "grid.json");
  const auto record = nlohmann::json::parse(in);
  for (const auto& cell : record["cells"]) EXPECT_EQ(cell["state"], "saved");
}

TEST_F(BundledPair, failsWithASentenceAndACode) {
  Job odd = job(50, "odd.png");
  odd.request.extent = {100, 100};
  const Outcome outcome = make_pictures(*engine_, odd, {}, [](const Event&) {});
  ASSERT_TRUE(std::holds_alternative<Failed>(outcome));
  EXPECT_EQ(std::get<Failed>(outcome).code, ExitCode::Usage);
}

}  // namespace
}  // namespace tstitch
