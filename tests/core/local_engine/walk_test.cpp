#include "core/local_engine/walk.h"

#include <atomic>

#include <ATen/ops/equal.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/tanh.h>
#include <gtest/gtest.h>

#include "core/base/stop.h"
#include "tests/support/all_samplers.h"
#include "tests/support/plan_fixtures.h"

namespace tstitch {
namespace {

/// A smooth function of latent and level; counts its calls.
class Smooth final : public Denoiser {
 public:
  explicit Smooth(double gain) : gain_(gain) {}
  Estimate denoise(const at::Tensor& x, const NoiseLevel& level, const std::stop_token& stop) const override {
    stop_point(stop);
    ++calls;
    return at::tanh(at::mul(x, gain_ * level.signal));
  }
  mutable std::atomic<int> calls{0};

 private:
  double gain_;
};

Trajectory trajectory_of(SamplerKind sampler, int steps, Percent ratio) {
  GenerationRequest request;
  request.denoisers = {{"small", {}, {}}, {"large", {}, {}}};
  request.split = RatioSplit{{ratio}, SplitRule::Floor};
  request.steps = steps;
  return make_trajectory(request,
                         make_sigma_schedule(sampler, Spacing::Default, steps, test::stable_diffusion_scheduler()));
}

struct Result {
  at::Tensor latent;
  std::vector<SegmentTime> times;
};

struct Denoisers {
  std::shared_ptr<Smooth> small = std::make_shared<Smooth>(0.7);
  std::shared_ptr<Smooth> large = std::make_shared<Smooth>(1.1);
};

Result walk(const Trajectory& trajectory, const Denoisers& denoisers, std::optional<Snapshot> from = {},
            std::optional<StepIndex> until = {}, Snapshot* end = nullptr, SeamHistory seam = SeamHistory::Keep) {
  const auto sampler = make_sampler(trajectory.schedule, 0.5);
  const NoiseSource noise(7);
  const auto denoiser_at = [&](EvaluationIndex evaluation) -> const Denoiser& {
    return trajectory.segment_at(evaluation).denoiser == "small" ? *denoisers.small : *denoisers.large;
  };
  const Walk walk{trajectory, seam, *sampler, noise, {4, 6, 5}, denoiser_at, std::move(from), until, {}, nullptr};
  Result result;
  const Snapshot snapshot = walk_trajectory(
      walk, {}, [](const Event&) {}, result.times);
  result.latent = snapshot.state.latent;
  if (end != nullptr) *end = snapshot;
  return result;
}

class EverySampler : public ::testing::TestWithParam<SamplerKind> {};

TEST_P(EverySampler, changesNothingWhenBothSidesOfTheSeamAreEqual) {
  const Denoisers alike{std::make_shared<Smooth>(0.9), std::make_shared<Smooth>(0.9)};
  const Result plain = walk(trajectory_of(GetParam(), 10, Percent{0}), alike);
  for (const int ratio : {10, 30, 50, 90, 100}) {
    EXPECT_TRUE(at::equal(walk(trajectory_of(GetParam(), 10, Percent{ratio}), alike).latent, plain.latent)) << ratio;
  }
}

TEST_P(EverySampler, asksOneDenoiserOnlyAtBothEnds) {
  const Denoisers all_large;
  const Trajectory zero = trajectory_of(GetParam(), 8, Percent{0});
  walk(zero, all_large);
  EXPECT_EQ(all_large.small->calls, 0);
  EXPECT_EQ(all_large.large->calls, zero.evaluations());
  const Denoisers all_small;
  walk(trajectory_of(GetParam(), 8, Percent{100}), all_small);
  EXPECT_EQ(all_small.large->calls, 0);
  EXPECT_EQ(all_small.small->calls, zero.evaluations());
}

TEST_P(EverySampler, goesOnFromASnapshotAsIfItHadNotStopped) {
  const Denoisers denoisers;
  const Trajectory trajectory = trajectory_of(GetParam(), 10, Percent{40});
  const Result whole = walk(trajectory, denoisers);
  for (int stop = 1; stop < 10; ++stop) {
    Snapshot middle;
    walk(trajectory, denoisers, {}, StepIndex{stop}, &middle);
    EXPECT_EQ(middle.next_step, StepIndex{stop});
    EXPECT_TRUE(at::equal(walk(trajectory, denoisers, middle).latent, whole.latent)) << stop;
  }
}

TEST_P(EverySampler, sharesThePrefixOfTwoRatios) {
  const Denoisers denoisers;
  const Trajectory more = trajectory_of(GetParam(), 10, Percent{80});
  const Trajectory less = trajectory_of(GetParam(), 10, Percent{40});
  const EvaluationIndex seam = less.seams().front();
  const StepIndex step = less.schedule.evaluations[static_cast<std::size_t>(seam.value)].step;
  Snapshot shared;
  walk(more, denoisers, {}, step, &shared);
  EXPECT_TRUE(at::equal(walk(less, denoisers, shared).latent, walk(less, denoisers).latent));
}

INSTANTIATE_TEST_SUITE_P(Walk, EverySampler, ::testing::ValuesIn(test::all_samplers()));

TEST(WalkTimes, countEvaluationsInOrderOfExecution) {
  const Denoisers denoisers;
  const Result result = walk(trajectory_of(SamplerKind::Pndm, 25, Percent{40}), denoisers);
  ASSERT_EQ(result.times.size(), 2U);
  EXPECT_EQ(result.times[0].denoiser, "small");
  EXPECT_EQ(result.times[0].evaluations, 10);
  EXPECT_EQ(result.times[1].evaluations, 16);
}

TEST(WalkSeam, dropsTheHistoryWhenAsked) {
  const Denoisers denoisers;
  const Trajectory trajectory = trajectory_of(SamplerKind::Dpmpp2M, 10, Percent{50});
  const Result kept = walk(trajectory, denoisers);
  const Result reset = walk(trajectory, denoisers, {}, {}, nullptr, SeamHistory::Reset);
  EXPECT_FALSE(at::equal(kept.latent, reset.latent));
}

TEST(WalkStop, endsBetweenEvaluations) {
  const Trajectory trajectory = trajectory_of(SamplerKind::Euler, 10, Percent{0});
  const auto sampler = make_sampler(trajectory.schedule, 0);
  const NoiseSource noise(1);
  std::stop_source stop;
  const auto large = std::make_shared<Smooth>(1.0);
  const Walk walk{trajectory,
                  SeamHistory::Keep,
                  *sampler,
                  noise,
                  {4, 2, 2},
                  [&](EvaluationIndex) -> const Denoiser& { return *large; },
                  {},
                  {},
                  [&](EvaluationIndex evaluation, const DenoiserName&, const at::Tensor&) -> std::function<void()> {
                    if (evaluation.value == 3) stop.request_stop();
                    return [] {};
                  },
                  nullptr};
  std::vector<SegmentTime> times;
  const EventSink ignore = [](const Event&) {};
  EXPECT_THROW(walk_trajectory(walk, stop.get_token(), ignore, times), Interrupted);
  EXPECT_EQ(times.at(0).evaluations, 4);
}

}  // namespace
}  // namespace tstitch
