#include "core/engine/runner.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "core/local_engine/local_engine.h"
#include "core/request/names.h"
#include "tests/support/all_samplers.h"
#include "tests/support/small_pair.h"

namespace tstitch {
namespace {

class RunnerTest : public ::testing::Test {
 protected:
  RunnerTest() {
    LocalEngineOptions options;
    options.cache = pair_.folder() / "cache";
    options.keep_loaded = true;
    engine_ = make_local_engine(options);
  }

  PictureRun run(int ratio, SamplerKind sampler = SamplerKind::Dpmpp2M) const {
    PictureRun run;
    run.request = pair_.request(ratio);
    run.request.steps = 6;
    run.request.sampler = sampler;
    run.settings.device = DeviceKind::Cpu;
    run.preview.kind = PreviewKind::None;
    run.wants_latents = true;
    return run;
  }

  RunReport finished(
      const PictureRun& run, const EventSink& sink = [](const Event&) {}) {
    Outcome outcome = engine_->make(run, {}, sink);
    if (const auto* failed = std::get_if<Failed>(&outcome)) {
      ADD_FAILURE() << failed->where << ": " << failed->what;
    }
    return report_of(outcome);
  }

  static int evaluations(const RunReport& report) {
    int count = 0;
    for (const SegmentTime& segment : report.segments) count += segment.evaluations;
    return count;
  }

  static void touch_weights(const std::filesystem::path& folder) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.path().extension() == ".safetensors") {
        std::filesystem::last_write_time(entry.path(), std::filesystem::file_time_type::clock::now());
      }
    }
  }

  test::SmallPair pair_{TSTITCH_GOLDEN_DIR};
  std::unique_ptr<Engine> engine_;
};

TEST_F(RunnerTest, givesAPictureAndWritesNothing) {
  const RunReport report = finished(run(50));
  ASSERT_TRUE(report.picture);
  EXPECT_EQ(report.picture->image->width, 64);
  EXPECT_FALSE(report.picture->request.denoisers.front().model.files.empty()) << "hashed";
  EXPECT_EQ(report.picture->made.precision, "fp32");
  EXPECT_EQ(report.picture->made.seconds.size(), 2U);
  EXPECT_EQ(report.picture->segments.size(), 2U);
  EXPECT_EQ(report.picture->latents->shape, (std::vector<std::int64_t>{1, 4, 12, 16}));
  EXPECT_TRUE(report.images.empty());
}

/// Scrubbing, branching and grids are nothing but this.
TEST_F(RunnerTest, goesOnFromAKeptStateToTheBit) {
  for (const SamplerKind sampler : {SamplerKind::Dpmpp2M, SamplerKind::EulerAncestral, SamplerKind::Lms}) {
    PictureRun beginning = run(100, sampler);
    beginning.until = StepIndex{3};
    beginning.keep = 7;
    const RunReport begun = finished(beginning);
    EXPECT_FALSE(begun.picture);
    EXPECT_EQ(evaluations(begun), 3);

    PictureRun rest = run(50, sampler);
    rest.from = 7;
    const RunReport resumed = finished(rest);
    EXPECT_EQ(evaluations(resumed), 3) << "only the large model's";
    const RunReport whole = finished(run(50, sampler));
    EXPECT_EQ(evaluations(whole), 6);
    EXPECT_EQ(resumed.picture->latents->values, whole.picture->latents->values);
    EXPECT_EQ(*resumed.picture->image, *whole.picture->image);
    EXPECT_EQ(resumed.picture->made.seconds.size(), 2U) << "the small model's share of the way is told, too";
    EXPECT_EQ(resumed.picture->made.seconds.at("small"), begun.segments.front().seconds.value);
  }
}

TEST_F(RunnerTest, goesOnFromATrailToTheBitWithEverySampler) {
  StateId first = 1000;
  for (const SamplerKind sampler : test::all_samplers()) {
    SCOPED_TRACE(name_of(sampler));
    PictureRun small = run(100, sampler);
    small.trail = StateTrail{first, false};
    const RunReport trajectory = finished(small);
    for (const int ratio : {50, 34, 84}) {
      PictureRun rest = run(ratio, sampler);
      const RunReport whole = finished(rest);
      rest.trail = StateTrail{first, true};
      const RunReport resumed = finished(rest);
      ASSERT_TRUE(whole.picture && resumed.picture);
      EXPECT_EQ(resumed.segments.size(), 1U) << "only the large model's";
      EXPECT_EQ(evaluations(resumed), whole.picture->segments.back().evaluations);
      EXPECT_EQ(resumed.picture->latents->values, whole.picture->latents->values) << ratio;
      EXPECT_EQ(*resumed.picture->image, *whole.picture->image);
      EXPECT_EQ(resumed.picture->made.seconds.size(), 2U);
    }
    EXPECT_EQ(trajectory.segments.size(), 1U);
    first += 100;
  }
}

