#include "core/sample/sampler.h"

#include <algorithm>

#include <ATen/ops/ones.h>
#include <gtest/gtest.h>

#include "core/base/check.h"
#include "core/request/sampler_traits.h"
#include "tests/support/sampler_runs.h"

namespace tstitch {
namespace {

struct Rule {
  SamplerKind sampler;
  double eta = 0.0;
};

class SamplerRule : public ::testing::TestWithParam<Rule> {
 protected:
  [[nodiscard]] SigmaSchedule schedule(int steps) const {
    return make_sigma_schedule(GetParam().sampler, Spacing::Default, steps, test::stable_diffusion_config());
  }
  [[nodiscard]] SamplerState walk(const SigmaSchedule& schedule, const Denoise& denoise, int first = 0,
                                  const SamplerState& from = {}, int end = -1) const {
    return test::walked(schedule, denoise, noise_, first, from, GetParam().eta, end);
  }

  NoiseSource noise_{5};
};

TEST_P(SamplerRule, anIdenticalDenoiserBehindASeamChangesNothing) {
  const SigmaSchedule run = schedule(11);
  const Denoise one = test::analytic_denoiser();
  const Denoise twin = test::analytic_denoiser();
  const at::Tensor plain = walk(run, one).latent;
  for (int seam = 0; seam <= run.steps(); ++seam) {
    const SamplerState head = walk(run, one, 0, {}, seam);
    EXPECT_TRUE(at::equal(walk(run, twin, seam, head).latent, plain)) << "seam before step " << seam;
  }
}

TEST_P(SamplerRule, aCopyOfTheStateIsASnapshot) {
  const SigmaSchedule run = schedule(9);
  const SamplerState middle = walk(run, test::analytic_denoiser(), 0, {}, 5);
  const at::Tensor before = middle.latent.clone();
  const at::Tensor once = walk(run, test::analytic_denoiser(), 5, middle).latent;
  const at::Tensor other = walk(run, test::analytic_denoiser(Prediction::V), 5, middle).latent;
  EXPECT_TRUE(at::equal(middle.latent, before));
  EXPECT_TRUE(at::equal(walk(run, test::analytic_denoiser(), 5, middle).latent, once));
  EXPECT_FALSE(at::equal(other, once));
}

TEST_P(SamplerRule, asksEveryEvaluationOnceAtItsLevel) {
  const SigmaSchedule run = schedule(8);
  int asked = 0;
  const Denoise counting = [&](const at::Tensor& x, const NoiseLevel& level, EvaluationIndex evaluation) {
    EXPECT_EQ(evaluation.value, asked);
    EXPECT_EQ(level, run.evaluations.at(static_cast<std::size_t>(asked)).level);
    ++asked;
    return test::analytic_denoised(x, level, Prediction::Epsilon);
  };
  EXPECT_EQ(walk(run, counting).evaluation, asked);
  EXPECT_EQ(asked, evaluation_count(GetParam().sampler, 8, test::stable_diffusion_config()));
}

TEST_P(SamplerRule, goesOnWithoutHistory) {
  const SigmaSchedule run = schedule(8);
  for (int seam = 1; seam < run.steps(); ++seam) {
    const SamplerState head = without_history(walk(run, test::analytic_denoiser(), 0, {}, seam));
    EXPECT_TRUE(head.history.empty());
    const SamplerState end = walk(run, test::analytic_denoiser(), seam, head);
    EXPECT_TRUE(end.latent.isfinite().all().item<bool>());
  }
}

TEST_P(SamplerRule, endsFiniteForEveryNumberOfSteps) {
  const int most = traits_of(GetParam().sampler).grid == GridRule::Distilled ? 50 : 100;
  for (int steps = 1; steps <= most; ++steps) {
    const at::Tensor latent = walk(schedule(steps), test::analytic_denoiser()).latent;
    EXPECT_TRUE(latent.isfinite().all().item<bool>()) << steps;
  }
}

// An estimate that never moves is where every rule must end.
TEST_P(SamplerRule, endsAtAConstantEstimate) {
  const Denoise constant = [](const at::Tensor& x, const NoiseLevel&, EvaluationIndex) { return x * 0.0 + 0.3; };
  SchedulerConfig config = test::stable_diffusion_config();
  config.set_alpha_to_one = true;
  // These two stop at the smallest level of the table.
  if (GetParam().sampler == SamplerKind::Deis || GetParam().sampler == SamplerKind::Tcd) return;
  const SigmaSchedule run = make_sigma_schedule(GetParam().sampler, Spacing::Default, 20, config);
  const at::Tensor latent = walk(run, constant).latent;
  EXPECT_NEAR((latent - 0.3).abs().max().item<double>(), 0.0, 1e-4);
}

INSTANTIATE_TEST_SUITE_P(Rules, SamplerRule,
                         ::testing::Values(Rule{SamplerKind::Ddim}, Rule{SamplerKind::Ddim, 1.0},
                                           Rule{SamplerKind::Ddpm}, Rule{SamplerKind::Euler},
                                           Rule{SamplerKind::EulerAncestral}, Rule{SamplerKind::Heun},
                                           Rule{SamplerKind::Lms}, Rule{SamplerKind::Pndm}, Rule{SamplerKind::Dpmpp2M},
                                           Rule{SamplerKind::Dpmpp2MSde}, Rule{SamplerKind::UniPc},
                                           Rule{SamplerKind::Lcm}, Rule{SamplerKind::Dpm2},
                                           Rule{SamplerKind::Dpm2Ancestral}, Rule{SamplerKind::Dpmpp2S},
                                           Rule{SamplerKind::DpmppSde}, Rule{SamplerKind::Deis}, Rule{SamplerKind::Tcd},
                                           Rule{SamplerKind::Tcd, 0.3}),
                         [](const auto& suite) {
                           std::string name(name_of(suite.param.sampler));
                           std::replace(name.begin(), name.end(), '-', '_');
                           return suite.param.eta > 0.0 ? name + "_stochastic" : name;
                         });

// The noise of a step is a function of the seed and the evaluation, so another first half leaves it as it is.
TEST(SamplerNoise, doesNotDependOnWhoAnsweredBefore) {
  const SigmaSchedule run = make_sigma_schedule(SamplerKind::Lcm, Spacing::Default, 6, test::stable_diffusion_config());
  const NoiseSource noise(9);
  // At its boundary LCM forgets all but the estimate: equal late answers give equal pictures if the noise is equal.
  const auto answering = [](double early) {
    return [early](const at::Tensor& x, const NoiseLevel&, EvaluationIndex evaluation) {
      return x * 0.0 + (evaluation.value < 3 ? early : 0.2);
    };
  };
  const at::Tensor one = test::walked(run, answering(0.0), noise, 0, {}, 0.0, 5).latent;
  const at::Tensor two = test::walked(run, answering(1.0), noise, 0, {}, 0.0, 5).latent;
  EXPECT_LE(test::distance(one, two), 1e-5);
}

// Memory crosses a seam as (denoised, level): where two predictions describe the same estimate, the run is the same.
TEST(SamplerSeam, carriesMemoryBetweenPredictions) {
  for (const SamplerKind sampler : {SamplerKind::Pndm, SamplerKind::Lms, SamplerKind::Dpmpp2M, SamplerKind::UniPc,
                                    SamplerKind::Deis, SamplerKind::Dpmpp2S}) {
    SchedulerConfig config = test::stable_diffusion_config();
    config.solver_order = 3;
    const SigmaSchedule run = make_sigma_schedule(sampler, Spacing::Linspace, 12, config);
    const Denoise as_noise = test::analytic_denoiser(Prediction::Epsilon);
    const Denoise as_velocity = [](const at::Tensor& x, const NoiseLevel& level, EvaluationIndex) {
      const at::Tensor denoised = test::analytic_denoised(x, level, Prediction::Epsilon);
      const at::Tensor velocity = (x * level.signal - denoised) / level.noise;
      return x * level.signal - velocity * level.noise;
    };
    const NoiseSource noise(4);
    const SamplerState head = test::walked(run, as_velocity, noise, 0, {}, 0.0, 6);
    const at::Tensor mixed = test::walked(run, as_noise, noise, 6, head).latent;
    EXPECT_LE(test::distance(mixed, test::walked(run, as_noise, noise).latent), 1e-5) << name_of(sampler);
  }
}

// A seam inside a group of single steps goes on with the memory that it has, or without any.
TEST(SamplerSeam, singleStepsGoOnFromInsideAGroup) {
  SchedulerConfig config = test::stable_diffusion_config();
  config.solver_order = 3;
  const SigmaSchedule run = make_sigma_schedule(SamplerKind::Dpmpp2S, Spacing::Default, 9, config);
  const NoiseSource noise(4);
  const Denoise denoise = test::analytic_denoiser();
  const at::Tensor plain = test::walked(run, denoise, noise).latent;
  for (int seam = 1; seam < run.steps(); ++seam) {
    const SamplerState head = test::walked(run, denoise, noise, 0, {}, 0.0, seam);
    EXPECT_TRUE(at::equal(test::walked(run, denoise, noise, seam, head).latent, plain)) << seam;
    const at::Tensor fresh = test::walked(run, denoise, noise, seam, without_history(head)).latent;
    // Order 1 begins a group, and ends the run: there is nothing to forget.
    EXPECT_EQ(at::equal(fresh, plain), seam % 3 == 0 || seam == 8) << seam;
  }
}

// One entry of step noise per evaluation: which of them a run uses.
TEST(SamplerNoise, takesTheEntryOfTheEvaluation) {
  const auto used_entries = [](SamplerKind sampler) {
    const SigmaSchedule run = make_sigma_schedule(sampler, Spacing::Default, 4, test::stable_diffusion_config());
    const auto count = static_cast<std::int64_t>(run.evaluations.size());
    const at::Tensor entries = at::ones({count, 1, 4, 4, 4});
    const auto end = [&](const at::Tensor& steps) {
      NoiseSource noise(4);
      noise.replace({}, steps);
      return test::walked(run, test::analytic_denoiser(), noise, 0, {}, 0.3).latent;
    };
    const at::Tensor plain = end(entries);
    std::vector<std::int64_t> used;
    for (std::int64_t i = 0; i < count; ++i) {
      at::Tensor changed = entries.clone();
      changed[i] = 2.0;
      if (!at::equal(end(changed), plain)) used.push_back(i);
    }
    return used;
  };
  using Entries = std::vector<std::int64_t>;
  EXPECT_EQ(used_entries(SamplerKind::Dpm2), Entries{});
  EXPECT_EQ(used_entries(SamplerKind::Dpm2Ancestral), (Entries{1, 3, 5}));
  EXPECT_EQ(used_entries(SamplerKind::DpmppSde), (Entries{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(used_entries(SamplerKind::Tcd), (Entries{0, 1, 2}));
  EXPECT_EQ(used_entries(SamplerKind::Deis), Entries{});
}

TEST(SamplerChoice, needsAResolvedSchedule) {
  SigmaSchedule schedule;
  schedule.sampler = SamplerKind::Default;
  EXPECT_THROW(static_cast<void>(make_sampler(schedule, 0.0)), LogicError);
}

}  // namespace
}  // namespace tstitch