/// What is missing of the small model's steps comes first, and is kept as well.
TEST_F(RunnerTest, lengthensATrail) {
  PictureRun begun = run(34);
  begun.trail = StateTrail{1000, false};
  finished(begun);
  PictureRun further = run(84);
  further.trail = StateTrail{1000, true};
  const RunReport report = finished(further);
  ASSERT_EQ(report.segments.size(), 2U);
  EXPECT_EQ(report.segments[0].evaluations, 3) << "two of five were kept";
  EXPECT_EQ(*report.picture->image, *finished(run(84)).picture->image);
  PictureRun again = run(67);
  again.trail = StateTrail{1000, true};
  EXPECT_EQ(evaluations(finished(again)), 2);
}

TEST_F(RunnerTest, startsFromTheNoiseWhereTheStateDoesNotServe) {
  PictureRun beginning = run(100);
  beginning.until = StepIndex{3};
  beginning.keep = 7;
  finished(beginning);
  PictureRun other = run(50);
  other.request.seed = 99;
  const RunReport plain = finished(other);
  other.from = 7;
  const RunReport of_another_seed = finished(other);
  EXPECT_EQ(evaluations(of_another_seed), 6);
  EXPECT_EQ(*of_another_seed.picture->image, *plain.picture->image);

  engine_->forget(7);
  PictureRun forgotten = run(50);
  forgotten.from = 7;
  EXPECT_EQ(evaluations(finished(forgotten)), 6);
}

TEST_F(RunnerTest, refusesNoiseOfAnotherShape) {
  PictureRun odd = run(50);
  odd.initial_noise = HostTensor{{1, 4, 12, 15}, std::vector<float>(720)};
  const Outcome outcome = engine_->make(odd, {}, [](const Event&) {});
  ASSERT_TRUE(std::holds_alternative<Failed>(outcome));
  EXPECT_EQ(std::get<Failed>(outcome).code, ExitCode::BadInput);
}

/// Questions from other threads neither wait for a run nor change it; some find files that were not hashed before.
TEST_F(RunnerTest, answersItsLibraryWhileItRuns) {
  const RunReport alone = finished(run(50));
  std::atomic<int> answers{0};
  std::atomic<bool> ended{false};
  std::vector<std::jthread> askers;
  askers.reserve(2);
  for (int i = 0; i < 2; ++i) {
    askers.emplace_back([&, i] {
      const auto own = pair_.folder() / std::to_string(i);
      std::filesystem::copy(pair_.folder() / "small", own, std::filesystem::copy_options::recursive);
      GenerationRequest of_own = run(50).request;
      of_own.denoisers.front().model.location = own;
      GenerationRequest travelled = engine_->identify(run(50).request, {});
      for (DenoiserChoice& denoiser : travelled.denoisers) denoiser.model.location.clear();
      while (!ended) {
        RunSettings settings;
        settings.threads = 1 + i;
        EXPECT_EQ(engine_->plan(run(50).request, settings).segments.size(), 2U);
        EXPECT_EQ(engine_->inspect(pair_.folder() / "large").latent_channels, 4);
        EXPECT_FALSE(engine_->locate(travelled).denoisers.front().model.location.empty());
        touch_weights(own);
        EXPECT_FALSE(engine_->identify(of_own, settings).denoisers.front().model.files.empty());
        ++answers;
      }
    });
  }
  bool answered_within = false;
  for (int i = 0; i < 20 && !answered_within; ++i) {
    const int before = answers;
    EXPECT_EQ(*finished(run(50)).picture->image, *alone.picture->image);
    answered_within = answers > before;
  }
  ended = true;
  EXPECT_TRUE(answered_within);
}

}  // namespace
}  // namespace tstitch
